import { fromBinary } from '@bufbuild/protobuf'
import type { DType } from '../dtype.ts'
import { type GraphProto, ModelProtoSchema } from '../onnx/gen/onnx_pb.ts'
import type { Lowering, Provider } from '../onnx/lowering.ts'
import { modelBytes, preparedFor } from '../onnx/model.ts'
import { type AnyPrimitive, definePrimitive } from '../primitive.ts'
import { primitives } from '../primitives/table.ts'
import { createSession, type SessionOptions } from '../runtime/session.ts'
import type { Tensor } from '../tensor.ts'
import { type Spec, specOf, traceFlat } from '../trace.ts'
import type { Case } from './case.ts'
import { cases } from './cases.ts'
import { type Experiment, experimentOf } from './experiment.ts'

const floats: readonly DType[] = ['float32', 'float64']

/** One case of a primitive in one dtype, under a name for test titles. */
export interface PrimitiveCase {
  readonly title: string
  readonly dtype: DType
  readonly experiment: Experiment
}

/** Every case of the battery in every dtype it is meant for. */
export const everyCase = (): PrimitiveCase[] =>
  (Object.keys(cases) as (keyof typeof cases)[]).flatMap(name => {
    const primitive: AnyPrimitive = primitives[name]
    return (cases[name] as readonly Case[]).flatMap((each, i) =>
      (each.dtypes ?? floats).map(dtype => ({
        title: `${name} ${i} ${dtype}`,
        dtype,
        experiment: experimentOf(primitive, each, dtype),
      })),
    )
  })

/** A function of a list of tensors as a model made for a provider. */
export const modelOf = (
  f: (inputs: readonly Tensor[]) => readonly Tensor[],
  inputs: readonly Spec[],
  provider: Provider,
): Uint8Array =>
  modelBytes(
    preparedFor(
      traceFlat((...tensors) => f(tensors), inputs.map(specOf)),
      { provider },
    ),
    { provider },
  )

/** The nodes of a model, those in subgraphs too. */
export function nodesOf(model: Uint8Array): GraphProto['node'] {
  const below = ({ node }: GraphProto): GraphProto['node'] =>
    node.flatMap(each => [each, ...each.attribute.flatMap(({ g }) => (g ? below(g) : []))])
  return below(fromBinary(ModelProtoSchema, model).graph!)
}

/** Writes one operator (or a few), and what its outputs are. */
export interface RawOperator {
  readonly outputs: readonly Spec[]
  readonly lower: (onnx: Lowering, inputs: readonly string[]) => string | readonly string[]
}

/** Runs an operator of ONNX Runtime as it is, past our primitives. */
export async function runRaw(
  inputs: readonly Tensor[],
  { outputs, lower }: RawOperator,
  options: SessionOptions = {},
): Promise<Tensor[]> {
  const raw = definePrimitive<object>({
    name: 'raw',
    infer: () => outputs,
    run: () => [],
    gradient: 'none',
    lower: (onnx, names) => lower(onnx, names),
  })
  const model = modelOf(tensors => raw.bind(tensors, {}), inputs, options.provider ?? 'cpu')
  const session = await createSession(model, options)
  try {
    return await session.run(inputs)
  } finally {
    await session.dispose()
  }
}
