import { QuadrupoleError } from '../../core/index.ts'
import { broadcastTo } from '../primitives/movement.ts'
import { type SliceParams, slice } from '../primitives/slicing.ts'
import { aroundAxis } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import { type Graph, type Node, specOf, type Value } from '../trace.ts'
import { BatchLength, isBatchLength, probeSizes } from './batch-axis.ts'

/**
 * Makes the batch size symbolic: given the same function traced at the two probe sizes, lengths that follow the batch
 * size become symbolic and all else must agree.
 *
 * @throws `unsupported` where the graphs differ in another way, naming the operation.
 */
export function withBatchAxis(first: Graph, second: Graph): Graph {
  const values = new Map<Value, Value>()
  const merge = (a: Value, b: Value, where: string): Value => {
    const known = values.get(a)
    if (known) return known
    const value: Value = { shape: mergeParams(a.shape, b.shape, where) as number[], dtype: a.dtype }
    values.set(a, value)
    return value
  }
  const constants = [...second.constants]
  if (first.nodes.length !== second.nodes.length || constants.length !== first.constants.size)
    throw differs('the function', 'does different work for different batch sizes')
  const stretches: Node[] = []
  const pairs = [...first.constants].map(([value, tensor], i) => {
    const [otherValue, other] = constants[i]!
    const merged = merge(value, otherValue, 'a constant')
    const row = oneBatchRow(tensor, merged.shape)
    if (!sameElements(row, oneBatchRow(other, merged.shape)))
      throw differs('a constant', 'depends on the batch size (a mean over the batch, or a tensor of its length)')
    if (row === tensor) return [merged, tensor] as const
    const small: Value = specOf(row)
    stretches.push({ primitive: broadcastTo, params: { shape: merged.shape }, inputs: [small], outputs: [merged] })
    return [small, row] as const
  })
  const nodes = first.nodes.map((node, i): Node => {
    const other = second.nodes[i]!
    const { name } = node.primitive
    if (other.primitive !== node.primitive) throw differs(name, `becomes ${other.primitive.name} at another batch size`)
    const merged = {
      primitive: node.primitive,
      params: mergeParams(node.params, other.params, name) as object,
      inputs: node.inputs.map((value, k) => merge(value, other.inputs[k]!, name)),
      outputs: node.outputs.map((value, k) => merge(value, other.outputs[k]!, name)),
    }
    checkSlice(merged)
    return merged
  })
  return {
    constants: new Map(pairs),
    inputs: first.inputs.map((value, i) => merge(value, second.inputs[i]!, 'an input')),
    nodes: [...stretches, ...nodes],
    outputs: first.outputs.map((value, i) => merge(value, second.outputs[i]!, 'an output')),
  }
}

/** A slice that needs a batch of some size would silently give less for a smaller one. */
function checkSlice({ primitive, params, inputs: [input] }: Node): void {
  if (primitive !== slice) return
  const { stops } = params as SliceParams
  input!.shape.forEach((n, axis) => {
    if (isBatchLength(n) && !isBatchLength(stops[axis]!) && stops[axis]! > 1)
      throw differs('slice', `takes elements up to ${stops[axis]} of the batch, which may be smaller`)
  })
}

/** A constant without its batch axis (length 1), if it is the same all along it; the constant itself without one. */
function oneBatchRow(tensor: Tensor, shape: readonly number[]): Tensor {
  const axis = shape.findIndex(isBatchLength)
  if (axis < 0) return tensor
  const { outer, length, inner } = aroundAxis(tensor.shape, axis)
  const { data } = tensor
  const row = tensor.slice({ [axis]: [0, 1] })
  for (let i = 0; i < outer; i++)
    for (let k = 0; k < length * inner; k++)
      if (!Object.is(data[i * length * inner + k], row.data[i * inner + (k % inner)]))
        throw differs('a constant', 'depends on the batch size (a mean over the batch, or a tensor of its length)')
  return row
}

const sameElements = (a: Tensor, b: Tensor): boolean =>
  a.size === b.size && a.data.every((x: number | bigint, i: number) => Object.is(x, b.data[i]))

const isGraph = (value: object): value is Graph => 'nodes' in value && 'constants' in value

function mergeParams(a: unknown, b: unknown, where: string): unknown {
  if (Object.is(a, b)) return a
  if (typeof a === 'number' && typeof b === 'number') {
    const [p, q] = probeSizes
    if (a % p === 0 && b % q === 0 && a / p === b / q) return new BatchLength(a / p)
    throw differs(where, `uses a number that follows the batch size, but is no multiple of it (${a} and ${b})`)
  }
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) return a.map((x, i) => mergeParams(x, b[i], where))
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null) {
    if (isGraph(a) && isGraph(b)) return withBatchAxis(a, b)
    if (isPlain(a) && isPlain(b))
      return Object.fromEntries(
        Object.entries(a).map(([key, value]) => [key, mergeParams(value, (b as Record<string, unknown>)[key], where)]),
      )
  }
  throw differs(where, 'has parameters that depend on the batch size')
}

const isPlain = (value: object): boolean => Object.getPrototypeOf(value) === Object.prototype

const differs = (where: string, what: string): QuadrupoleError =>
  new QuadrupoleError('unsupported', `toOnnx: ${where} ${what}; the batch axis can’t be symbolic`)
