import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decimate } from './decimate.ts'

describe('decimate', () => {
  it('keeps every extreme of a column and nothing outside the domain', () => {
    const x = Float64Array.from({ length: 10_000 }, (_, i) => i)
    const y = x.map(i => Math.sin(i / 500))
    y[4321] = 50
    y[4322] = -50
    const points = decimate({ x, y }, { domain: [1000, 9000], columns: 100 })
    expect(points).toContainEqual({ x: 4321, y: 50 })
    expect(points).toContainEqual({ x: 4322, y: -50 })
    expect(points.length).toBeLessThanOrEqual(2 * 101)
    expect(points[0]!.x).toBeGreaterThanOrEqual(1000)
    expect(points.at(-1)!.x).toBeLessThanOrEqual(9000)
  })

  it('keeps the order and the lowest and highest value of any curve', () => {
    fc.assert(
      fc.property(
        fc.float64Array({ minLength: 2, maxLength: 200, noNaN: true }),
        fc.integer({ min: 1, max: 50 }),
        (y, columns) => {
          const x = y.map((_, i) => i + 1)
          const points = decimate({ x, y }, { domain: [1, y.length], columns, scale: Math.log })
          expect(points.map(point => point.x)).toEqual(points.map(point => point.x).toSorted((a, b) => a - b))
          const kept = points.map(point => point.y)
          expect(Math.max(...kept)).toBe(Math.max(...y))
          expect(Math.min(...kept)).toBe(Math.min(...y))
        },
      ),
    )
  })
})
