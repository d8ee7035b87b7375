import { firstSampleFrom, type GpsTime, type Span, TimeSeries } from '../gw/index.ts'
import { dataError } from './data-error.ts'
import type { Hdf5File } from './hdf5-file.ts'
import type { StrainPiece } from './strain-file.ts'

export interface SeriesPieceSource extends Pick<StrainPiece, 'path' | 'channel' | 'sampleRate'> {
  readonly t0: GpsTime
  /** Samples. */
  readonly length: number
  /** Samples `from` to `to` (not included). */
  readonly readSamples: (from: number, to: number) => Float64Array
  readonly usable?: Span
}

/** A piece of strain without quality flags whose samples a function reads. */
export function seriesPiece({
  path,
  channel,
  sampleRate,
  t0,
  length,
  readSamples,
  usable,
}: SeriesPieceSource): StrainPiece {
  const span = { start: t0, end: t0.plus(length / sampleRate) }
  return {
    path,
    channel,
    sampleRate,
    span,
    usable: usable ?? span,
    quality: undefined,
    injections: undefined,
    read({ start, end } = span) {
      const from = firstSampleFrom(start, { t0, sampleRate })
      const to = firstSampleFrom(end, { t0, sampleRate })
      if (from < 0 || to > length || from >= to)
        throw dataError(
          'times',
          `data.StrainPiece.read: ${channel} in ${path} holds GPS ${span.start} to ${span.end}, which does not hold ${start} to ${end}`,
        )
      return new TimeSeries(readSamples(from, to), { t0: t0.plus(from / sampleRate), sampleRate, channel })
    },
  }
}

/** The piece that a dataset holds; samples are read as hyperslabs. */
export function hdf5Piece(
  file: Hdf5File,
  dataset: string,
  { channel, t0, spacing }: { readonly channel: string; readonly t0: GpsTime; readonly spacing: number },
): StrainPiece {
  const [length = 0] = file.shape(dataset)
  const sampleRate = rateOfSpacing(spacing)
  if (!(sampleRate > 0 && Number.isFinite(sampleRate)) || length === 0)
    throw dataError(
      'layout',
      `data.openStrain: ${file.path}: ${dataset} has ${length} samples, each ${spacing} s; expected positive numbers`,
    )
  const readSamples = (from: number, to: number) => file.float64(dataset, from, to)
  return seriesPiece({ path: file.path, channel, sampleRate, t0, length, readSamples })
}

/** Hz; the nearest integer where the spacing was rounded from one. */
function rateOfSpacing(spacing: number): number {
  const rate = 1 / spacing
  return Math.abs(rate - Math.round(rate)) < 1e-6 * rate ? Math.round(rate) : rate
}

/** What strain of a dataset is called: bare detector names are completed, other names stay. */
export function channelOf(name: string): string {
  return /^[A-Z]\d$/.test(name) ? `${name}:STRAIN` : name
}

/**
 * Puts pieces in order.
 *
 * @throws `format` (`layout`) for pieces of one channel that overlap.
 */
export function orderedPieces(path: string, pieces: readonly StrainPiece[]): readonly StrainPiece[] {
  const sorted = pieces.toSorted((a, b) =>
    a.channel === b.channel ? Math.sign(a.span.start.minus(b.span.start)) : a.channel < b.channel ? -1 : 1,
  )
  for (const [i, piece] of sorted.entries()) {
    const before = sorted[i - 1]
    if (before?.channel === piece.channel && before.span.end.minus(piece.span.start) > 1e-6)
      throw dataError(
        'layout',
        `data.openStrain: ${path} contradicts itself: two pieces of ${piece.channel} overlap from GPS ` +
          `${piece.span.start} to ${before.span.end}; make it again`,
      )
  }
  return sorted
}
