import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import type { Storage } from '../dtype.ts'
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  ValueInfoProtoSchema,
} from '../onnx/gen/onnx_pb.ts'
import { tensorProto, valueInfo } from '../onnx/lowering.ts'
import type { Shape } from '../shape.ts'
import type { Tensor } from '../tensor.ts'

/** An attribute: whole numbers are integers, others floats, unless { float } says so. */
export type NodeAttribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly storage: Storage; readonly shape: Shape }

/** One operator as a model of its own. */
export interface OnnxNode {
  readonly type: string
  readonly attributes?: Readonly<Record<string, NodeAttribute>>
  /** Given when the model is called. */
  readonly inputs: readonly Tensor[]
  /** Stored in the model behind the inputs: axes, pads, bounds; undefined ones are left out. */
  readonly stored?: readonly (Tensor | undefined)[]
  readonly outputs?: number
  readonly opset?: number
  readonly domain?: string
}

/** The bytes of a model that holds one operator; inputs are called `x0`, `x1`, …, outputs `y0`, `y1`, …. */
export function onnxNodeModel(node: OnnxNode): Uint8Array {
  const { type, attributes = {}, inputs, stored = [], outputs = 1, opset = 21, domain = '' } = node
  const names = [...inputs.map((_, i) => `x${i}`), ...stored.map((tensor, i) => (tensor ? `s${i}` : ''))]
  const results = Array.from({ length: outputs }, (_, i) => `y${i}`)
  const graph = create(GraphProtoSchema, {
    name: type,
    input: inputs.map((tensor, i) => valueInfo(`x${i}`, tensor)),
    output: results.map(name => create(ValueInfoProtoSchema, { name })),
    node: [
      create(NodeProtoSchema, {
        opType: type,
        domain,
        input: names,
        output: results,
        attribute: Object.entries(attributes).map(([name, value]) => attributeOf(name, value)),
      }),
    ],
    initializer: stored.flatMap((tensor, i) => (tensor ? [tensorProto(`s${i}`, tensor.data, tensor.shape)] : [])),
  })
  const sets = [{ domain: '', version: BigInt(opset) }, ...(domain ? [{ domain, version: 1n }] : [])]
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: sets.map(set => create(OperatorSetIdProtoSchema, set)),
      graph,
    }),
  )
}

function attributeOf(name: string, value: NodeAttribute): AttributeProto {
  const attribute = (fields: Omit<MessageInitShape<typeof AttributeProtoSchema>, '$typeName'>) =>
    create(AttributeProtoSchema, { name, ...fields })
  if (typeof value === 'string') return attribute({ type: AttributeType.STRING, s: new TextEncoder().encode(value) })
  if (typeof value === 'number')
    return Number.isInteger(value)
      ? attribute({ type: AttributeType.INT, i: BigInt(value) })
      : attribute({ type: AttributeType.FLOAT, f: value })
  if ('float' in value) return attribute({ type: AttributeType.FLOAT, f: value.float })
  if ('floats' in value) return attribute({ type: AttributeType.FLOATS, floats: [...value.floats] })
  if ('storage' in value)
    return attribute({ type: AttributeType.TENSOR, t: tensorProto(name, value.storage, value.shape) })
  return attribute({ type: AttributeType.INTS, ints: value.map(BigInt) })
}
