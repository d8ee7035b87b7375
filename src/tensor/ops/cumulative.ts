import * as cumulative from '../primitives/cumulative.ts'
import { normalizeAxis } from '../shape.ts'
import type { Tensor } from '../tensor.ts'

export interface CumsumOptions {
  /** The last by default. */
  readonly axis?: number
  /** Leaves each element out of its own sum, so that the first is 0; false by default. */
  readonly exclusive?: boolean
  /** Sums from the end; false by default. */
  readonly reverse?: boolean
}

/**
 * Sums of all elements up to each along an axis; float32 runs of any length keep their digits.
 *
 * @example
 * cumsum(tensor([1, 2, 3])) // [1, 3, 6]
 */
export function cumsum(x: Tensor, options: CumsumOptions = {}): Tensor {
  const { axis = -1, exclusive = false, reverse = false } = options
  return cumulative.cumsum.bind([x], { axis: normalizeAxis('cumsum', axis, x.rank), exclusive, reverse })[0]!
}

/** Values and where they stand along an axis (int32). */
export interface Ranked {
  readonly values: Tensor
  readonly indices: Tensor
}

/**
 * The largest element up to each along an axis (the last by default) and its index: of equal ones the last; a NaN stays.
 *
 * @example
 * cummax(tensor([1, 3, 2])).values // [1, 3, 3]
 */
export function cummax(x: Tensor, options: { readonly axis?: number } = {}): Ranked {
  const { axis = -1 } = options
  const [values, indices] = cumulative.cummax.bind([x], { axis: normalizeAxis('cummax', axis, x.rank) })
  return { values: values!, indices: indices! }
}

/** The smallest element up to each along an axis (the last by default) and its index: of equal ones the last. */
export function cummin(x: Tensor, options: { readonly axis?: number } = {}): Ranked {
  const { values, indices } = cummax(x.neg(), options)
  return { values: values.neg(), indices }
}
