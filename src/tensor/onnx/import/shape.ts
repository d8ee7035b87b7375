import { allocate, type Storage } from '../../dtype.ts'
import { arange, full } from '../../ops/create.ts'
import { broadcastTo, concat, reshape, transpose } from '../../ops/shape.ts'
import { broadcastShapes, normalizeAxis, sizeOf } from '../../shape.ts'
import { Tensor } from '../../tensor.ts'
import type { Operator, OperatorNode, Operators } from './operator.ts'

/** A one-dimensional int64 tensor, as shapes are. */
const integerTensor = (values: readonly number[]): Tensor => Tensor.of(BigInt64Array.from(values, BigInt))

/** Axes that are an attribute in older operator sets and an input in newer ones, counted from the front. */
export function axesOf(node: OperatorNode, input: Tensor | undefined, rank: number): number[] | undefined {
  const axes = input ? node.numbers(input, 'axes') : node.integers('axes')
  return axes?.map(axis => normalizeAxis(node.label, axis, rank))
}

const reshapeTo: Operator = ([x, shape], node) => {
  const allowZero = node.flag('allowzero')
  const lengths = node.numbers(shape!, 'a shape').map((n, axis) => (n === 0 && !allowZero ? x!.shape[axis]! : n))
  return reshape(x!, lengths)
}

const flatten: Operator = ([x], node) => {
  const { shape, rank } = x!
  const axis = node.integer('axis', 1)
  const at = axis === rank ? rank : normalizeAxis(node.label, axis, rank)
  return reshape(x!, [sizeOf(shape.slice(0, at)), sizeOf(shape.slice(at))])
}

const unsqueeze: Operator = ([x, given], node) => {
  const list = given ? node.numbers(given, 'axes') : (node.integers('axes') ?? [])
  const rank = x!.rank + list.length
  const axes = new Set(list.map(axis => normalizeAxis(node.label, axis, rank)))
  const rest = [...x!.shape]
  return reshape(
    x!,
    Array.from({ length: rank }, (_, axis) => (axes.has(axis) ? 1 : rest.shift()!)),
  )
}

const splitInto: Operator = ([x, sizes], node) => {
  const axis = normalizeAxis(node.label, node.integer('axis', 0), x!.rank)
  const n = x!.shape[axis]!
  const count = node.integer('num_outputs', node.outputCount)
  const part = Math.ceil(n / count)
  const lengths =
    (sizes ? node.numbers(sizes, 'sizes') : node.integers('split')) ??
    Array.from({ length: count }, (_, i) => Math.min(part, n - i * part))
  let start = 0
  return lengths.map(length => {
    const piece = x!.slice({ [axis]: [start, start + length] })
    start += length
    return piece
  })
}

const slice: Operator = ([x, starts, ends, axes, steps], node) => {
  const from = node.numbers(starts!, 'slice starts')
  const to = node.numbers(ends!, 'slice ends')
  const along = axesOf(node, axes, x!.rank) ?? from.map((_, axis) => axis)
  const by = steps ? node.numbers(steps, 'slice steps') : from.map(() => 1)
  return x!.slice(
    Object.fromEntries(
      along.map((axis, i) => {
        const n = x!.shape[axis]!
        // a bound before the first element, which counts from the end in `slice`
        const stop = by[i]! < 0 && to[i]! < -n ? null : to[i]!
        return [axis, [from[i]!, stop, by[i]!] as const]
      }),
    ),
  )
}

const constant: Operator = (_inputs, node) => {
  const value = node.tensor('value')
  if (value) return value
  if (node.has('value_float')) return Tensor.of(Float32Array.of(node.float('value_float', 0)), [])
  if (node.has('value_int')) return Tensor.of(BigInt64Array.of(BigInt(node.integer('value_int', 0))), [])
  if (node.has('value_floats')) return Tensor.of(Float32Array.from(node.floats('value_floats')!))
  if (node.has('value_ints')) return integerTensor(node.integers('value_ints')!)
  throw node.unsupported('a constant of strings or a sparse one')
}

const constantOfShape: Operator = ([shape], node) => {
  const value = node.tensor('value') ?? Tensor.of(new Float32Array(1))
  const lengths = node.numbers(shape!, 'a shape')
  const storage = allocate(value.dtype, sizeOf(lengths))
  storage.fill(value.data[0] as never)
  return Tensor.of(storage, lengths)
}

const range: Operator = ([start, limit, delta], node) => {
  const [from, to, step] = [start!, limit!, delta!].map(bound => node.numbers(bound, 'bounds')[0]!)
  return arange(to!, { start: from!, step: step!, dtype: start!.dtype })
}

const expand: Operator = ([x, shape], node) =>
  broadcastTo(x!, broadcastShapes(node.label, x!.shape, node.numbers(shape!, 'a shape')))

const tile: Operator = ([x, repeats], node) =>
  node
    .numbers(repeats!, 'repeats')
    .reduce((tiled, count, axis) => (count === 1 ? tiled : concat(new Array<Tensor>(count).fill(tiled), { axis })), x!)

/** A shape or part of it: lengths are known whenever a model is called. */
const shapeOf: Operator = ([x], node) => {
  const { shape, rank } = x!
  const bound = (axis: number): number => Math.min(Math.max(axis < 0 ? axis + rank : axis, 0), rank)
  return integerTensor(shape.slice(bound(node.integer('start', 0)), bound(node.integer('end', rank))))
}

/** Ones below (or above) a diagonal, elsewhere zeros, times the tensor. */
const trilu: Operator = ([x, k], node) => {
  const offset = k ? node.numbers(k, 'a diagonal')[0]! : 0
  const isUpper = node.flag('upper', true)
  const [rows, columns] = x!.shape.slice(-2) as [number, number]
  const mask: Storage = new Uint8Array(rows * columns)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) mask[i * columns + j] = (isUpper ? j - i >= offset : j - i <= offset) ? 1 : 0
  return Tensor.of(mask, [rows, columns]).where(x!, full([], 0).cast(x!.dtype))
}

export const shapeOperators: Operators = {
  Reshape: reshapeTo,
  Flatten: flatten,
  Squeeze: ([x, axes], node) => x!.squeeze(axesOf(node, axes, x!.rank)),
  Unsqueeze: unsqueeze,
  Transpose: ([x], node) => transpose(x!, node.integers('perm')),
  Concat: (inputs, node) => concat(inputs, { axis: node.integer('axis', 0) }),
  Split: splitInto,
  Slice: slice,
  Expand: expand,
  Tile: tile,
  Shape: shapeOf,
  Size: ([x]) => Tensor.of(BigInt64Array.of(BigInt(x!.size)), []),
  Cast: ([x], node) => x!.cast(node.dtype('to')),
  CastLike: ([x, like]) => x!.cast(like!.dtype),
  Constant: constant,
  ConstantOfShape: constantOfShape,
  Range: range,
  Trilu: trilu,
}
