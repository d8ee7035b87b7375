import { QuadrupoleError } from '../core/index.ts'
import type { DType } from './dtype.ts'
import type { AnyPrimitive } from './primitive.ts'
import type { Shape } from './shape.ts'
import { Tensor } from './tensor.ts'

/** Shape and dtype: all that is known of a value before it is computed. */
export interface Spec {
  readonly shape: Shape
  readonly dtype: DType
}

/** A value of a graph. Identity matters, contents do not change. */
export interface Value extends Spec {}

/** One application of a primitive. */
export interface Node {
  readonly primitive: AnyPrimitive
  readonly params: object
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
}

/** A program: what `trace` makes and every transformation works on. Nodes stand in an order that can be run. */
export interface Graph {
  readonly inputs: readonly Value[]
  /** Tensors the traced function used without being given them; of an enclosing trace they may be traced themselves. */
  readonly constants: ReadonlyMap<Value, Tensor>
  readonly nodes: readonly Node[]
  readonly outputs: readonly Value[]
}

export const specOf = ({ shape, dtype }: Spec): Spec => ({ shape, dtype })

/** A graph under construction. Traces nest; an inner one holds values of an outer one as constants. */
export class Trace {
  readonly level: number
  readonly nodes: Node[] = []
  readonly constants = new Map<Value, Tensor>()
  isOpen = true
  readonly #valueOfConstant = new Map<Tensor['source'] | Value, Value>()

  constructor(level: number) {
    this.level = level
  }

  /** A tensor that stands for a new value of this graph. */
  newValue(spec: Spec): Value {
    return { shape: Object.freeze([...spec.shape]), dtype: spec.dtype }
  }

  /** The value of this graph that a tensor is, or holds as a constant. */
  valueOf(tensor: Tensor): Value {
    const { source } = tensor
    if (!ArrayBuffer.isView(source)) {
      if (source.trace === this) return source.value
      if (!source.trace.isOpen)
        throw new QuadrupoleError(
          'trace',
          `tensor: ${tensor} was made inside a traced function that has returned; return it from there instead of storing it`,
        )
    }
    const key = ArrayBuffer.isView(source) ? source : source.value
    const known = this.#valueOfConstant.get(key)
    if (known && known.shape.length === tensor.rank && known.shape.every((n, i) => n === tensor.shape[i])) return known
    const value = this.newValue(tensor)
    this.#valueOfConstant.set(key, value)
    this.constants.set(value, tensor)
    return value
  }

  /** Adds a node and returns tensors that stand for its outputs. */
  add(primitive: AnyPrimitive, params: object, inputs: readonly Tensor[], outputs: readonly Spec[]): Tensor[] {
    const values = outputs.map(spec => this.newValue(spec))
    this.nodes.push({ primitive, params, inputs: inputs.map(tensor => this.valueOf(tensor)), outputs: values })
    return values.map(value => Tensor.traced(this, value))
  }
}

/** How many traces are open around the code that runs now: tracing is synchronous, so this is a call depth. */
let depth = 0

/**
 * Records what a function does with tensors as a graph.
 *
 * @param f takes tensors of the given shapes and dtypes and returns tensors; it must be synchronous.
 * @throws `trace` when the function returns something that is not a list of tensors.
 */
export function traceFlat(f: (...inputs: Tensor[]) => readonly Tensor[], specs: readonly Spec[]): Graph {
  const trace = new Trace(++depth)
  try {
    const inputs = specs.map(spec => trace.newValue(spec))
    const results = f(...inputs.map(value => Tensor.traced(trace, value)))
    if (!Array.isArray(results) || !results.every(result => result instanceof Tensor))
      throw new QuadrupoleError(
        'trace',
        `tensor.trace: the traced function returned ${describe(results)}; it must return tensors, and must not be async`,
      )
    const outputs = results.map(result => trace.valueOf(result))
    return pruned({ inputs, constants: trace.constants, nodes: trace.nodes, outputs })
  } finally {
    trace.isOpen = false
    depth--
  }
}

const describe = (value: unknown): string =>
  value instanceof Promise ? 'a promise' : Array.isArray(value) ? 'a list with other things in it' : typeof value

/** The graph without nodes and constants that no output needs. */
export function pruned(graph: Graph): Graph {
  const needed = new Set(graph.outputs)
  const nodes: Node[] = []
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i]!
    if (!node.outputs.some(value => needed.has(value))) continue
    for (const value of node.inputs) needed.add(value)
    nodes.push(node)
  }
  const constants = new Map([...graph.constants].filter(([value]) => needed.has(value)))
  return { inputs: graph.inputs, constants, nodes: nodes.reverse(), outputs: graph.outputs }
}

/** Runs a graph on tensors: at once where they are concrete, into the trace they belong to where they are traced. */
export function evaluate(graph: Graph, inputs: readonly Tensor[]): Tensor[] {
  const tensors = evaluateAll(graph, inputs)
  return graph.outputs.map(value => tensors.get(value)!)
}

/** Like `evaluate`, but gives every value of the graph: reverse mode needs them. */
export function evaluateAll(graph: Graph, inputs: readonly Tensor[]): Map<Value, Tensor> {
  const tensors = new Map<Value, Tensor>(graph.constants)
  graph.inputs.forEach((value, i) => {
    tensors.set(value, inputs[i]!)
  })
  for (const { primitive, params, inputs: from, outputs } of graph.nodes) {
    const results = primitive.bind(
      from.map(value => tensors.get(value)!),
      params,
    )
    outputs.forEach((value, i) => {
      tensors.set(value, results[i]!)
    })
  }
  return tensors
}
