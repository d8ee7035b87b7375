import { QuadrupoleError } from '../../core/index.ts'
import { castStorage } from '../dtype.ts'
import { gather } from '../primitives/indexing.ts'
import * as ordering from '../primitives/ordering.ts'
import * as search from '../primitives/search.ts'
import { normalizeAxis, type Shape, showShape, withLength } from '../shape.ts'
import { Tensor } from '../tensor.ts'
import type { Ranked } from './cumulative.ts'
import { requireFloat } from './elementwise.ts'

export interface SortOptions {
  /** The last by default. */
  readonly axis?: number
  /** From the largest to the smallest; false by default. */
  readonly descending?: boolean
}

function sorted(where: string, x: Tensor, { axis = -1, descending = false }: SortOptions): Ranked {
  const along = normalizeAxis(where, axis, x.rank)
  const [values, indices] = ordering.topK.bind([x], { axis: along, k: x.shape[along]!, largest: descending })
  return { values: values!, indices: indices! }
}

/**
 * Elements in increasing order along an axis; NaN counts as the largest.
 *
 * @example
 * sort(tensor([3, 1, 2])) // [1, 2, 3]
 */
export const sort = (x: Tensor, options: SortOptions = {}): Tensor => sorted('sort', x, options).values

/** The indices (int32) that put elements in increasing order along an axis; of equal ones the first comes first, both ways. */
export const argsort = (x: Tensor, options: SortOptions = {}): Tensor => sorted('argsort', x, options).indices

/**
 * The k largest elements along an axis (the last by default) in decreasing order, or the k smallest in increasing order,
 * and their indices (int32). Of equal ones the first comes first; NaN counts as the largest.
 *
 * @throws `argument` when the axis has fewer elements.
 */
export function topK(
  x: Tensor,
  k: number,
  options: { readonly axis?: number; readonly largest?: boolean } = {},
): Ranked {
  const { axis = -1, largest = true } = options
  const [values, indices] = ordering.topK.bind([x], { axis: normalizeAxis('topK', axis, x.rank), k, largest })
  return { values: values!, indices: indices! }
}

export interface QuantileOptions {
  /** All elements together without one. */
  readonly axis?: number
  /** Keeps the axis (all axes without one) with length 1; false by default. */
  readonly keepAxes?: boolean
}

/** A tensor with the axis to go along, and the result's shape: of all elements where no axis is named. */
function alongAxis(where: string, x: Tensor, { axis, keepAxes = false }: QuantileOptions) {
  requireFloat(where, x)
  const along = axis === undefined ? 0 : normalizeAxis(where, axis, x.rank)
  const source = axis === undefined ? x.reshape([x.size]) : x
  if (source.shape[along] === 0)
    throw new QuadrupoleError(
      'shape',
      `${where}: no elements along ${axis === undefined ? 'any axis' : `axis ${axis}`} of ${showShape(x.shape)}; check for empty input first`,
    )
  const kept: Shape = axis === undefined ? x.shape.map(() => 1) : withLength(x.shape, along, 1)
  const dropped: Shape = axis === undefined ? [] : x.shape.toSpliced(along, 1)
  return { source, axis: along, length: source.shape[along]!, shape: keepAxes ? kept : dropped }
}

/**
 * The middle element in sorted order, the mean of both where the number is even, as `numpy.median`; NaN where there is
 * a NaN.
 *
 * @throws `shape` when there are no elements.
 * @example
 * median(tensor([4, 1, 3, 2])) // 2.5
 */
export function median(x: Tensor, options: QuantileOptions = {}): Tensor {
  const { source, axis, length, shape } = alongAxis('median', x, options)
  const upper = Math.floor(length / 2)
  const ranks = length % 2 === 1 ? [upper] : [upper - 1, upper]
  const middle = ordering.orderStatistics.bind([source], { axis, ranks })[0]!
  return (ranks.length === 1 ? middle : middle.mean({ axes: axis })).reshape(shape)
}

/**
 * Quantiles along an axis with linear interpolation between neighbours in sorted order, as `numpy.quantile`; NaN where
 * there is a NaN.
 *
 * @param q one or several numbers from 0 to 1; several come along a new first axis.
 * @throws `argument` for a q outside [0, 1], `shape` when there are no elements.
 * @example
 * quantile(tensor([0, 10]), [0.25, 0.5]) // [2.5, 5]
 */
export function quantile(x: Tensor, q: number | readonly number[], options: QuantileOptions = {}): Tensor {
  const { source, axis, length, shape } = alongAxis('quantile', x, options)
  const all = typeof q === 'number' ? [q] : q
  const bad = all.find(each => !(each >= 0 && each <= 1))
  if (bad !== undefined || all.length === 0)
    throw new QuadrupoleError('argument', `quantile: q = ${bad ?? 'no numbers'}, expected numbers from 0 to 1`)
  const places = all.map(each => each * (length - 1))
  const lower = places.map(Math.floor)
  const upper = lower.map(rank => Math.min(rank + 1, length - 1))
  const ranks = [...new Set([...lower, ...upper])].sort((a, b) => a - b)
  const statistics = ordering.orderStatistics.bind([source], { axis, ranks })[0]!
  const pick = (wanted: readonly number[]): Tensor => {
    const indices = Int32Array.from(wanted, rank => ranks.indexOf(rank))
    return gather.bind([statistics, Tensor.of(indices)], { axis })[0]!
  }
  const weights = castStorage(
    Float64Array.from(places, (place, i) => place - lower[i]!),
    x.dtype,
  )
  const column = source.shape.map((_, i) => (i === axis ? all.length : 1))
  const between = interpolated(pick(lower), pick(upper), Tensor.of(weights, column)).moveAxis(axis, 0)
  return between.reshape(typeof q === 'number' ? shape : [all.length, ...shape])
}

/** a + (b - a) t, from the nearer end as NumPy does, so that it is exact at both and increases with t. */
function interpolated(a: Tensor, b: Tensor, t: Tensor): Tensor {
  const rise = b.sub(a)
  return t.less(0.5).where(a.add(rise.mul(t)), b.sub(rise.mul(t.neg().add(1))))
}

/**
 * Where values belong in an increasing list, int32, as `numpy.searchsorted`: before elements equal to them (`side`
 * 'left', the default) or behind ('right').
 *
 * @param sorted one axis; not checked to be increasing. NaN comes last.
 * @example
 * searchsorted(tensor([1, 2, 3]), tensor([2.5, 0])) // [2, 0]
 */
export function searchsorted(
  sorted: Tensor,
  values: Tensor | number,
  options: { readonly side?: 'left' | 'right' } = {},
): Tensor {
  const { side = 'left' } = options
  const list = values instanceof Tensor ? values : sorted.like(values).reshape([])
  return search.searchsorted.bind([sorted, list], { side })[0]!
}
