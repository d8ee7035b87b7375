import { readFile } from 'node:fs/promises'
import { ioError, QuadrupoleError, writeFileAtomically } from '../core/index.ts'
import { type DType, type Storage, Tensor } from '../tensor/index.ts'

/** A file of named tensors. */
export interface Safetensors {
  readonly tensors: Readonly<Record<string, Tensor>>
  /** Free text by name. */
  readonly metadata: Readonly<Record<string, string>>
}

interface Entry {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly data_offsets: readonly [start: number, end: number]
}

const metadataName = '__metadata__'

/** The format's own bound, which also tells a file of another format from a large header. */
const longestHeader = 100_000_000

const formatNames: Readonly<Record<DType, string>> = {
  float64: 'F64',
  int64: 'I64',
  float32: 'F32',
  int32: 'I32',
  bool: 'BOOL',
}

/**
 * A file's bytes in the format safetensors: eight bytes of the header's length, a header in JSON, and the tensors'
 * elements, those of wide types first, so that all are aligned.
 *
 * @throws `argument` for a tensor called `__metadata__`.
 */
export function encodeSafetensors({ tensors, metadata }: Safetensors): Uint8Array {
  const names = Object.keys(tensors)
  if (names.includes(metadataName))
    throw new QuadrupoleError('argument', `train.encodeSafetensors: no tensor may be called ${metadataName}`)
  const widths = (name: string) => tensors[name]!.data.BYTES_PER_ELEMENT
  const ordered = names.toSorted((a, b) => widths(b) - widths(a) || (a < b ? -1 : 1))
  let end = 0
  const entries = ordered.map((name): [string, Entry] => {
    const { dtype, shape, data } = tensors[name]!
    const start = end
    end += data.byteLength
    return [name, { dtype: formatNames[dtype], shape: [...shape], data_offsets: [start, end] }]
  })
  const sorted = Object.fromEntries(Object.entries(metadata).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  const text = JSON.stringify({
    ...(Object.keys(sorted).length > 0 && { [metadataName]: sorted }),
    ...Object.fromEntries(entries),
  })
  const json = new TextEncoder().encode(text)
  const headerLength = Math.ceil(json.length / 8) * 8
  const bytes = new Uint8Array(8 + headerLength + end).fill(0x20, 8, 8 + headerLength)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true)
  bytes.set(json, 8)
  for (const [name, { data_offsets }] of entries) {
    const { buffer, byteOffset, byteLength } = tensors[name]!.data
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), 8 + headerLength + data_offsets[0])
  }
  return bytes
}

/**
 * The tensors of such a file. Half precision of either kind (F16, BF16) becomes float32, small integers int32.
 *
 * @throws `format` where the bytes are no such file, a truncated one, or hold a type that has no counterpart here.
 */
export function decodeSafetensors(
  bytes: Uint8Array,
  { path = 'the file' }: { readonly path?: string } = {},
): Safetensors {
  const refuse = (what: string, cause?: unknown): never => {
    throw new QuadrupoleError('format', `train.decodeSafetensors: ${path} ${what}`, { details: { path }, cause })
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const headerLength = bytes.length < 8 ? Number.NaN : Number(view.getBigUint64(0, true))
  if (!(headerLength <= longestHeader)) refuse('is no safetensors file: its first 8 bytes are no header’s length')
  if (8 + headerLength > bytes.length)
    refuse(`is truncated: it has ${bytes.length} bytes, its header alone takes ${8 + headerLength}; fetch it again`)
  let header: Record<string, Entry>
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + headerLength)))
  } catch (cause) {
    return refuse('is no safetensors file: its header is no JSON', cause)
  }
  const { [metadataName]: metadata = {}, ...entries } = header as Record<string, unknown>
  const data = bytes.subarray(8 + headerLength)
  checkLayout(entries as Record<string, Entry>, data.length, refuse)
  const tensors = Object.entries(entries as Record<string, Entry>).map(([name, { dtype, shape, data_offsets }]) => {
    const reader = readers[dtype]
    if (!reader) return refuse(`holds '${name}' of type ${dtype}, which is not read; expected ${Object.keys(readers)}`)
    const storage = reader.read(new Uint8Array(data.subarray(...data_offsets)).buffer)
    return [name, Tensor.of(storage, shape)] as const
  })
  return { tensors: Object.fromEntries(tensors), metadata: metadata as Record<string, string> }
}

/** Elements must lie one tensor behind the other without a gap, and fill the file. */
function checkLayout(entries: Readonly<Record<string, Entry>>, length: number, refuse: (what: string) => never): void {
  const placeOf = ({ data_offsets }: Entry) => data_offsets ?? [0, 0]
  // tensors without elements begin where another does
  const sorted = Object.entries(entries).toSorted(
    ([, a], [, b]) => placeOf(a)[0] - placeOf(b)[0] || placeOf(a)[1] - placeOf(b)[1],
  )
  let end = 0
  for (const [name, { dtype, shape, data_offsets }] of sorted) {
    if (typeof dtype !== 'string' || !Array.isArray(shape) || !Array.isArray(data_offsets))
      refuse(`describes '${name}' without dtype, shape and data_offsets`)
    const size = shape.reduce((product, n) => product * n, 1)
    const width = readers[dtype]?.width
    const [start, stop] = data_offsets
    if (start !== end || stop < start || (width !== undefined && stop - start !== size * width))
      refuse(`gives '${name}' (${dtype} [${shape}]) the bytes ${start} to ${stop}, which do not fit`)
    end = stop
  }
  if (end > length) refuse(`is truncated: its tensors take ${end} bytes, it has ${length}; fetch it again`)
  if (end < length) refuse(`has ${length - end} bytes behind its last tensor`)
}

interface Reader {
  readonly width: number
  readonly read: (buffer: ArrayBuffer) => Storage
}

const readers: Readonly<Record<string, Reader>> = {
  F64: { width: 8, read: buffer => new Float64Array(buffer) },
  F32: { width: 4, read: buffer => new Float32Array(buffer) },
  F16: { width: 2, read: buffer => Float32Array.from(new Uint16Array(buffer), halfToSingle) },
  BF16: { width: 2, read: buffer => new Float32Array(Uint32Array.from(new Uint16Array(buffer), x => x << 16).buffer) },
  I64: { width: 8, read: buffer => new BigInt64Array(buffer) },
  I32: { width: 4, read: buffer => new Int32Array(buffer) },
  I16: { width: 2, read: buffer => Int32Array.from(new Int16Array(buffer)) },
  I8: { width: 1, read: buffer => Int32Array.from(new Int8Array(buffer)) },
  U8: { width: 1, read: buffer => Int32Array.from(new Uint8Array(buffer)) },
  BOOL: { width: 1, read: buffer => new Uint8Array(buffer) },
}

/** A number of IEEE 754's binary16. */
function halfToSingle(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/**
 * Writes named tensors to a file, atomically.
 *
 * @throws `io`
 * @example
 * await writeSafetensors('weights.safetensors', { tensors: namedTensors(parameters), metadata: { step: '1000' } })
 */
export const writeSafetensors = (path: string, content: Safetensors): Promise<void> =>
  writeFileAtomically(path, encodeSafetensors(content))

/**
 * Reads a file of named tensors.
 *
 * @throws `io` if it can't be read, and what `decodeSafetensors` throws.
 */
export async function readSafetensors(path: string): Promise<Safetensors> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw ioError('train.readSafetensors', 'read', path, cause)
  })
  return decodeSafetensors(bytes, { path })
}
