import { QuadrupoleError } from '../../core/index.ts'
import { stack } from '../ops/shape.ts'
import { showShape } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import type { Graph, Node, Value } from '../trace.ts'
import { trace } from './trace.ts'
import { flattenTensors } from './tree.ts'

export interface VmapOptions {
  /** By argument: whether its tensors have the batch as axis 0 (true) or are shared by all examples; all true by default. */
  readonly batched?: readonly boolean[]
}

/** A tensor of a batched evaluation: with the batch as axis 0, or the same for all examples. */
interface Entry {
  readonly tensor: Tensor
  readonly isBatched: boolean
}

/**
 * A function of one example as a function of a batch: arguments and results get the batch as axis 0. Operations with a
 * batching rule run once for the whole batch, the others example by example.
 *
 * @throws `shape` where batch sizes differ.
 * @example
 * vmap((x: Tensor, w: Tensor) => w.matmul(x), { batched: [true, false] })(batch, w)
 */
export function vmap<Args extends readonly unknown[], Out>(
  f: (...args: Args) => Out,
  options: VmapOptions = {},
): (...args: Args) => Out {
  return (...args) => {
    const { batched = args.map(() => true) } = options
    const entries = args.flatMap((arg, i) =>
      flattenTensors(arg).tensors.map((tensor): Entry => ({ tensor, isBatched: batched[i] ?? true })),
    )
    const size = batchSize(entries)
    const input = flattenTensors(args)
    const examples = entries.map(({ tensor, isBatched }) => (isBatched ? tensor.slice({ 0: 0 }) : tensor))
    const { graph, rebuild } = trace(f, ...input.rebuild(examples))
    const outputs = evaluateBatched(graph, entries, size)
    return rebuild(outputs.map(entry => withBatch(entry, size)))
  }
}

function batchSize(entries: readonly Entry[]): number {
  const batched = entries.filter(entry => entry.isBatched).map(entry => entry.tensor)
  const [first] = batched
  if (!first)
    throw new QuadrupoleError('argument', 'vmap: no argument has the batch axis; mark at least one as batched')
  const odd = batched.find(tensor => tensor.rank === 0 || tensor.shape[0] !== first.shape[0])
  if (odd)
    throw new QuadrupoleError(
      'shape',
      `vmap: axis 0 of batched arguments must have one length, got ${showShape(first.shape)} and ${showShape(odd.shape)}`,
    )
  if (first.shape[0] === 0) throw new QuadrupoleError('shape', 'vmap: the batch is empty; give at least one example')
  return first.shape[0]!
}

const withBatch = ({ tensor, isBatched }: Entry, size: number): Tensor =>
  isBatched ? tensor : tensor.broadcastTo([size, ...tensor.shape])

function evaluateBatched(graph: Graph, inputs: readonly Entry[], size: number): Entry[] {
  const entries = new Map<Value, Entry>()
  for (const [value, tensor] of graph.constants) entries.set(value, { tensor, isBatched: false })
  graph.inputs.forEach((value, i) => {
    entries.set(value, inputs[i]!)
  })
  for (const node of graph.nodes) {
    const from = node.inputs.map(value => entries.get(value)!)
    const results = runBatched(node, from, size)
    node.outputs.forEach((value, i) => {
      entries.set(value, results[i]!)
    })
  }
  return graph.outputs.map(value => entries.get(value)!)
}

function runBatched({ primitive, params }: Node, from: readonly Entry[], size: number): Entry[] {
  const inputs = from.map(entry => entry.tensor)
  const batched = from.map(entry => entry.isBatched)
  if (!batched.includes(true)) return primitive.bind(inputs, params).map(tensor => ({ tensor, isBatched: false }))
  if (primitive.batch)
    return primitive.batch({ inputs, batched, size, params }).map(tensor => ({ tensor, isBatched: true }))
  const examples = Array.from({ length: size }, (_, example) =>
    primitive.bind(
      from.map(({ tensor, isBatched }) => (isBatched ? tensor.slice({ 0: example }) : tensor)),
      params,
    ),
  )
  return examples[0]!.map((_, output) => ({ tensor: stack(examples.map(all => all[output]!)), isBatched: true }))
}
