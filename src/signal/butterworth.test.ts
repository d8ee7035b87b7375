import { describe, expect, it } from 'vitest'
import { butterworth } from './butterworth.ts'
import { filterZeroPhase } from './sos-filter.ts'
import { expectClose, expectEachClose, golden, goldenNoise } from './testing/golden.ts'

interface Case {
  readonly order: number
  readonly low: number | null
  readonly high: number | null
  readonly sampleRate: number
  readonly sos: number[]
  readonly filtered: number[]
}

const design = ({ order, low, high, sampleRate }: Case) =>
  butterworth({ order, sampleRate, ...(low === null ? {} : { low }), ...(high === null ? {} : { high }) })

describe('butterworth', () => {
  it('gives the sections of SciPy butter, in its order, each coefficient to 1e-10', () => {
    for (const one of golden.butterworth as Case[]) {
      const { coefficients, sections } = design(one)
      expect(sections).toBe(one.sos.length / 6)
      const present = one.sos.map((value, i) => ({ value, i })).filter(({ value }) => value !== 0)
      expectEachClose(
        Float64Array.from(present, ({ i }) => coefficients[i]!),
        present.map(({ value }) => value),
      )
      // Zeros in SciPy's table are exact ones, but for rounding of a double root.
      one.sos.forEach((value, i) => {
        if (value === 0) expect(Math.abs(coefficients[i]!)).toBeLessThan(1e-15)
      })
    }
  })

  it('refuses edges out of order or range', () => {
    const base = { order: 4, sampleRate: 1024 }
    expect(() => butterworth({ ...base, low: 300, high: 30 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.butterworth: the lower edge must be below the upper, got 300 and 30 Hz]`,
    )
    expect(() => butterworth({ ...base, high: 512 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.butterworth: an edge must be above 0 and below the Nyquist frequency 512 Hz, got 512 Hz]`,
    )
    expect(() => butterworth(base)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.butterworth: neither low nor high is given; pass the edges of the pass band]`,
    )
    expect(() => butterworth({ ...base, order: 0, high: 100 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.butterworth: order must be a positive integer, got 0]`,
    )
  })
})

describe('filterZeroPhase', () => {
  it('equals SciPy sosfiltfilt, ends included, to 1e-10', () => {
    for (const one of golden.butterworth as Case[])
      expectClose(
        filterZeroPhase(
          goldenNoise(one.filtered.length, 3).map(value => value + 0.2),
          design(one),
        ),
        one.filtered,
      )
  })

  it('refuses a signal no longer than its extension', () => {
    const filter = butterworth({ order: 4, low: 30, high: 300, sampleRate: 1024 })
    expect(() => filterZeroPhase(new Float64Array(27), filter)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.filterZeroPhase: expected more than 27 samples for 4 sections, got 27]`,
    )
  })
})
