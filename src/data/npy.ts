import { dataError } from './data-error.ts'

/** An array of NumPy, in C order. */
export interface NpyArray {
  /** Empty for a single value. */
  readonly shape: readonly number[]
  /** What NumPy calls its type, such as `<f8`. */
  readonly descriptor: string
  readonly data: NpyData
}

/** Numbers as float64 (64-bit integers lose what float64 can't hold), complex ones as parts, or texts. */
export type NpyData =
  | { readonly kind: 'real'; readonly values: Float64Array }
  | { readonly kind: 'complex'; readonly re: Float64Array; readonly im: Float64Array }
  | { readonly kind: 'text'; readonly values: readonly string[] }

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const // \x93NUMPY

/** Whether a file that begins with these bytes is one array of NumPy. */
export function hasNpySignature(header: Uint8Array): boolean {
  return magic.every((byte, index) => header[index] === byte)
}

type ReadNumber = (view: DataView, at: number) => number

const numberReaders: Readonly<Record<string, ReadNumber>> = {
  f8: (view, at) => view.getFloat64(at, true),
  f4: (view, at) => view.getFloat32(at, true),
  i8: (view, at) => Number(view.getBigInt64(at, true)),
  u8: (view, at) => Number(view.getBigUint64(at, true)),
  i4: (view, at) => view.getInt32(at, true),
  u4: (view, at) => view.getUint32(at, true),
  i2: (view, at) => view.getInt16(at, true),
  u2: (view, at) => view.getUint16(at, true),
  i1: (view, at) => view.getInt8(at),
  u1: (view, at) => view.getUint8(at),
  b1: (view, at) => view.getUint8(at),
}

/**
 * Decodes a `.npy` file (NumPy Enhancement Proposal 1, versions 1 to 3): little-endian numbers, complex numbers and
 * texts. Pickled objects are refused: reading them would run code.
 *
 * @throws `format`: `truncated`, or `layout` for what is not a `.npy` file or of another type.
 */
export function parseNpy(bytes: Uint8Array, source: string): NpyArray {
  const fail = (reason: 'truncated' | 'layout', message: string): never => {
    throw dataError(reason, `data.parseNpy: ${source} ${message}`)
  }
  if (!hasNpySignature(bytes)) fail('layout', 'is no .npy file')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const wide = bytes[6] !== 1
  const prefix = wide ? 12 : 10
  if (bytes.length < prefix) fail('truncated', 'ends within its header; fetch it again')
  const start = prefix + (wide ? view.getUint32(8, true) : view.getUint16(8, true))
  if (bytes.length < start) fail('truncated', 'ends within its header; fetch it again')
  const header = new TextDecoder().decode(bytes.subarray(prefix, start))
  const [, descriptor = ''] = /'descr':\s*'([^']*)'/.exec(header) ?? []
  const [, order = ''] = /'fortran_order':\s*(True|False)/.exec(header) ?? []
  const [, dimensions] = /'shape':\s*\(([\d,\s]*)\)/.exec(header) ?? []
  if (order === '' || dimensions === undefined) fail('layout', `has a header not understood: ${header.trim()}`)
  const shape = dimensions!.split(',').flatMap(text => (text.trim() === '' ? [] : [Number(text)]))
  const [, kind = '', size = ''] = /^[<|]([fiubcU])(\d+)$/.exec(descriptor) ?? []
  const width = kind === 'U' ? 4 * Number(size) : Number(size)
  const isKnown = kind === 'U' || descriptor === '<c16' || descriptor === '<c8' || `${kind}${size}` in numberReaders
  if (!isKnown)
    fail('layout', `holds ${descriptor || 'structures or objects'}; expected little-endian numbers or texts`)
  const count = shape.reduce((product, length) => product * length, 1)
  if (bytes.length < start + count * width)
    fail('truncated', `is truncated: it has ${bytes.length} of ${start + count * width} bytes; fetch it again`)

  const place = order === 'True' ? fortranPlaces(shape) : (index: number) => index
  const each = (read: (at: number) => number): Float64Array => {
    const values = new Float64Array(count)
    for (let index = 0; index < count; index++) values[index] = read(start + place(index) * width)
    return values
  }
  if (kind === 'U') {
    const text = (index: number): string => {
      const at = start + place(index) * width
      const points = Array.from({ length: Number(size) }, (_, i) => view.getUint32(at + 4 * i, true))
      return String.fromCodePoint(...points).replace(/\0+$/, '')
    }
    return { shape, descriptor, data: { kind: 'text', values: Array.from({ length: count }, (_, i) => text(i)) } }
  }
  if (kind === 'c') {
    const part = numberReaders[`f${width / 2}`]!
    return {
      shape,
      descriptor,
      data: { kind: 'complex', re: each(at => part(view, at)), im: each(at => part(view, at + width / 2)) },
    }
  }
  const read = numberReaders[`${kind}${size}`]!
  return { shape, descriptor, data: { kind: 'real', values: each(at => read(view, at)) } }
}

/** Where an element lies in Fortran order that has an index in C order. */
function fortranPlaces(shape: readonly number[]): (index: number) => number {
  let stride = 1
  const strides = shape.map(length => {
    const own = stride
    stride *= length
    return own
  })
  return index => {
    let rest = index
    let place = 0
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place += (rest % shape[axis]!) * strides[axis]!
      rest = Math.floor(rest / shape[axis]!)
    }
    return place
  }
}
