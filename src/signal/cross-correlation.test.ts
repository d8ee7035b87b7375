import { describe, expect, it } from 'vitest'
import { slidingCorrelation } from './cross-correlation.ts'
import { expectClose, golden, goldenNoise } from './testing/golden.ts'

describe('slidingCorrelation', () => {
  const { length, width, maxLag, rows } = golden.correlation as {
    length: number
    width: number
    maxLag: number
    rows: { centre: number; values: number[] }[]
  }
  const a = goldenNoise(length, 29)
  const b = goldenNoise(length, 31)

  it('equals the definition in NumPy at every centre and lag to 1e-10', () => {
    const result = slidingCorrelation(a, b, { windowLength: width, maxLag, step: 5 })
    expect([...result.centres]).toEqual(rows.map(({ centre }) => centre))
    expectClose(
      result.values,
      rows.flatMap(({ values }) => values),
    )
  })

  it('peaks at the lag by which the second series is late', () => {
    const late = Float64Array.from({ length }, (_, n) => -2 * (a[n - 3] ?? 0))
    const { values } = slidingCorrelation(a, late, { windowLength: width, maxLag, step: 7 })
    for (let i = 0; i < values.length; i += 2 * maxLag + 1) expect(values[i + maxLag + 3]).toBeCloseTo(-1, 12)
  })

  it('without normalisation is the mean product', () => {
    const one = { windowLength: 4, maxLag: 0, normalisation: 'none' } as const
    expect([...slidingCorrelation(Float64Array.of(1, 2, 3, 4), Float64Array.of(4, 3, 2, 1), one).values]).toEqual([5])
  })

  it('refuses series of different or too short lengths', () => {
    const options = { windowLength: 16, maxLag: 4 }
    expect(() => slidingCorrelation(a, b.slice(1), options)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.slidingCorrelation: the series have 120 and 119 samples, expected the same number]`,
    )
    expect(() => slidingCorrelation(a.slice(0, 23), b.slice(0, 23), options)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.slidingCorrelation: 23 samples are too few for a window of 16 and lags up to 4]`,
    )
  })
})
