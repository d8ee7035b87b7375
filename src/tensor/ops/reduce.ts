import { isInteger } from '../dtype.ts'
import type { Primitive } from '../primitive.ts'
import {
  argmax as argmaxAlong,
  type ReduceParams,
  reduceMax,
  reduceMin,
  reduceProd,
  reduceSum,
} from '../primitives/reduce.ts'
import { normalizeAxes, normalizeAxis, sizeOf } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import { calledAs } from './called-as.ts'
import { requireFloat } from './elementwise.ts'

export interface ReduceOptions {
  /** The axes to reduce, negative ones from the end; all by default. */
  readonly axes?: number | readonly number[]
  /** Keeps the reduced axes with length 1; false by default. */
  readonly keepAxes?: boolean
}

const reduction =
  (primitive: Primitive<ReduceParams>) =>
  (x: Tensor, options: ReduceOptions = {}): Tensor => {
    const { axes, keepAxes = false } = options
    return primitive.bind([x], { axes: normalizeAxes(primitive.name, axes, x.rank), keepAxes })[0]!
  }

/** Sum over axes; float32 runs of any length keep their digits. */
export const sum: (x: Tensor, options?: ReduceOptions) => Tensor = reduction(reduceSum)
export const prod: (x: Tensor, options?: ReduceOptions) => Tensor = reduction(reduceProd)
export const max: (x: Tensor, options?: ReduceOptions) => Tensor = reduction(reduceMax)
export const min: (x: Tensor, options?: ReduceOptions) => Tensor = reduction(reduceMin)

/** Arithmetic mean over axes. */
export function mean(x: Tensor, options: ReduceOptions = {}): Tensor {
  requireFloat('mean', x)
  const count = sizeOf(normalizeAxes('mean', options.axes, x.rank).map(axis => x.shape[axis]!))
  return sum(x, options).mul(1 / count)
}

/** Variance over axes: the sum of squared deviations divided by n - `correction` (0 by default). */
export function variance(x: Tensor, options: ReduceOptions & { readonly correction?: number } = {}): Tensor {
  const { axes, keepAxes = false, correction = 0 } = options
  requireFloat('variance', x)
  const normal = normalizeAxes('variance', axes, x.rank)
  const count = sizeOf(normal.map(axis => x.shape[axis]!))
  const deviation = x.sub(mean(x, { axes: normal, keepAxes: true }))
  return sum(deviation.mul(deviation), { axes: normal, keepAxes }).mul(1 / (count - correction))
}

export const standardDeviation = calledAs(
  'standardDeviation',
  (x: Tensor, options: ReduceOptions & { readonly correction?: number } = {}): Tensor => variance(x, options).sqrt(),
)

/** Whether any element is true, or not zero. */
export const any = calledAs(
  'any',
  (x: Tensor, options: ReduceOptions = {}): Tensor => max(truth(x), options).cast('bool'),
)

/** Whether all elements are true, or not zero. */
export const all = calledAs(
  'all',
  (x: Tensor, options: ReduceOptions = {}): Tensor => min(truth(x), options).cast('bool'),
)

const truth = (x: Tensor): Tensor => x.cast('bool').cast('int32')

/** Index of the first largest element along an axis (of the flattened tensor without one), int32. */
export function argmax(x: Tensor, options: { readonly axis?: number } = {}): Tensor {
  if (options.axis === undefined) return argmaxAlong.bind([x.reshape([x.size])], { axis: 0 })[0]!
  return argmaxAlong.bind([x], { axis: normalizeAxis('argmax', options.axis, x.rank) })[0]!
}

/** Index of the first smallest element along an axis (of the flattened tensor without one), int32. */
export const argmin = calledAs(
  'argmin',
  (x: Tensor, options: { readonly axis?: number } = {}): Tensor =>
    // -1 - x, since -x of the smallest integer is itself
    argmax(isInteger(x.dtype) ? x.like(-1).sub(x) : x.neg(), options),
)

/** log(sum(exp(x))) over axes, without overflow. */
export function logSumExp(x: Tensor, options: ReduceOptions = {}): Tensor {
  const { keepAxes = false } = options
  requireFloat('logSumExp', x)
  const axes = normalizeAxes('logSumExp', options.axes, x.rank)
  const top = max(x, { axes, keepAxes: true }).stopGradient()
  const shift = top.abs().less(Number.MAX_VALUE).where(top, 0)
  const result = sum(x.sub(shift).exp(), { axes, keepAxes: true }).log().add(shift)
  return keepAxes ? result : result.reshape(x.shape.filter((_, axis) => !axes.includes(axis)))
}

/** exp(x) normalised to sum 1 along an axis (the last by default). */
export function softmax(x: Tensor, options: { readonly axis?: number } = {}): Tensor {
  requireFloat('softmax', x)
  const axis = normalizeAxis('softmax', options.axis ?? -1, x.rank)
  const shifted = x.sub(max(x, { axes: axis, keepAxes: true }).stopGradient()).exp()
  return shifted.div(sum(shifted, { axes: axis, keepAxes: true }))
}

export const logSoftmax = calledAs(
  'logSoftmax',
  (x: Tensor, options: { readonly axis?: number } = {}): Tensor =>
    x.sub(logSumExp(x, { axes: options.axis ?? -1, keepAxes: true })),
)
