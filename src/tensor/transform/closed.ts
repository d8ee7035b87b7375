import type { Tensor } from '../tensor.ts'
import { type Graph, type Spec, traceFlat } from '../trace.ts'

/** A graph that holds no traced constants: those it captured come as further inputs, after its own. */
export interface ClosedGraph {
  readonly graph: Graph
  readonly captured: readonly Tensor[]
}

/**
 * A graph made fit to stand as a parameter of a node: what it captured from enclosing traces becomes inputs of the node,
 * so that gradients reach it.
 */
export function closed(graph: Graph): ClosedGraph {
  const captured = [...graph.constants].filter(([, tensor]) => tensor.isTraced)
  const constants = new Map([...graph.constants].filter(([, tensor]) => !tensor.isTraced))
  return {
    graph: { ...graph, constants, inputs: [...graph.inputs, ...captured.map(([value]) => value)] },
    captured: captured.map(([, tensor]) => tensor),
  }
}

/** The closed graph of a function of tensors. */
export const traceClosed = (f: (...inputs: Tensor[]) => readonly Tensor[], specs: readonly Spec[]): ClosedGraph =>
  closed(traceFlat(f, specs))
