import { QuadrupoleError } from '../core/index.ts'
import type { Storage } from './dtype.ts'
import type { Lowering, Target } from './onnx/lowering.ts'
import { Tensor } from './tensor.ts'
import type { Spec, Trace } from './trace.ts'

/** What a gradient rule is given. */
export interface GradientContext<P> {
  readonly inputs: readonly Tensor[]
  readonly outputs: readonly Tensor[]
  /** One an output: zeros where the result does not depend on it. */
  readonly cotangents: readonly Tensor[]
  readonly params: P
  /** Whether an input's cotangent is wanted at all; a rule may skip the work where it is not. */
  readonly needed: readonly boolean[]
}

/** A batching rule's inputs: batched ones have the batch as axis 0, the others are shared by all of it. */
export interface BatchContext<P> {
  readonly inputs: readonly Tensor[]
  readonly batched: readonly boolean[]
  readonly size: number
  readonly params: P
}

/**
 * All that the package knows of one operation. Primitives are strict: no dtype promotion, no defaults, shapes exactly
 * as the rule says; the functions in `ops/` put NumPy's conventions on top. See docs/primitives.md for how to add one.
 */
export interface PrimitiveDefinition<P extends object> {
  readonly name: string
  /** It works element by element, and stretches axes of length 1. */
  readonly isElementwise?: boolean
  /** Shape rule: checks inputs and gives the outputs' shapes and dtypes. Throws `shape`, `dtype` or `argument`. */
  readonly infer: (inputs: readonly Spec[], params: P) => readonly Spec[]
  /** Eager kernel on concrete tensors. It is also the oracle that compiled graphs are tested against. */
  readonly run: (inputs: readonly Tensor[], params: P, outputs: readonly Spec[]) => readonly Storage[]
  /** Cotangents of the inputs, in terms of tensor functions, so that gradients have gradients; 'none' if constant. */
  readonly gradient: 'none' | ((context: GradientContext<P>) => readonly (Tensor | undefined)[])
  /** Says the operation in terms of others, where the target has no operator for it (or a faulty one). */
  readonly decompose?: (inputs: readonly Tensor[], params: P, target: Target) => readonly Tensor[] | undefined
  /** Writes the operation as ONNX nodes and returns the names of its outputs; 'decomposed' if it never gets there. */
  readonly lower:
    | 'decomposed'
    | ((lowering: Lowering, inputs: readonly string[], node: LoweredNode<P>) => string | readonly string[])
  /** Batching rule for `vmap`, whose outputs have the batch as axis 0; without one vmap runs the examples in turn. */
  readonly batch?: (context: BatchContext<P>) => readonly Tensor[]
}

/** A node's shapes and parameters, as its lowering sees them. */
export interface LoweredNode<P> {
  readonly params: P
  readonly inputs: readonly Spec[]
  readonly outputs: readonly Spec[]
}

export interface Primitive<P extends object> extends PrimitiveDefinition<P> {
  /** Applies the primitive: at once to concrete tensors, as a node of the graph if one of them is traced. */
  readonly bind: (inputs: readonly Tensor[], params: P) => Tensor[]
}

/** A primitive whose parameters' type is not known here, as in a graph's nodes. */
// biome-ignore lint/suspicious/noExplicitAny: parameters are contravariant, so no narrower type takes every primitive
export type AnyPrimitive = Primitive<any>

/** Makes a primitive of its definition. */
export function definePrimitive<P extends object>(definition: PrimitiveDefinition<P>): Primitive<P> {
  const primitive: Primitive<P> = {
    ...definition,
    bind: (inputs, params) => {
      const outputs = definition.infer(inputs, params)
      const trace = innermostTrace(definition.name, inputs)
      if (trace) return trace.add(primitive, params, inputs, outputs)
      return definition.run(inputs, params, outputs).map((storage, i) => Tensor.of(storage, outputs[i]!.shape))
    },
  }
  return primitive
}

/** The deepest trace among traced inputs; to it, values of outer traces are constants. */
function innermostTrace(name: string, inputs: readonly Tensor[]): Trace | undefined {
  let trace: Trace | undefined
  for (const { source } of inputs) {
    if (ArrayBuffer.isView(source)) continue
    if (!source.trace.isOpen)
      throw new QuadrupoleError(
        'trace',
        `${name}: a tensor was made inside a traced function that has returned; return it from there instead of storing it`,
      )
    if (!trace || source.trace.level > trace.level) trace = source.trace
  }
  return trace
}
