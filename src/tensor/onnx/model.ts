import { create, toBinary } from '@bufbuild/protobuf'
import { decomposed, simplified } from '../passes.ts'
import type { Graph, Value } from '../trace.ts'
import {
  GraphProtoSchema,
  ModelProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
} from './gen/onnx_pb.ts'
import { Lowering, microsoftDomain, type Target, valueInfo } from './lowering.ts'

/** The operator set and file version written: of ONNX 1.17, which every ONNX Runtime since 1.20 reads. */
const opsetVersion = 21n
const irVersion = 10n

export interface ModelNames {
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Of those constants of the graph that have a name. */
  readonly constants?: ReadonlyMap<Value, string>
}

export interface ModelOptions extends Target {
  readonly names?: ModelNames
  /** Free text entries of the file, such as declared states. */
  readonly metadata?: Readonly<Record<string, string>>
}

const defaultNames = (graph: Graph): ModelNames => ({
  inputs: graph.inputs.map((_, i) => `input_${i}`),
  outputs: graph.outputs.map((_, i) => `output_${i}`),
})

/** Makes a graph ready for a target: what it lacks replaced, needless work removed. */
export const preparedFor = (graph: Graph, target: Target): Graph => simplified(decomposed(simplified(graph), target))

/** A prepared graph as the bytes of an ONNX file, its constants inside. */
export function modelBytes(graph: Graph, options: ModelOptions): Uint8Array {
  const { names = defaultNames(graph), metadata = {} } = options
  const lowering = new Lowering(options)
  lowering.reserve([...names.inputs, ...names.outputs, ...(names.constants?.values() ?? [])])
  graph.inputs.forEach((value, i) => {
    lowering.bindInput(value, names.inputs[i]!)
  })
  lowering.addGraph(graph, names.constants)
  const output = graph.outputs.map((value, i) => {
    // an Identity of its own, since a value may be an input, or two outputs
    lowering.output(lowering.nameOf(value), names.outputs[i]!)
    return valueInfo(names.outputs[i]!, value)
  })
  const model = create(ModelProtoSchema, {
    irVersion,
    producerName: 'quadrupole',
    opsetImport: [
      create(OperatorSetIdProtoSchema, { domain: '', version: opsetVersion }),
      ...(lowering.usesMicrosoftDomain
        ? [create(OperatorSetIdProtoSchema, { domain: microsoftDomain, version: 1n })]
        : []),
    ],
    metadataProps: Object.entries(metadata).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value })),
    graph: create(GraphProtoSchema, {
      name: 'quadrupole',
      input: graph.inputs.map((value, i) => valueInfo(names.inputs[i]!, value)),
      output,
      node: lowering.nodes,
      initializer: lowering.initializers,
    }),
  })
  return toBinary(ModelProtoSchema, model)
}
