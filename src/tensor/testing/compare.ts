import { expect } from 'vitest'
import { isFloat } from '../dtype.ts'
import type { Tensor } from '../tensor.ts'

/**
 * The largest difference between elements of two lists, as a part of the largest finite magnitude expected (at least
 * `floor`). Infinite if a NaN or an infinity stands in one list only.
 */
export function deviation(actual: ArrayLike<number>, expected: ArrayLike<number>, floor = Number.MIN_VALUE): number {
  if (actual.length !== expected.length) return Infinity
  let largest = floor
  let difference = 0
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [actual[i]!, expected[i]!]
    if (Number.isFinite(b)) largest = Math.max(largest, Math.abs(b))
    if (Object.is(a, b)) continue
    if (!Number.isFinite(a) || !Number.isFinite(b)) return Infinity
    difference = Math.max(difference, Math.abs(a - b))
  }
  return difference / largest
}

export const numbersOf = (tensor: Tensor): Float64Array => Float64Array.from(tensor.data as ArrayLike<number>, Number)

export interface Expected {
  readonly tensor: Tensor
  readonly tolerance: number
  /** The least magnitude that differences are measured against. */
  readonly floor?: number
}

/** Expects equal shapes and dtypes, and elements equal (integers, booleans) or close (floats). */
export function expectClose(what: string, actual: Tensor, { tensor, tolerance, floor }: Expected): void {
  expect(`${what}: ${actual}`).toBe(`${what}: ${tensor}`)
  if (!isFloat(tensor.dtype)) expect(actual.data, what).toEqual(tensor.data)
  else {
    const found = deviation(numbersOf(actual), numbersOf(tensor), floor)
    if (found > tolerance)
      expect.fail(
        `${what} deviates by ${found.toExponential(1)}, allowed ${tolerance.toExponential(1)}:\n got ${[...numbersOf(actual)].slice(0, 24)}\nnot ${[...numbersOf(tensor)].slice(0, 24)}`,
      )
  }
}
