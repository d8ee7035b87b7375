import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fastLength, isSmooth, largestRadix, matrixShape, primeFactors, radices } from './factors.ts'

const product = (values: readonly number[]): number => values.reduce((a, b) => a * b, 1)

test('radices multiply to the length, with at most one that is two or eight', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 21 }), n => {
      const parts = radices(n)
      expect(product(parts)).toBe(n)
      expect(product(primeFactors(n))).toBe(n)
      expect(parts.filter(r => r === 2 || r === 8).length).toBeLessThanOrEqual(1)
      for (const r of parts) if (r % 2 === 1) expect(primeFactors(r)).toEqual([r])
    }),
  )
  expect(radices(1)).toEqual([])
  expect(radices(2 ** 5)).toEqual([4, 8])
  expect(radices(6000)).toEqual([4, 4, 3, 5, 5, 5])
})

test('the fast length is at least as long, smooth and at most a quarter longer', () => {
  fc.assert(
    fc.property(fc.integer({ min: 16, max: 2 ** 22 }), n => {
      const m = fastLength(n)
      expect(m).toBeGreaterThanOrEqual(n)
      expect(m).toBeLessThanOrEqual(Math.max(16, 1.26 * n + 16))
      expect(m % 16).toBe(0)
      expect(Math.max(...primeFactors(m))).toBeLessThanOrEqual(5)
    }),
  )
})

test('a matrix shape multiplies to the length and wastes less than half of the lanes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 20 }), fc.constantFrom(2, 4), (n, lanes) => {
      const shape = matrixShape(n, lanes)
      if (shape === undefined) return
      expect(shape.rows * shape.columns).toBe(n)
      const padded = product([shape.rows, shape.columns].map(side => Math.ceil(side / lanes) * lanes))
      expect(padded).toBeLessThan(1.5 * n)
    }),
  )
  expect(matrixShape(4096, 4)).toEqual({ rows: 64, columns: 64 })
  expect(matrixShape(61, 2)).toBeUndefined()
})

test('lengths are smooth up to the largest prime with a butterfly', () => {
  expect(isSmooth(largestRadix * 2 ** 10)).toBe(true)
  expect(isSmooth(67)).toBe(false)
  expect(isSmooth(1)).toBe(true)
})
