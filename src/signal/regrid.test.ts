import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { regrid } from './regrid.ts'
import { expectClose } from './testing/golden.ts'

const spectrumOf = (length: number, resolution: number, at: (frequency: number) => number) => ({
  values: Float64Array.from({ length }, (_, k) => at(k * resolution)),
  resolution,
})

/** Centroid in bins, and power in units times Hz, above a flat ground of 1. */
function lineOf({ values, resolution }: { readonly values: Float64Array; readonly resolution: number }) {
  let [power, moment] = [0, 0]
  values.forEach((value, k) => {
    power += (value - 1) * resolution
    moment += (value - 1) * resolution * k
  })
  return { power, centroid: moment / power }
}

describe('regrid', () => {
  it('keeps the frequency of a line to 0.001 new bins and its power to 1e-9, for any ratio', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 12, noNaN: true }),
        fc.integer({ min: 60, max: 140 }),
        (resolution, line) => {
          const from = spectrumOf(257, 1, frequency => (frequency === line ? 1001 : 1))
          const to = regrid(from, { resolution })
          const { power, centroid } = lineOf(to)
          expect(Math.abs(power / 1000 - 1)).toBeLessThan(1e-9)
          expect(Math.abs(centroid - line / resolution)).toBeLessThan(1e-3)
        },
      ),
    )
  })

  it('refines 1 Hz to 0.25 Hz without moving 60 Hz, where half-pixel alignment gives 60.33', () => {
    const refined = regrid(
      spectrumOf(129, 1, frequency => (frequency === 60 ? 1001 : 1)),
      { resolution: 0.25 },
    )
    expect(lineOf(refined).centroid).toBeCloseTo(240, 9)
    expect(refined.values[240]).toBe(1001)
  })

  it('leaves straight spectra straight, ends included where they are flat', () => {
    for (const resolution of [0.1, 0.25, 0.3, 0.7, 1, 1.3, 2, 2.5, 7]) {
      const flat = regrid(
        spectrumOf(200, 1, () => 3),
        { resolution },
      )
      expectClose(flat.values, Array<number>(flat.values.length).fill(3), 1e-13)
      const straight = regrid(
        spectrumOf(200, 1, frequency => 5 + 2 * frequency),
        { resolution },
      )
      // Bins whose triangles are whole.
      const inner = [...straight.values].map((value, k) => value - 5 - 2 * k * resolution).slice(1, -2)
      expect(Math.max(...inner.map(Math.abs))).toBeLessThan(1e-10)
    }
  })

  it('is the identity at the same resolution and reaches the last frequency of a refined one', () => {
    const from = spectrumOf(100, 0.1, frequency => Math.exp(-frequency))
    expect(regrid(from, { resolution: 0.1 })).toEqual(from)
    expect(regrid(from, { resolution: 0.1 / 3 }).values.length).toBe(298)
    expect(
      regrid(
        spectrumOf(1025, 2, () => 1),
        { resolution: 0.7 },
      ).values.length,
    ).toBe(Math.floor(2048 / 0.7) + 1)
  })

  it('works at the size of strain, whose squares are near 1e-46', () => {
    const from = spectrumOf(50, 1, frequency => 1e-46 * (1 + frequency))
    expectClose(
      regrid(from, { resolution: 0.5 }).values,
      Array.from({ length: 99 }, (_, k) => 1e-46 * (1 + k / 2)),
      1e-13,
    )
  })

  it('refuses resolutions that leave no spectrum', () => {
    const from = spectrumOf(5, 1, () => 1)
    expect(() => regrid(from, { resolution: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.regrid: resolution must be above 0 and at most 4 Hz, got 0 Hz]`,
    )
    expect(() => regrid(from, { resolution: 5 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.regrid: resolution must be above 0 and at most 4 Hz, got 5 Hz]`,
    )
  })
})
