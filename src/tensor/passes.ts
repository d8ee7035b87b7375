import type { Target } from './onnx/lowering.ts'
import type { AnyPrimitive } from './primitive.ts'
import { broadcastTo, cast, reshape, transpose } from './primitives/movement.ts'
import { broadcastShapes, sameShape } from './shape.ts'
import type { Tensor } from './tensor.ts'
import { type Graph, type Node, pruned, specOf, traceFlat, type Value } from './trace.ts'

/** Replaces operations that a target lacks by others, until none is left. */
export function decomposed(graph: Graph, target: Target): Graph {
  let current = graph
  for (let changed = true; changed; ) {
    changed = false
    const step = (...inputs: Tensor[]): Tensor[] => {
      const tensors = new Map<Value, Tensor>(current.constants)
      current.inputs.forEach((value, i) => {
        tensors.set(value, inputs[i]!)
      })
      for (const { primitive, params, inputs: values, outputs } of current.nodes) {
        const from = values.map(value => tensors.get(value)!)
        const instead = primitive.decompose?.(from, params, target)
        if (instead) changed = true
        const results = instead ?? primitive.bind(from, params)
        outputs.forEach((value, i) => {
          tensors.set(value, results[i]!)
        })
      }
      return current.outputs.map(value => tensors.get(value)!)
    }
    current = traceFlat(step, current.inputs.map(specOf))
  }
  return current
}

/**
 * The graph without work that changes nothing: equal computations done once, reshapes, transposes and casts that do
 * nothing or follow one another, and tensors stretched only for elementwise operations, which stretch by themselves.
 */
export function simplified(graph: Graph): Graph {
  const replacement = new Map<Value, Value>()
  const producer = new Map<Value, Node>()
  const known = new Map<string, Node>()
  const ids = new Map<Value, number>()
  const idOf = (value: Value): number => {
    const id = ids.get(value) ?? ids.size
    ids.set(value, id)
    return id
  }
  const constants = new Map(graph.constants)
  const scalars = new Map<string, Value>()
  for (const [value, tensor] of graph.constants) {
    if (tensor.isTraced || tensor.size !== 1) continue
    const key = `${tensor.dtype} ${tensor.shape.join()} ${Object.is(tensor.data[0], -0) ? '-0' : tensor.data[0]}`
    const first = scalars.get(key)
    if (first) replacement.set(value, first)
    else scalars.set(key, value)
  }
  const nodes: Node[] = []
  for (const node of graph.nodes) {
    const inputs = node.inputs.map(value => replacement.get(value) ?? value)
    const merged = mergedWithProducer({ ...node, inputs: unstretched(node, inputs, producer) }, producer)
    const instead = passedThrough(merged)
    if (instead) {
      replacement.set(node.outputs[0]!, instead)
      continue
    }
    const key = keyOf(merged, idOf)
    const same = key === undefined ? undefined : known.get(key)
    if (same) {
      node.outputs.forEach((value, i) => {
        replacement.set(value, same.outputs[i]!)
      })
      continue
    }
    if (key !== undefined) known.set(key, merged)
    for (const value of merged.outputs) producer.set(value, merged)
    nodes.push(merged)
  }
  return pruned({
    inputs: graph.inputs,
    constants,
    nodes,
    outputs: graph.outputs.map(value => replacement.get(value) ?? value),
  })
}

/** An elementwise node's inputs from before they were stretched, where the result's shape does not need the stretching. */
function unstretched(node: Node, inputs: readonly Value[], producer: Map<Value, Node>): readonly Value[] {
  if (!node.primitive.isElementwise) return inputs
  const chosen = [...inputs]
  inputs.forEach((value, i) => {
    const source = producer.get(value)
    if (source?.primitive !== broadcastTo) return
    const candidate = chosen.with(i, source.inputs[0]!)
    const shape = broadcastShapes(node.primitive.name, ...candidate.map(input => input.shape))
    if (sameShape(shape, node.outputs[0]!.shape)) chosen[i] = source.inputs[0]!
  })
  return chosen
}

const axesOf = ({ params }: Node): readonly number[] => (params as { axes: readonly number[] }).axes

/** Two reshapes or two transposes in a row are one. */
function mergedWithProducer(node: Node, producer: Map<Value, Node>): Node {
  const before = producer.get(node.inputs[0]!)
  if (!before || before.primitive !== node.primitive) return node
  if (node.primitive === reshape) return { ...node, inputs: before.inputs }
  if (node.primitive !== transpose) return node
  const first = axesOf(before)
  return { ...node, inputs: before.inputs, params: { axes: axesOf(node).map(axis => first[axis]!) } }
}

/** The value a node only passes on, if it does. */
function passedThrough(node: Node): Value | undefined {
  const [input] = node.inputs
  const [output] = node.outputs
  const isPassing =
    node.primitive === transpose
      ? axesOf(node).every((axis, i) => axis === i)
      : conversions.has(node.primitive) && sameShape(input!.shape, output!.shape) && input!.dtype === output!.dtype
  return isPassing ? input : undefined
}

/** Primitives that only set a shape or a dtype. */
const conversions: ReadonlySet<AnyPrimitive> = new Set<AnyPrimitive>([reshape, broadcastTo, cast])

/** What two nodes that compute the same share; undefined where the parameters are more than plain data. */
function keyOf(node: Node, idOf: (value: Value) => number): string | undefined {
  let isPlain = true
  const params = JSON.stringify(node.params, (_key, value: unknown) => {
    if (typeof value === 'function' || value instanceof Map) isPlain = false
    // JSON has no word for these, and would take them for one another
    return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
  })
  return isPlain ? `${node.primitive.name} ${node.inputs.map(idOf).join()} ${params}` : undefined
}
