import { gather, gatherElements, scatterAdd } from '../../primitives/indexing.ts'
import { normalizeAxis, type Shape, sameShape, sizeOf, stridesOf, withLength } from '../../shape.ts'
import { Tensor } from '../../tensor.ts'
import type { Operator, OperatorNode, Operators } from './operator.ts'

const integerConstant = (values: ArrayLike<number>, shape: Shape, like: Tensor): Tensor =>
  Tensor.of(Float64Array.from(values), shape).cast(like.dtype)

/** Indices that count from the front. */
const fromFront = (indices: Tensor, lengths: Tensor): Tensor => indices.less(0).where(indices.add(lengths), indices)

const take = (x: Tensor, indices: Tensor, axis: number): Tensor => gather.bind([x, indices], { axis })[0]!

/** Row-major places of multi-indices, which lie along the last axis of a tensor, in the first axes of a shape. */
function placesOf(indices: Tensor, shape: Shape): Tensor {
  const lengths = shape.slice(0, indices.shape.at(-1)!)
  const last = [...new Array<number>(indices.rank - 1).fill(1), lengths.length]
  const front = fromFront(indices, integerConstant(lengths, last, indices))
  return front.mul(integerConstant(stridesOf(lengths), last, indices)).sum({ axes: -1 })
}

/** Row-major places of indices along one axis, each at its own place along the others. */
function placesAlong(indices: Tensor, shape: Shape, axis: number): Tensor {
  const strides = stridesOf(shape)
  const one = new Array<number>(indices.rank).fill(1)
  const own = fromFront(indices, integerConstant([shape[axis]!], one, indices)).mul(
    integerConstant([strides[axis]!], one, indices),
  )
  return indices.shape.reduce((places, length, other) => {
    if (other === axis) return places
    const steps = Array.from({ length }, (_, i) => i * strides[other]!)
    return places.add(integerConstant(steps, one.with(other, length), indices))
  }, own)
}

/** Puts rows at places of a list of rows, in place of those there or on top of them. */
function scattered(rows: Tensor, places: Tensor, updates: Tensor, node: OperatorNode): Tensor {
  const reduction = node.text('reduction', 'none')
  const put = (values: Tensor): Tensor => scatterAdd.bind([places, values], { axis: 0, length: rows.shape[0]! })[0]!
  const isBool = rows.dtype === 'bool'
  const sums = put(isBool ? updates.cast('int32') : updates)
  if (reduction === 'add') return rows.add(sums)
  if (reduction !== 'none') throw node.unsupported(`reduction = ${reduction}`)
  const hits = put(updates.cast('int32').mul(0).add(1)).greater(0)
  return hits.where(isBool ? sums.cast('bool') : sums, rows)
}

const scatterMany: Operator = ([x, indices, updates], node) => {
  const depth = indices!.shape.at(-1)!
  const rest = x!.shape.slice(depth)
  const rows = x!.reshape([sizeOf(x!.shape.slice(0, depth)), ...rest])
  const places = placesOf(indices!, x!.shape).reshape([-1])
  return scattered(rows, places, updates!.reshape([places.size, ...rest]), node).reshape(x!.shape)
}

const scatterAlong: Operator = ([x, indices, updates], node) => {
  const axis = normalizeAxis(node.label, node.integer('axis', 0), x!.rank)
  const places = placesAlong(indices!, x!.shape, axis).reshape([-1])
  return scattered(x!.reshape([-1]), places, updates!.reshape([-1]), node).reshape(x!.shape)
}

const gatherMany: Operator = ([x, indices], node) => {
  node.expect('batch_dims', 0)
  const depth = indices!.shape.at(-1)!
  const rows = x!.reshape([sizeOf(x!.shape.slice(0, depth)), ...x!.shape.slice(depth)])
  return take(rows, placesOf(indices!, x!.shape), 0)
}

const gatherAlong: Operator = ([x, indices], node) => {
  const axis = normalizeAxis(node.label, node.integer('axis', 0), x!.rank)
  const isWhole = sameShape(withLength(x!.shape, axis, 0), withLength(indices!.shape, axis, 0))
  if (isWhole) return gatherElements.bind([x!, indices!], { axis })
  // indices may reach less far than the tensor along the other axes
  return take(x!.reshape([-1]), placesAlong(indices!, x!.shape, axis), 0)
}

export const indexingOperators: Operators = {
  Gather: ([x, indices], node) => take(x!, indices!, normalizeAxis(node.label, node.integer('axis', 0), x!.rank)),
  GatherND: gatherMany,
  GatherElements: gatherAlong,
  ScatterND: scatterMany,
  ScatterElements: scatterAlong,
}
