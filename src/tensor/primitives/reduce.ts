import { QuadrupoleError } from '../../core/index.ts'
import { allocate, type DType, isFloat, type NumberStorage, type Storage } from '../dtype.ts'
import { isBatchLength } from '../onnx/batch-axis.ts'
import type { Lowering } from '../onnx/lowering.ts'
import { definePrimitive, type LoweredNode, type Primitive } from '../primitive.ts'
import { type Shape, showShape, sizeOf, stridesOf } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import type { Spec } from '../trace.ts'
import { concat } from './movement.ts'
import { checkDTypes, largerBig, numbers, pick, smallerBig, stridedOffsets } from './rules.ts'

export interface ReduceParams {
  /** Sorted, without repeats. */
  readonly axes: readonly number[]
  /** Whether the reduced axes stay, with length 1. */
  readonly keepAxes: boolean
}

const reducedShape = (shape: Shape, { axes, keepAxes }: ReduceParams): number[] =>
  keepAxes ? shape.map((n, axis) => (axes.includes(axis) ? 1 : n)) : shape.filter((_, axis) => !axes.includes(axis))

/** The elements with the reduced axes last, so that each run of `length` gives one result. */
function runsOf(input: Tensor, axes: readonly number[]): { data: Storage; length: number; count: number } {
  const { shape, dtype, data } = input
  const kept = shape.map((_, axis) => axis).filter(axis => !axes.includes(axis))
  const length = sizeOf(axes.map(axis => shape[axis]!))
  const count = sizeOf(kept.map(axis => shape[axis]!))
  const order = [...kept, ...axes]
  if (order.every((axis, i) => axis === i)) return { data, length, count }
  const strides = stridesOf(shape)
  const offsets = stridedOffsets(
    order.map(axis => shape[axis]!),
    order.map(axis => strides[axis]!),
  )
  return { data: pick(data, dtype, offsets), length, count }
}

interface Definition {
  readonly name: string
  readonly dtypes: readonly DType[]
  /** Folds the run [start, end) of an array of numbers. */
  readonly fold: (data: NumberStorage, start: number, end: number) => number
  readonly foldBig: (data: BigInt64Array, start: number, end: number) => bigint
  readonly gradient: 'none' | ((x: Tensor, y: Tensor, cotangent: Tensor) => Tensor)
  readonly lower: (onnx: Lowering, input: string, node: LoweredNode<ReduceParams>) => string
  /** Whether a run of no elements has a value (0 for a sum). */
  readonly takesEmpty?: boolean
}

function defineReduction(definition: Definition): Primitive<ReduceParams> {
  const { name, dtypes, fold, foldBig, gradient, lower, takesEmpty = false } = definition
  const primitive: Primitive<ReduceParams> = definePrimitive<ReduceParams>({
    name,
    infer: ([input], params) => {
      const dtype = checkDTypes(name, [input!], dtypes)
      if (!takesEmpty && params.axes.some(axis => input!.shape[axis] === 0))
        throw new QuadrupoleError(
          'shape',
          `${name}: an axis of length 0 in ${showShape(input!.shape)} has no ${name}; check for empty input first`,
        )
      return [{ shape: reducedShape(input!.shape, params), dtype }]
    },
    run: ([input], { axes }) => {
      const { data, length, count } = runsOf(input!, axes)
      const out = allocate(input!.dtype, count)
      for (let i = 0; i < count; i++)
        if (data instanceof BigInt64Array) out[i] = foldBig(data, i * length, (i + 1) * length)
        else out[i] = fold(data, i * length, (i + 1) * length)
      return [out]
    },
    gradient:
      gradient === 'none'
        ? 'none'
        : ({ inputs, outputs, cotangents, params }) => {
            const kept = reducedShape(inputs[0]!.shape, { ...params, keepAxes: true })
            return [gradient(inputs[0]!, outputs[0]!.reshape(kept), cotangents[0]!.reshape(kept))]
          },
    lower: (onnx, [input], node) => lower(onnx, input!, node),
    batch: ({ inputs, params }) => primitive.bind(inputs, { ...params, axes: params.axes.map(axis => axis + 1) }),
  })
  return primitive
}

const reduceOp = (onnx: Lowering, type: string, input: string, { params }: LoweredNode<ReduceParams>): string =>
  params.axes.length === 0
    ? input
    : onnx.op(type, [input, onnx.integers(params.axes)], { attributes: { keepdims: params.keepAxes ? 1 : 0 } })

/** Above this many summands in a run, float32 sums are made in two stages: ONNX Runtime adds a run naively. */
const longestRun = 4096

/** Up to so many rows of at least so many numbers are added by a product with ones. */
const mostRows = 128
const leastColumns = 512

/**
 * The sum of a few long rows, as of a batch's gradients: a product with a row of ones, which takes a fifth of ReduceSum's
 * time on processors.
 */
function lowerSumOfRows(onnx: Lowering, input: string, { params, inputs }: LoweredNode<ReduceParams>): string {
  const { shape } = inputs[0] as Spec
  const rows = shape[0]!
  const ones = onnx.constant(new Float32Array(rows).fill(1), [1, rows])
  const matrix = onnx.op('Reshape', [input, onnx.integers([rows, -1])])
  const sum = onnx.op('MatMul', [ones, matrix])
  return onnx.op('Reshape', [sum, onnx.dims(reducedShape(shape, params))])
}

const isSumOfRows = (onnx: Lowering, { shape, dtype }: Spec, { axes }: ReduceParams): boolean =>
  onnx.provider === 'cpu' &&
  dtype === 'float32' &&
  axes.length === 1 &&
  axes[0] === 0 &&
  !shape.some(isBatchLength) &&
  shape[0]! > 1 &&
  shape[0]! <= mostRows &&
  sizeOf(shape) >= shape[0]! * leastColumns

function lowerSum(onnx: Lowering, input: string, node: LoweredNode<ReduceParams>): string {
  const { params, inputs } = node
  const [spec] = inputs as [Spec]
  if (isSumOfRows(onnx, spec, params)) return lowerSumOfRows(onnx, input, node)
  const last = params.axes.at(-1)
  const length = last === undefined ? 0 : spec.shape[last]!
  const run = sizeOf(params.axes.map(axis => spec.shape[axis]!))
  const parts = last === undefined ? undefined : factorNear(length, Math.ceil(Math.sqrt(run)))
  if (spec.dtype !== 'float32' || run <= longestRun || last === undefined)
    return reduceOp(onnx, 'ReduceSum', input, node)
  if (parts === undefined) {
    // no useful factor: sum in float64, which costs a copy
    const wide = onnx.op('Cast', [input], { attributes: { to: onnx.elementType('float64') } })
    return onnx.op('Cast', [reduceOp(onnx, 'ReduceSum', wide, node)], {
      attributes: { to: onnx.elementType('float32') },
    })
  }
  const split = [...spec.shape.slice(0, last), length / parts, parts, ...spec.shape.slice(last + 1)]
  const shaped = onnx.op('Reshape', [input, onnx.dims(split)])
  const partial = onnx.op('ReduceSum', [shaped, onnx.integers([last + 1])], { attributes: { keepdims: 0 } })
  return reduceOp(onnx, 'ReduceSum', partial, node)
}

/** The divisor of n nearest to a target, if there is one that makes both stages short. */
function factorNear(n: number, target: number): number | undefined {
  let best: number | undefined
  for (let factor = 2; factor <= Math.min(n, longestRun); factor++)
    if (n % factor === 0 && (best === undefined || Math.abs(factor - target) < Math.abs(best - target))) best = factor
  return best !== undefined && n / best <= longestRun ? best : undefined
}

/**
 * Sums over axes, float32 ones of any length to float32's digits. Compiled int64 sums beyond 2^53 are rounded, since ONNX
 * Runtime adds them in float64.
 */
export const reduceSum = defineReduction({
  name: 'sum',
  dtypes: numbers,
  takesEmpty: true,
  fold: (data, start, end) => {
    let sum = 0
    for (let i = start; i < end; i++) sum += data[i]!
    return sum
  },
  foldBig: (data, start, end) => data.subarray(start, end).reduce((sum, x) => sum + x, 0n),
  gradient: (x, _y, cotangent) => cotangent.broadcastTo(x.shape),
  lower: lowerSum,
})

/**
 * Each element's cotangent is the product of the others: of those before it times those after it, so that zeros need no
 * division and second derivatives are right at them too.
 */
function productGradient(x: Tensor, y: Tensor, cotangent: Tensor): Tensor {
  const axes = y.shape.flatMap((n, axis) => (n !== x.shape[axis] ? [axis] : []))
  const kept = x.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]))
  const order = [...kept, ...axes]
  const moved = x.transpose(order)
  const rows = moved.reshape([sizeOf(kept.map(axis => x.shape[axis]!)), sizeOf(axes.map(axis => x.shape[axis]!))])
  const others = productsBefore(rows).mul(productsBefore(rows.flip(1)).flip(1))
  return others
    .reshape(moved.shape)
    .transpose(order.map((_, axis) => order.indexOf(axis)))
    .mul(cotangent)
}

/** Products of all elements before each one in its row, by doubling the stretch they cover. */
function productsBefore(rows: Tensor): Tensor {
  const [count, n] = rows.shape as [number, number]
  const shifted = (from: Tensor, by: number): Tensor => {
    const ones = from.like(1).broadcastTo([count, by])
    return concat.bind([ones, from.slice({ 1: [0, n - by] })], { axis: 1 })[0]!
  }
  let products = shifted(rows, Math.min(1, n))
  for (let stretch = 1; stretch < n - 1; stretch *= 2) products = products.mul(shifted(products, stretch))
  return products
}

/** Products over axes; of integers, exact below 2^31 only. */
export const reduceProd = defineReduction({
  name: 'prod',
  dtypes: numbers,
  takesEmpty: true,
  fold: (data, start, end) => {
    let product = 1
    for (let i = start; i < end; i++) product *= data[i]!
    return product
  },
  foldBig: (data, start, end) => data.subarray(start, end).reduce((product, x) => product * x, 1n),
  gradient: productGradient,
  lower: (onnx, input, node) => reduceOp(onnx, 'ReduceProd', input, node),
})

/** ONNX Runtime's extrema pass over a NaN that is not the first element; a sum does not, and is as fast. */
function lowerExtremum(onnx: Lowering, type: string, input: string, node: LoweredNode<ReduceParams>): string {
  const extremum = reduceOp(onnx, type, input, node)
  if (!isFloat(node.inputs[0]!.dtype) || node.params.axes.length === 0) return extremum
  const sum = reduceOp(onnx, 'ReduceSum', input, node)
  return onnx.op('Where', [onnx.op('IsNaN', [sum]), sum, extremum])
}

/** Shares the cotangent evenly among the elements equal to the extremum. */
function extremumGradient(x: Tensor, y: Tensor, cotangent: Tensor): Tensor {
  const hits = x.equal(y).cast(cotangent.dtype)
  const axes = y.shape.flatMap((n, axis) => (n !== x.shape[axis] ? [axis] : []))
  return hits.mul(cotangent.div(hits.sum({ axes, keepAxes: true })))
}

/** The largest element, NaN if one is NaN. Compiled, also a run that holds both infinities gives NaN. */
export const reduceMax = defineReduction({
  name: 'max',
  dtypes: numbers,
  fold: (data, start, end) => {
    let max = data[start]!
    for (let i = start + 1; i < end; i++) max = Math.max(max, data[i]!)
    return max
  },
  foldBig: (data, start, end) => data.subarray(start, end).reduce((max, x) => largerBig(max, x)),
  gradient: extremumGradient,
  lower: (onnx, input, node) => lowerExtremum(onnx, 'ReduceMax', input, node),
})

/** The smallest element, NaN if one is NaN. Compiled, also a run that holds both infinities gives NaN. */
export const reduceMin = defineReduction({
  name: 'min',
  dtypes: numbers,
  fold: (data, start, end) => {
    let min = data[start]!
    for (let i = start + 1; i < end; i++) min = Math.min(min, data[i]!)
    return min
  },
  foldBig: (data, start, end) => data.subarray(start, end).reduce((min, x) => smallerBig(min, x)),
  gradient: extremumGradient,
  lower: (onnx, input, node) => lowerExtremum(onnx, 'ReduceMin', input, node),
})

const isNaNAt = (data: Storage, i: number): boolean => Number.isNaN(data[i])

/**
 * The index of the first largest element along an axis, which goes; int32. NaN counts as largest; which index a compiled
 * graph gives for a run with NaN is left open.
 */
export const argmax: Primitive<{ readonly axis: number }> = definePrimitive<{ readonly axis: number }>({
  name: 'argmax',
  infer: ([input], { axis }) => {
    checkDTypes('argmax', [input!], numbers)
    if (input!.shape[axis] === 0)
      throw new QuadrupoleError(
        'shape',
        `argmax: axis ${axis} of ${showShape(input!.shape)} has no elements to choose from; check for empty input first`,
      )
    return [{ shape: input!.shape.filter((_, i) => i !== axis), dtype: 'int32' }]
  },
  run: ([input], { axis }) => {
    const { data, length, count } = runsOf(input!, [axis])
    const out = new Int32Array(count)
    for (let i = 0; i < count; i++) {
      let best = i * length
      for (let j = best + 1; j < (i + 1) * length; j++)
        if (data[j]! > data[best]! || (isNaNAt(data, j) && !isNaNAt(data, best))) best = j
      out[i] = best - i * length
    }
    return [out]
  },
  gradient: 'none',
  lower: (onnx, inputs, { params }) => {
    const index = onnx.op('ArgMax', inputs, { attributes: { axis: params.axis, keepdims: 0 } })
    return onnx.op('Cast', [index], { attributes: { to: onnx.elementType('int32') } })
  },
  batch: ({ inputs, params }) => argmax.bind(inputs, { axis: params.axis + 1 }),
})
