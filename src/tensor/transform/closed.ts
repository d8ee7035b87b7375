import type { Tensor } from '../tensor.ts'
import { type Graph, type Spec, specOf, traceFlat } from '../trace.ts'

/** A graph that holds no traced constants: those it captured come as further inputs, after its own. */
export interface ClosedGraph {
  readonly graph: Graph
  readonly captured: readonly Tensor[]
}

/**
 * Traces a function to a graph that can stand as a parameter of a node: what it captured from enclosing traces becomes
 * inputs of the node, so that gradients reach it.
 */
export function traceClosed(f: (...inputs: Tensor[]) => readonly Tensor[], specs: readonly Spec[]): ClosedGraph {
  const graph = traceFlat(f, specs.map(specOf))
  const captured = [...graph.constants].filter(([, tensor]) => tensor.isTraced)
  const constants = new Map([...graph.constants].filter(([, tensor]) => !tensor.isTraced))
  return {
    graph: { ...graph, constants, inputs: [...graph.inputs, ...captured.map(([value]) => value)] },
    captured: captured.map(([, tensor]) => tensor),
  }
}
