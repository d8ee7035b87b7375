import { fromBinary } from '@bufbuild/protobuf'
import { QuadrupoleError } from '../../../core/index.ts'
import { allocate, type DType, type Storage } from '../../dtype.ts'
import type { ModelValue } from '../../runtime/model-value.ts'
import { sizeOf } from '../../shape.ts'
import { Tensor } from '../../tensor.ts'
import {
  TensorProto_DataType as ElementType,
  type ModelProto,
  ModelProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  type ValueInfoProto,
} from '../gen/onnx_pb.ts'
import { dtypeOfElement } from '../lowering.ts'

/** Gives the content of a file that a model keeps tensors in, by the location it names. */
export type ExternalData = (location: string) => Uint8Array

/**
 * Reads the protocol buffer of an ONNX file.
 *
 * @throws `format` for bytes that are none.
 */
export function parseModel(bytes: Uint8Array): ModelProto {
  try {
    const model = fromBinary(ModelProtoSchema, bytes)
    if (model.graph) return model
  } catch (cause) {
    throw new QuadrupoleError(
      'format',
      `fromOnnx: ${bytes.length} bytes are no ONNX model, or a damaged one; read or download the file again`,
      { cause },
    )
  }
  throw new QuadrupoleError('format', `fromOnnx: ${bytes.length} bytes hold no ONNX graph; is it an ONNX model?`)
}

const elementName = (type: number): string => (ElementType[type] ?? `type ${type}`).toLowerCase()

/** What an input or output is declared as; lengths that are only known when the model runs have a name, or ''. */
export function modelValueOf({ name, type }: ValueInfoProto): ModelValue {
  // outputs need not be declared beyond their name
  if (!type) return { name, dtype: 'unknown', shape: [] }
  if (type?.value.case !== 'tensorType')
    throw new QuadrupoleError('unsupported', `fromOnnx: '${name}' is a ${type?.value.case ?? 'value'}, not a tensor`)
  const { elemType, shape } = type.value.value
  return {
    name,
    dtype: dtypeOfElement(elemType) ?? elementName(elemType),
    shape: (shape?.dim ?? []).map(({ value }) =>
      value.case === 'dimValue' ? Number(value.value) : (value.value ?? ''),
    ),
  }
}

/**
 * A stored tensor. float16 and bfloat16 become float32, small integers int32.
 *
 * @throws `unsupported` for strings, complex numbers and 4-bit types.
 */
export function tensorOf(proto: TensorProto, external: ExternalData | undefined): Tensor {
  const shape = proto.dims.map(Number)
  const size = sizeOf(shape)
  const dtype = dtypeOfElement(proto.dataType)
  if (dtype) return Tensor.of(storedElements(proto, dtype, size, external), shape)
  const narrow = narrowTypes[proto.dataType as ElementType]
  if (!narrow)
    throw new QuadrupoleError(
      'unsupported',
      `fromOnnx: tensor '${proto.name}' holds ${elementName(proto.dataType)}, which is no tensor dtype; convert the model to float32`,
    )
  const raw = rawBytes(proto, external)
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
  const storage = allocate(narrow.dtype, size) as Float32Array | Int32Array
  const isRaw = raw.byteLength > 0 || size === 0
  const words = new DataView(new ArrayBuffer(4))
  for (let i = 0; i < size; i++) {
    if (isRaw) storage[i] = narrow.read(view, i * narrow.bytes)
    else {
      words.setInt32(0, proto.int32Data[i]!, true)
      storage[i] = narrow.read(words, 0)
    }
  }
  return Tensor.of(storage, shape)
}

interface NarrowType {
  readonly dtype: 'float32' | 'int32'
  readonly bytes: number
  readonly read: (view: DataView, offset: number) => number
}

const narrowTypes: Readonly<Partial<Record<ElementType, NarrowType>>> = {
  [ElementType.FLOAT16]: { dtype: 'float32', bytes: 2, read: (view, at) => fromHalf(view.getUint16(at, true)) },
  [ElementType.BFLOAT16]: { dtype: 'float32', bytes: 2, read: (view, at) => fromUpperHalf(view.getUint16(at, true)) },
  [ElementType.INT8]: { dtype: 'int32', bytes: 1, read: (view, at) => view.getInt8(at) },
  [ElementType.UINT8]: { dtype: 'int32', bytes: 1, read: (view, at) => view.getUint8(at) },
  [ElementType.INT16]: { dtype: 'int32', bytes: 2, read: (view, at) => view.getInt16(at, true) },
  [ElementType.UINT16]: { dtype: 'int32', bytes: 2, read: (view, at) => view.getUint16(at, true) },
}

/** IEEE 754 binary16. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** bfloat16: the upper half of a binary32. */
function fromUpperHalf(bits: number): number {
  const view = new DataView(new ArrayBuffer(4))
  view.setUint32(0, bits << 16)
  return view.getFloat32(0)
}

function storedElements(proto: TensorProto, dtype: DType, size: number, external: ExternalData | undefined): Storage {
  const storage = allocate(dtype, size)
  const raw = rawBytes(proto, external)
  if (raw.byteLength > 0) {
    if (raw.byteLength !== storage.byteLength) throw wrongSize(proto, raw.byteLength, storage.byteLength)
    new Uint8Array(storage.buffer).set(raw)
    return storage
  }
  const lists = {
    float32: proto.floatData,
    float64: proto.doubleData,
    int32: proto.int32Data,
    int64: proto.int64Data,
    bool: proto.int32Data,
  } as const
  const list = lists[dtype]
  if (list.length !== size) throw wrongSize(proto, list.length, size)
  storage.set(list as never)
  return storage
}

const wrongSize = ({ name }: TensorProto, given: number, expected: number): QuadrupoleError =>
  new QuadrupoleError('format', `fromOnnx: tensor '${name}' stores ${given} where its shape needs ${expected}`)

function rawBytes(proto: TensorProto, external: ExternalData | undefined): Uint8Array {
  if (proto.dataLocation !== TensorProto_DataLocation.EXTERNAL) return proto.rawData
  const entries = new Map(proto.externalData.map(({ key, value }) => [key, value]))
  const location = entries.get('location') ?? ''
  if (!external)
    throw new QuadrupoleError(
      'argument',
      `fromOnnx: tensor '${proto.name}' is stored in another file, '${location}'; use readOnnx(path), or give its content with options.externalData`,
    )
  const bytes = external(location)
  const offset = Number(entries.get('offset') ?? 0)
  const end = entries.has('length') ? offset + Number(entries.get('length')) : bytes.length
  if (!(offset >= 0 && end <= bytes.length)) throw wrongSize(proto, bytes.length, end)
  return bytes.subarray(offset, end)
}
