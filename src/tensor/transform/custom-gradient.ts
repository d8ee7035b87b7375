import { QuadrupoleError } from '../../core/index.ts'
import { isFloat } from '../dtype.ts'
import { call } from '../primitives/call.ts'
import { after } from '../primitives/movement.ts'
import { noParams } from '../primitives/rules.ts'
import { sameShape, showShape } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import type { Graph } from '../trace.ts'
import { closed } from './closed.ts'
import { pullbackOf } from './grad.ts'
import { trace } from './trace.ts'
import { flattenTensors } from './tree.ts'

/** What a custom gradient rule is given. */
export interface CustomGradientContext<Args, Out> {
  readonly args: Args
  readonly output: Out
  /** A tree like the output. */
  readonly cotangent: Out
}

/**
 * A function with a gradient of one's own, for where the derived one is unstable, slow or not wanted.
 *
 * @param f takes and returns trees of tensors.
 * @param rule gives one cotangent tree an argument, written with tensor functions.
 * @throws `shape` when the rule's cotangents do not fit the arguments.
 * @example
 * const clipped = customGradient(
 *   (x: Tensor) => x,
 *   ({ cotangent }) => [clip(cotangent, { low: -1, high: 1 })],
 * )
 */
export function customGradient<Args extends readonly unknown[], Out>(
  f: (...args: Args) => Out,
  rule: (context: CustomGradientContext<Args, Out>) => readonly [...Args],
): (...args: Args) => Out {
  return callWith(f, ({ input, output, tensors, outputs, cotangents }) => {
    const given = rule({ args: input(tensors), output: output(outputs), cotangent: output(cotangents) })
    const found = flattenTensors(given).tensors
    tensors.forEach((tensor, i) => {
      if (!found[i] || !sameShape(found[i].shape, tensor.shape))
        throw new QuadrupoleError(
          'shape',
          `customGradient: the rule gave ${found[i] ? showShape(found[i].shape) : 'nothing'} for tensor ${i} of shape ${showShape(tensor.shape)}; return one cotangent tree an argument`,
        )
    })
    return found
  })
}

/**
 * A function whose intermediate values are not kept for its gradient but computed again: trades time for memory.
 *
 * @param f takes and returns trees of tensors.
 */
export function checkpoint<Args extends readonly unknown[], Out>(f: (...args: Args) => Out): (...args: Args) => Out {
  return callWith(f, ({ graph, inputs, cotangents }) => {
    // tied to a cotangent, so that the second computation is not merged with the first
    const tied = inputs.map(input => (isFloat(input.dtype) ? after.bind([input, cotangents[0]!], noParams)[0]! : input))
    return pullbackOf(graph, tied).pullback(cotangents)
  })
}

interface CallContext<Args, Out> {
  readonly graph: Graph
  /** All inputs of the call; the first ones are the arguments' tensors. */
  readonly inputs: readonly Tensor[]
  readonly tensors: readonly Tensor[]
  readonly outputs: readonly Tensor[]
  readonly cotangents: readonly Tensor[]
  readonly input: (tensors: readonly Tensor[]) => Args
  readonly output: (tensors: readonly Tensor[]) => Out
}

function callWith<Args extends readonly unknown[], Out>(
  f: (...args: Args) => Out,
  rule: (context: CallContext<Args, Out>) => readonly (Tensor | undefined)[],
): (...args: Args) => Out {
  return (...args) => {
    const { tensors: given, rebuild: input } = flattenTensors(args)
    const { graph: traced, rebuild: output } = trace(f, ...args)
    const { graph, captured } = closed(traced)
    const results = call.bind([...given, ...captured], {
      graph,
      rule: (inputs, outputs, cotangents) =>
        rule({ graph, inputs, tensors: inputs.slice(0, given.length), outputs, cotangents, input, output }),
    })
    return output(results)
  }
}
