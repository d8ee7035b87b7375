import type { Tensor } from '../tensor.ts'
import { type Graph, traceFlat } from '../trace.ts'
import { flattenTensors } from './tree.ts'

/** A function as a graph, and how its output nest is put together. */
export interface Traced<Out> {
  readonly graph: Graph
  readonly rebuild: (outputs: readonly Tensor[]) => Out
}

/**
 * Records what a function does with trees of tensors shaped like the given ones.
 *
 * @throws `trace` where the function reads a traced tensor's elements, or is async.
 */
export function trace<Args extends readonly unknown[], Out>(f: (...args: Args) => Out, ...args: Args): Traced<Out> {
  const input = flattenTensors(args)
  let rebuild: Traced<Out>['rebuild'] | undefined
  const graph = traceFlat((...leaves) => {
    const output = flattenTensors(f(...input.rebuild(leaves)))
    rebuild = output.rebuild
    return output.tensors
  }, input.tensors)
  return { graph, rebuild: rebuild! }
}
