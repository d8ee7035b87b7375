import { QuadrupoleError } from '../../core/index.ts'
import { isFloat } from '../dtype.ts'
import { call } from '../primitives/call.ts'
import { after } from '../primitives/movement.ts'
import { noParams } from '../primitives/rules.ts'
import { sameShape, showShape } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import { traceClosed } from './closed.ts'
import { pullbackOf } from './grad.ts'
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
    const given = rule({
      args: input(tensors) as Args,
      output: output(outputs) as Out,
      cotangent: output(cotangents) as Out,
    })
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

interface CallContext {
  readonly graph: ReturnType<typeof traceClosed>['graph']
  /** All inputs of the call; the first ones are the arguments' tensors. */
  readonly inputs: readonly Tensor[]
  readonly tensors: readonly Tensor[]
  readonly outputs: readonly Tensor[]
  readonly cotangents: readonly Tensor[]
  readonly input: (tensors: readonly Tensor[]) => unknown
  readonly output: (tensors: readonly Tensor[]) => unknown
}

function callWith<Args extends readonly unknown[], Out>(
  f: (...args: Args) => Out,
  rule: (context: CallContext) => readonly (Tensor | undefined)[],
): (...args: Args) => Out {
  return (...args) => {
    const input = flattenTensors(args)
    let output: ((tensors: readonly Tensor[]) => unknown) | undefined
    const { graph, captured } = traceClosed((...leaves) => {
      const result = flattenTensors(f(...(input.rebuild(leaves) as unknown as Args)))
      output = result.rebuild
      return result.tensors
    }, input.tensors)
    const results = call.bind([...input.tensors, ...captured], {
      graph,
      rule: (inputs, outputs, cotangents) =>
        rule({
          graph,
          inputs,
          tensors: inputs.slice(0, input.tensors.length),
          outputs,
          cotangents,
          input: input.rebuild,
          output: output!,
        }),
    })
    return output!(results) as Out
  }
}
