import * as h5wasm from 'h5wasm/node'
import { dataError } from './data-error.ts'
import { hdf5Reason } from './hdf5-reason.ts'

/** What numbers of a dataset come as. */
export type NumericArray =
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array
  | BigInt64Array
  | BigUint64Array

const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a] as const

/** Whether a file that begins with these bytes is HDF5 (user blocks, which no strain file has, aside). */
export function hasHdf5Signature(header: Uint8Array): boolean {
  return signature.every((byte, index) => header[index] === byte)
}

/** An HDF5 file open for reading: it stays on disk, and only what is asked for is read. Close it after use. */
export class Hdf5File {
  readonly path: string
  readonly #file: h5wasm.File

  private constructor(path: string, file: h5wasm.File) {
    this.path = path
    this.#file = file
  }

  /**
   * @throws `format` (`truncated`) for a file shorter than its header says, `format` (`unknown`) for one that libhdf5
   * can't open for another reason.
   */
  static async open(path: string): Promise<Hdf5File> {
    const library = await h5wasm.ready
    // Without this, errors are printed on stderr and reading goes on with garbage.
    library.activate_throwing_error_handler()
    try {
      return new Hdf5File(path, new h5wasm.File(path, 'r'))
    } catch (cause) {
      const [, has, expected] = /truncated file: eof = (\d+).*stored_eof = (\d+)/.exec(String(cause)) ?? []
      if (has !== undefined)
        throw dataError(
          'truncated',
          `data.Hdf5File.open: ${path} is truncated: it has ${has} of ${expected} bytes; fetch it again`,
          { cause },
        )
      throw dataError(
        'unknown',
        `data.Hdf5File.open: ${path} begins like HDF5 but can't be opened (${hdf5Reason(cause)}); fetch it again`,
        { cause },
      )
    }
  }

  has(path: string): boolean {
    return this.#file.get(path) !== null
  }

  /** Names of what a group holds; empty for a dataset. */
  keys(path = '/'): readonly string[] {
    const entity = path === '/' ? this.#file : this.#file.get(path)
    return entity instanceof h5wasm.Group ? entity.keys() : []
  }

  /** Whether there is a dataset of rank 1 at a path that has all these attributes. */
  hasSeries(path: string, attributes: readonly string[]): boolean {
    const entity = this.#file.get(path)
    if (!(entity instanceof h5wasm.Dataset) || entity.shape?.length !== 1) return false
    const { attrs } = entity
    return attributes.every(name => Object.hasOwn(attrs, name))
  }

  /** A dataset's shape; throws `format` (`layout`) where there is no dataset of this path. */
  shape(path: string): readonly number[] {
    return this.#dataset(path).shape ?? []
  }

  /** A dataset's single value as a number; throws `format` (`layout`) where it is none. */
  number(path: string): number {
    const { value } = this.#dataset(path)
    return this.#asNumber(path, value)
  }

  /** A dataset's single value as a string; throws `format` (`layout`) where it is none. */
  string(path: string): string {
    const { value } = this.#dataset(path)
    const single = Array.isArray(value) && value.length === 1 ? value[0] : value
    if (typeof single !== 'string') throw this.#unexpected(path, 'a string')
    return single
  }

  /** A dataset of strings. */
  strings(path: string): readonly string[] {
    const { value } = this.#dataset(path)
    if (!Array.isArray(value) || value.some(item => typeof item !== 'string'))
      throw this.#unexpected(path, 'a list of strings')
    return value as string[]
  }

  /** A dataset's attribute as a number; throws `format` (`layout`) where there is none. */
  numberAttribute(path: string, name: string): number {
    const attribute = this.#dataset(path).attrs[name]
    return this.#asNumber(`${path}@${name}`, attribute?.value)
  }

  /**
   * Elements `from` to `to` (not included) of a dataset of rank 1, as float64.
   *
   * @throws `format`: `layout` for a dataset that is missing or holds something else, `damaged` for bytes that libhdf5
   * can't make sense of.
   */
  float64(path: string, from: number, to: number): Float64Array {
    return Float64Array.from(this.#slice(path, from, to))
  }

  /**
   * Rows `from` to `to` (not included) of a dataset of rank 1 or 2, in the type they are stored in, and their width.
   *
   * @throws as `float64`.
   */
  rows(path: string, from: number, to: number): { readonly values: NumericArray; readonly width: number } {
    const { shape } = this.#dataset(path)
    const [, width = 1] = shape ?? []
    if (shape?.length !== 1 && shape?.length !== 2) throw this.#unexpected(path, 'one axis or two')
    const values = this.#hyperslab(path, shape.length === 1 ? [[from, to]] : [[from, to], []])
    return { values, width }
  }

  /** What HDF5 calls the type of a dataset's elements, such as `<d`. */
  elementType(path: string): string {
    const { dtype } = this.#dataset(path)
    return typeof dtype === 'string' ? dtype : 'compound'
  }

  /** The root's attributes: numbers, texts and lists of them. */
  attributes(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(Object.entries(this.#file.attrs).map(([name, attribute]) => [name, attribute.json_value]))
  }

  /** All elements of a dataset of rank 1, as unsigned 32-bit integers. */
  uint32(path: string): Uint32Array {
    return Uint32Array.from(this.#slice(path, 0, this.shape(path)[0] ?? 0))
  }

  close(): void {
    this.#file.close()
  }

  #slice(path: string, from: number, to: number): ArrayLike<number> {
    if (this.#dataset(path).shape?.length !== 1) throw this.#unexpected(path, 'one axis')
    const values = this.#hyperslab(path, [[from, to]])
    if (values instanceof BigInt64Array || values instanceof BigUint64Array)
      throw this.#unexpected(path, 'numbers of at most 32 bits or floating point')
    return values
  }

  #hyperslab(path: string, ranges: [number, number][] | [[number, number], []]): NumericArray {
    const dataset = this.#dataset(path)
    let values: unknown
    try {
      values = dataset.slice(ranges)
    } catch (cause) {
      throw dataError(
        'damaged',
        `data.Hdf5File: ${this.path} is damaged: ${path} can't be read (${hdf5Reason(cause)}); fetch it again`,
        { cause },
      )
    }
    if (!ArrayBuffer.isView(values)) throw this.#unexpected(path, 'numbers')
    return values as NumericArray
  }

  #dataset(path: string): h5wasm.Dataset {
    const entity = this.#file.get(path)
    if (entity instanceof h5wasm.Dataset) return entity
    throw dataError('layout', `data.Hdf5File: ${this.path} has no dataset ${path}; it holds ${this.contents()}`, {
      details: { path },
    })
  }

  /** The first few paths, for messages. */
  contents(): string {
    const paths = this.#file.paths()
    const shown = paths.slice(0, 8).join(', ')
    return paths.length === 0 ? 'nothing' : paths.length > 8 ? `${shown} and ${paths.length - 8} more` : shown
  }

  #asNumber(where: string, value: unknown): number {
    const single = ArrayBuffer.isView(value) ? (value as unknown as ArrayLike<number | bigint>)[0] : value
    if (typeof single !== 'number' && typeof single !== 'bigint') throw this.#unexpected(where, 'a number')
    return Number(single)
  }

  #unexpected(where: string, expected: string): Error {
    return dataError('layout', `data.Hdf5File: ${this.path}: expected ${where} to hold ${expected}`)
  }
}
