import { readFile } from 'node:fs/promises'
import { QuadrupoleError } from '../../core/index.ts'
import { dataError } from '../data-error.ts'
import { Hdf5File, hasHdf5Signature } from '../hdf5-file.ts'
import { hasNpySignature, parseNpy } from '../npy.ts'
import { parseNumberTable } from '../text-table.ts'
import type { NoiseCurve } from './noise-curve.ts'

export interface ReadNoiseCurveOptions {
  /**
   * What the file holds. Unless given, what its size says: the least PSD of strain is far below 1e-33 / Hz, the least ASD
   * far above.
   */
  readonly quantity?: 'psd' | 'asd'
}

const leastAsd = 1e-33

/**
 * Reads a noise curve of any known form: text of two columns (frequency in Hz, one-sided ASD or PSD; more columns are
 * left out, comments begin with # or %), an array of shape (2, n) as `.npy`, or PyCBC's HDF5 as the PSDs of MLGWSC-1 are
 * (dataset `data`, attribute `delta_f`).
 *
 * @throws `io` where the file can't be read, `format` where it is none of these, `data` for frequencies that don't
 * increase or values that are not positive and finite (zero is allowed at zero frequency).
 *
 * @example
 * await readNoiseCurve('psd-0.hdf')
 */
export async function readNoiseCurve(path: string, options: ReadNoiseCurveOptions = {}): Promise<NoiseCurve> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (cause) {
    throw dataError(
      'missing',
      `data.readNoiseCurve: ${path} can't be read (${cause}); pass the path of a noise curve`,
      {
        cause,
      },
    )
  }
  const { frequencies, values } = hasHdf5Signature(bytes)
    ? await readHdf5(path)
    : hasNpySignature(bytes)
      ? readNpy(bytes, path)
      : readText(bytes, path)
  checkCurve(path, frequencies, values)
  const least = values.reduce((low, value) => (value > 0 && value < low ? value : low), Number.POSITIVE_INFINITY)
  const { quantity = least < leastAsd ? 'psd' : 'asd' } = options
  return { frequencies, psd: quantity === 'psd' ? values : values.map(value => value * value) }
}

interface Columns {
  readonly frequencies: Float64Array
  readonly values: Float64Array
}

async function readHdf5(path: string): Promise<Columns> {
  const file = await Hdf5File.open(path)
  try {
    const [length = 0] = file.shape('data')
    const resolution = file.numberAttribute('data', 'delta_f')
    return {
      frequencies: Float64Array.from({ length }, (_, k) => k * resolution),
      values: file.float64('data', 0, length),
    }
  } finally {
    file.close()
  }
}

function readNpy(bytes: Uint8Array, path: string): Columns {
  const { shape, data } = parseNpy(bytes, path)
  if (shape.length !== 2 || shape[0] !== 2 || data.kind !== 'real')
    throw dataError(
      'layout',
      `data.readNoiseCurve: ${path} holds an array of shape (${shape}); expected (2, n) numbers`,
    )
  return { frequencies: data.values.slice(0, shape[1]), values: data.values.slice(shape[1]) }
}

function readText(bytes: Uint8Array, path: string): Columns {
  const rows = parseNumberTable(new TextDecoder().decode(bytes), { where: 'data.readNoiseCurve', path, columns: 2 })
  return {
    frequencies: Float64Array.from(rows, row => row[0]!),
    values: Float64Array.from(rows, row => row[1]!),
  }
}

function checkCurve(path: string, frequencies: Float64Array, values: Float64Array): void {
  if (frequencies.length < 2)
    throw dataError('layout', `data.readNoiseCurve: ${path} has ${frequencies.length} point(s); expected two at least`)
  for (let i = 0; i < frequencies.length; i++) {
    const [frequency, value] = [frequencies[i]!, values[i]!]
    const fits = frequency >= 0 && (i === 0 || frequency > frequencies[i - 1]!)
    const isPositive = value > 0 && value < Number.POSITIVE_INFINITY
    if (!fits || !(isPositive || (value === 0 && frequency === 0)))
      throw new QuadrupoleError(
        'data',
        `data.readNoiseCurve: ${path}: point ${i} is ${value} at ${frequency} Hz; expected increasing frequencies and ` +
          'positive values',
        { details: { path, index: i } },
      )
  }
}
