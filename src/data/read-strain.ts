import { type FileHandle, open } from 'node:fs/promises'
import type { Span, TimeSeries } from '../gw/index.ts'
import { dataError } from './data-error.ts'
import { gwoscHdf5 } from './formats/gwosc-hdf5.ts'
import { Hdf5File, hasHdf5Signature } from './hdf5-file.ts'
import { findFaults } from './strain-faults.ts'
import type { StrainFile, StrainFormat } from './strain-file.ts'

/** The formats that strain is read from, in the order in which they are tried. */
export const strainFormats: readonly StrainFormat[] = [gwoscHdf5]

async function readHeader(path: string): Promise<Uint8Array> {
  let file: FileHandle | undefined
  try {
    file = await open(path)
    const { buffer, bytesRead } = await file.read(new Uint8Array(512), 0, 512, 0)
    return buffer.subarray(0, bytesRead)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const why =
      code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder' : `can't be read (${code ?? cause})`
    throw dataError('missing', `data.openStrain: ${path} ${why}; pass the path of a strain file`, { cause })
  } finally {
    await file?.close()
  }
}

async function hdf5Contents(path: string): Promise<string> {
  const file = await Hdf5File.open(path)
  try {
    return file.contents()
  } finally {
    file.close()
  }
}

/**
 * Opens a file of strain; its format is found out. Close the result after use.
 *
 * @throws `io` where the file is missing or empty, `format` where it is truncated, of no known format, or lacks what its
 * format demands; `dataErrorReason` tells these apart.
 */
export async function openStrain(
  path: string,
  { formats = strainFormats }: { readonly formats?: readonly StrainFormat[] } = {},
): Promise<StrainFile> {
  const header = await readHeader(path)
  if (header.length === 0) throw dataError('empty', `data.openStrain: ${path} is empty (0 bytes); fetch it again`)
  for (const format of formats) if (await format.identify(path, header)) return format.open(path)
  const known = formats.map(({ name }) => name).join(' or ')
  const is = hasHdf5Signature(header)
    ? `is HDF5 of a layout unknown here, with ${await hdf5Contents(path)}`
    : 'is in no format known here'
  throw dataError('unknown', `data.openStrain: ${path} ${is}; expected ${known}`)
}

/**
 * Throws for the first stretch of a series that can't be measured strain.
 *
 * @throws `data` for NaN, infinite or flat values, with the GPS times of the first stretch and the number of others.
 */
export function assertMeasured(series: TimeSeries, source = series.channel): void {
  const faults = findFaults(series)
  const [first] = faults
  if (first === undefined) return
  const total = faults.reduce((sum, { samples }) => sum + samples, 0)
  const what = first.kind === 'flat' ? 'does not change' : 'is NaN or infinite'
  const others = faults.length > 1 ? ` and in ${faults.length - 1} more stretch(es), ${total} samples in all` : ''
  throw dataError(
    first.kind,
    `data.readStrain: ${source}: strain ${what} in GPS ${first.span.start} to ${first.span.end} ` +
      `(${first.samples} of ${series.length} samples)${others}; choose a stretch without it`,
    { details: { faults: faults.slice(0, 100) } },
  )
}

/**
 * Reads strain from a file of any known format: all of it, or the samples of a span. Shape `[length]`, float64.
 *
 * @throws what `openStrain` throws, and `data` for a span that the file does not hold or for values that no detector
 * measured (NaN, infinite, flat).
 */
export async function readStrain(path: string, { span }: { readonly span?: Span } = {}): Promise<TimeSeries> {
  const file = await openStrain(path)
  try {
    const series = file.read(span)
    assertMeasured(series, path)
    return series
  } finally {
    file.close()
  }
}
