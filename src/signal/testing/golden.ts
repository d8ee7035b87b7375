import { readFileSync } from 'node:fs'
import { expect } from 'vitest'

/** Uniform noise in [-0.5, 0.5) from the generator of `tools/reference/signal_golden.py`: the same bits. */
export function goldenNoise(length: number, seed: number): Float64Array {
  let state = seed
  return Float64Array.from({ length }, () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0
    return state / 2 ** 32 - 0.5
  })
}

/** SciPy's outputs, by section. */
// biome-ignore lint/suspicious/noExplicitAny: the shape of a fixture is the script's, and the tests fail where it is not
export const golden: any = JSON.parse(readFileSync(new URL('../fixtures/signal.json', import.meta.url), 'utf8'))

/**
 * Expects agreement to 1e-10 of the largest expected value: the tolerance of a float64 computation whose terms are of
 * that size.
 */
export function expectClose(actual: Float64Array, expected: readonly number[], tolerance = 1e-10): void {
  expect(actual.length).toBe(expected.length)
  const size = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)
  const worst = expected.reduce((error, value, i) => Math.max(error, Math.abs(actual[i]! - value)), 0)
  expect(worst / (size || 1)).toBeLessThan(tolerance)
}

/** Expects each value within a relative 1e-10 of what is expected: for values that are all far from zero. */
export function expectEachClose(actual: Float64Array, expected: readonly number[], tolerance = 1e-10): void {
  expect(actual.length).toBe(expected.length)
  const worst = expected.reduce((error, value, i) => Math.max(error, Math.abs(actual[i]! / value - 1)), 0)
  expect(worst).toBeLessThan(tolerance)
}
