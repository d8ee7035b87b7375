import type { Span, TimeSeries } from '../gw/index.ts'
import { dataError } from './data-error.ts'
import { cogwheelNpz } from './formats/cogwheel-npz.ts'
import { gwoscHdf5 } from './formats/gwosc-hdf5.ts'
import { gwpyHdf5 } from './formats/gwpy-hdf5.ts'
import { pycbcHdf5 } from './formats/pycbc-hdf5.ts'
import { Hdf5File, hasHdf5Signature } from './hdf5-file.ts'
import { readHeader } from './open-hdf5.ts'
import { findFaults, type SampleFault } from './quality/strain-faults.ts'
import type { StrainFile, StrainFormat, StrainPiece } from './strain-file.ts'

/** The formats that strain is read from, in the order in which they are tried. */
export const strainFormats: readonly StrainFormat[] = [gwoscHdf5, pycbcHdf5, gwpyHdf5, cogwheelNpz]

async function hdf5Contents(path: string): Promise<string> {
  const file = await Hdf5File.open(path)
  try {
    return file.contents()
  } finally {
    file.close()
  }
}

/**
 * Opens a file of strain; its format is found out. Its pieces say what it holds; samples stay on disk until they are read.
 * Close the result after use.
 *
 * @throws `io` where the file is missing or empty, `format` where it is truncated, of no known format, or lacks what its
 * format demands; `dataErrorReason` tells these apart.
 */
export async function openStrain(
  path: string,
  { formats = strainFormats }: { readonly formats?: readonly StrainFormat[] } = {},
): Promise<StrainFile> {
  const header = await readHeader(path, { where: 'data.openStrain', what: 'a strain file' })
  if (header.length === 0) throw dataError('empty', `data.openStrain: ${path} is empty (0 bytes); fetch it again`)
  for (const format of formats) if (await format.identify(path, header)) return format.open(path)
  const known = formats
    .map(({ name }) => name)
    .join(', ')
    .replace(/, ([^,]*)$/, ' or $1')
  const is = hasHdf5Signature(header)
    ? `is HDF5 of a layout unknown here, with ${await hdf5Contents(path)}`
    : 'is in no format known here'
  throw dataError('unknown', `data.openStrain: ${path} ${is}; expected ${known}`)
}

/** Which piece of a file. */
export interface PieceOptions {
  /** A channel or, where it has only one, a detector; needed where the file has several. */
  readonly channel?: string
  /** A span that the piece must hold; needed where the file has several pieces of the channel. */
  readonly span?: Span
}

/**
 * The one piece of a file that is meant.
 *
 * @throws `data`: `detectors` where the channel is not in the file or not the only one, `times` where no piece holds the
 * span or several are left.
 */
export function strainPiece(file: StrainFile, { channel, span }: PieceOptions = {}): StrainPiece {
  const { path, pieces } = file
  const all = [...new Set(pieces.map(piece => piece.channel))]
  const isMeant = (name: string) => channel === undefined || name === channel || name.split(':', 1)[0] === channel
  const [name, ...others] = all.filter(isMeant)
  if (name === undefined)
    throw dataError('detectors', `data.strainPiece: ${path} has no channel ${channel}; it holds ${all.join(', ')}`)
  if (others.length > 0)
    throw dataError('detectors', `data.strainPiece: ${path} holds ${all.join(', ')}; pass one of them as channel`)
  const own = pieces.filter(piece => piece.channel === name)
  const holding = own.filter(
    piece => span === undefined || (piece.span.start.minus(span.start) <= 0 && piece.span.end.minus(span.end) >= 0),
  )
  if (holding.length === 1) return holding[0]!
  const shown = own.slice(0, 4).map(piece => `GPS ${piece.span.start} to ${piece.span.end}`)
  const extent = [...shown, ...(own.length > 4 ? [`${own.length - 4} more`] : [])].join(', ')
  throw dataError(
    'times',
    span === undefined
      ? `data.strainPiece: ${path} has ${own.length} pieces of ${name}: ${extent}; pass a span within one`
      : `data.strainPiece: no piece of ${name} in ${path} holds GPS ${span.start} to ${span.end}; there are ${extent}`,
  )
}

const complaints = {
  'not-finite': 'is NaN or infinite',
  flat: 'does not change',
  clipped: 'is clipped',
} as const satisfies Record<Exclude<SampleFault, 'quiet'>, string>

/**
 * Throws for the first stretch of a series that can't be measured strain.
 *
 * @throws `data` (`not-finite` or `flat`) for NaN, infinite, flat or clipped values, with the GPS times of the first
 * stretch and the number of others.
 */
export function assertMeasured(series: TimeSeries, source = series.channel): void {
  // What is quiet may be the taper of a file, of which no filter minds.
  const faults = findFaults(series).flatMap(fault => (fault.kind === 'quiet' ? [] : [{ ...fault, kind: fault.kind }]))
  const [first] = faults
  if (first === undefined) return
  const total = faults.reduce((sum, { samples }) => sum + samples, 0)
  const others = faults.length > 1 ? ` and in ${faults.length - 1} more stretch(es), ${total} samples in all` : ''
  throw dataError(
    first.kind === 'not-finite' ? 'not-finite' : 'flat',
    `data.readStrain: ${source}: strain ${complaints[first.kind]} in GPS ${first.span.start} to ${first.span.end} ` +
      `(${first.samples} of ${series.length} samples)${others}; choose a stretch without it`,
    { details: { faults: faults.slice(0, 100) } },
  )
}

/**
 * Reads strain from a file of any known format: a whole piece, or the samples of a span. Shape `[length]`, float64.
 *
 * @throws what `openStrain` and `strainPiece` throw, and `data` for values that no detector measured (NaN, infinite,
 * flat, clipped).
 *
 * @example
 * await readStrain('H-H1_GWOSC_4KHZ_R1-1126259447-32.hdf5')
 */
export async function readStrain(path: string, options: PieceOptions = {}): Promise<TimeSeries> {
  const file = await openStrain(path)
  try {
    const series = strainPiece(file, options).read(options.span)
    assertMeasured(series, path)
    return series
  } finally {
    file.close()
  }
}
