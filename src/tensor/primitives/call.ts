import { definePrimitive, type Primitive } from '../primitive.ts'
import type { Tensor } from '../tensor.ts'
import { evaluate, type Graph, specOf } from '../trace.ts'

/** Cotangents of a call's inputs, given everything forward and backward. */
export type CallRule = (
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  cotangents: readonly Tensor[],
) => readonly (Tensor | undefined)[]

export interface CallParams {
  readonly graph: Graph
  readonly rule: CallRule
}

/** A graph as one operation, with a gradient rule of its own: what `customGradient` and `checkpoint` are made of. */
export const call: Primitive<CallParams> = definePrimitive<CallParams>({
  name: 'call',
  infer: (_inputs, { graph }) => graph.outputs.map(specOf),
  run: (inputs, { graph }) => evaluate(graph, inputs).map(tensor => tensor.data),
  gradient: ({ inputs, outputs, cotangents, params }) => params.rule(inputs, outputs, cotangents),
  decompose: (inputs, { graph }) => evaluate(graph, inputs),
  lower: 'decomposed',
})
