import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatCount, formatDuration } from './quantity-text.ts'

it.each([
  [0, '0'],
  [7, '7'],
  [999, '999'],
  [999.4, '999'],
  [999.6, '1 k'],
  [0.25, '0.25'],
  [12.345, '12.3'],
  [1000, '1 k'],
  [12_345, '12.3 k'],
  [999_499, '999 k'],
  [999_500, '1 M'],
  [4_560_000, '4.56 M'],
  [-2500, '-2.5 k'],
  [3e15, '3 P'],
  [NaN, 'NaN'],
])('formatCount writes %d as %s', (value, text) => {
  expect(formatCount(value)).toBe(text)
})

it.each([
  [0, '0 s'],
  [0.44, '0.4 s'],
  [9.94, '9.9 s'],
  [9.96, '10 s'],
  [59.4, '59 s'],
  [59.6, '1 min'],
  [200, '3 min 20 s'],
  [3599.6, '1 h'],
  [7500, '2 h 5 min'],
  [86_399, '1 d'],
  [273_600, '3 d 4 h'],
  [-1, '0 s'],
  [Infinity, 'unknown time'],
])('formatDuration writes %d seconds as %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text)
})

it('formatDuration never shows 60 of a unit that has 60, and is right to half of the smaller one', () => {
  const sizes: Record<string, number> = { d: 86_400, h: 3600, min: 60, s: 1 }
  fc.assert(
    fc.property(fc.double({ min: 10, max: 1e7, noNaN: true }), seconds => {
      const parts = [...formatDuration(seconds).matchAll(/(\d+) (d|h|min|s)/g)].map(([, n, unit]) => [Number(n), unit!])
      const total = parts.reduce((sum, [n, unit]) => sum + (n as number) * sizes[unit as string]!, 0)
      const tolerance = seconds >= 86_400 - 30 ? 1800 : seconds >= 3600 - 0.5 ? 30 : 0.5
      expect(Math.abs(total - seconds)).toBeLessThanOrEqual(tolerance)
      for (const [n, unit] of parts) if (unit === 's' || unit === 'min') expect(n).toBeLessThan(60)
    }),
  )
})
