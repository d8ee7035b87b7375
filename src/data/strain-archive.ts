import type { GpsTime, Span, TimeSeries } from '../gw/index.ts'
import { dataError } from './data-error.ts'
import { openStrain } from './read-strain.ts'
import { SegmentSet } from './segments/segment-set.ts'
import type { StrainFile, StrainPiece } from './strain-file.ts'
import type { StrainSource } from './strain-source.ts'

/** Strain over any number of open files: samples stay on disk until they are read. `detectors` are in alphabetical order. */
export interface StrainArchive extends StrainSource {
  /** The pieces of a detector in order of time, none overlapping another; throws `data` (`detectors`) for another one. */
  pieces(detector: string): readonly StrainPiece[]
  close(): void
}

export interface OpenStrainArchiveOptions {
  /** Channels or detectors to take; all there are by default. A file may have several of one detector. */
  readonly channels?: readonly string[]
}

/**
 * Opens files of strain, in any formats, as one archive: one channel a detector, one sample rate, no two pieces of a
 * detector over the same time. Close it after use.
 *
 * @throws What `openStrain` throws; `data`: `times` for different sample rates or pieces that overlap, `detectors` for two
 * channels of a detector or a channel that is nowhere.
 *
 * @example
 * const archive = await openStrainArchive(['H1.hdf5', 'L1.hdf5'])
 * archive.read('H1', span)
 */
export async function openStrainArchive(
  paths: readonly string[],
  { channels }: OpenStrainArchiveOptions = {},
): Promise<StrainArchive> {
  const files: StrainFile[] = []
  const close = (): void => {
    for (const file of files) file.close()
  }
  try {
    for (const path of paths) files.push(await openStrain(path))
    const all = files.flatMap(file => file.pieces)
    const isTaken = ({ channel }: StrainPiece): boolean =>
      channels === undefined || channels.includes(channel) || channels.includes(detectorOf(channel))
    return archiveOf(all.filter(isTaken), { asked: channels, close })
  } catch (error) {
    close()
    throw error
  }
}

const detectorOf = (channel: string): string => channel.split(':', 1)[0]!

/** An archive of pieces from anywhere. */
function archiveOf(
  pieces: readonly StrainPiece[],
  { asked = [], close }: { readonly asked: readonly string[] | undefined; readonly close: () => void },
): StrainArchive {
  for (const name of asked)
    if (!pieces.some(({ channel }) => channel === name || detectorOf(channel) === name))
      throw dataError('detectors', `data.openStrainArchive: no file has ${name}; pass files that do`)
  const [first] = pieces
  if (first === undefined)
    throw dataError('detectors', 'data.openStrainArchive: expected at least one file of strain, got none')
  const { sampleRate } = first
  const ordered = new Map<string, StrainPiece[]>()
  for (const piece of pieces.toSorted((a, b) => Math.sign(a.span.start.minus(b.span.start)))) {
    const detector = detectorOf(piece.channel)
    const own = ordered.get(detector)
    if (own === undefined) ordered.set(detector, [piece])
    else own.push(piece)
  }
  for (const own of ordered.values()) assertTogether(own, first)
  const piecesOf = (detector: string): readonly StrainPiece[] => {
    const own = ordered.get(detector)
    if (own !== undefined) return own
    throw dataError(
      'detectors',
      `data.StrainArchive: there is no strain of ${detector}, only of ${[...ordered.keys()].join(', ')}`,
    )
  }
  return {
    detectors: [...ordered.keys()].sort(),
    sampleRate,
    pieces: piecesOf,
    coverage: detector => SegmentSet.of(piecesOf(detector).map(({ span }) => span)),
    read: (detector, span) => readAcross(piecesOf(detector), span),
    close,
  }
}

/** Refuses pieces of a detector that overlap, are of different channels, or are sampled unlike the first of all. */
function assertTogether(pieces: readonly StrainPiece[], first: StrainPiece): void {
  for (const [i, piece] of pieces.entries()) {
    if (piece.sampleRate !== first.sampleRate)
      throw dataError(
        'times',
        `data.openStrainArchive: ${first.path} is sampled at ${first.sampleRate} Hz, ${piece.path} at ` +
          `${piece.sampleRate} Hz; resample one`,
      )
    const before = pieces[i - 1]
    if (before === undefined) continue
    if (piece.channel !== before.channel)
      throw dataError(
        'detectors',
        `data.openStrainArchive: ${before.channel} in ${before.path} and ${piece.channel} in ${piece.path} are of one ` +
          'detector; pass one of them in channels',
      )
    if (before.span.end.minus(piece.span.start) > 0.5 / piece.sampleRate)
      throw dataError(
        'times',
        `data.openStrainArchive: ${before.path} and ${piece.path} both hold ${piece.channel} at GPS ` +
          `${piece.span.start} to ${earlier(before.span.end, piece.span.end)}; leave one out`,
      )
  }
}

const earlier = (a: GpsTime, b: GpsTime): GpsTime => (a.minus(b) < 0 ? a : b)

/** Samples across pieces each of which begins where the one before ends. */
function readAcross(pieces: readonly StrainPiece[], { start, end }: Span): TimeSeries {
  const parts: TimeSeries[] = []
  let at = start
  for (const piece of pieces) {
    const { span, sampleRate } = piece
    const tolerance = 1e-3 / sampleRate
    if (span.end.minus(at) <= tolerance || end.minus(at) <= tolerance) continue
    if (span.start.minus(at) > tolerance) break
    const part = piece.read({ start: at.minus(span.start) < 0 ? span.start : at, end: earlier(end, span.end) })
    parts.push(part)
    at = part.span.end
  }
  const [head] = parts
  if (head === undefined || end.minus(at) > 1e-3 / head.sampleRate) {
    const [{ channel }] = pieces as [StrainPiece]
    throw dataError('times', `data.StrainArchive.read: there are no samples of ${channel} at GPS ${at}`, {
      details: { start, end },
    })
  }
  if (parts.length === 1) return head
  const values = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0))
  let done = 0
  for (const part of parts) {
    values.set(part.values, done)
    done += part.length
  }
  return head.with({ values })
}
