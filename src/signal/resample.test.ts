import { describe, expect, it } from 'vitest'
import { resample } from './resample.ts'
import { expectClose, golden, goldenNoise } from './testing/golden.ts'

describe('resample', () => {
  it('equals SciPy resample_poly, down, up and by odd ratios, to 1e-10', () => {
    for (const { length, from, to, values } of golden.resample as {
      length: number
      from: number
      to: number
      values: number[]
    }[])
      expectClose(
        resample(
          goldenNoise(length, 5).map(value => value + 0.1),
          { from, to },
        ),
        values,
      )
  })

  it('lets nothing of a tone above the new Nyquist frequency through', () => {
    const tone = Float64Array.from({ length: 4096 }, (_, n) => Math.sin((2 * Math.PI * 700 * n) / 4096))
    const inside = resample(tone, { from: 4096, to: 1024 }).slice(16, -16)
    expect(Math.max(...inside.map(Math.abs))).toBeLessThan(2e-3)
  })

  it('refuses rates that are not whole numbers of hertz', () => {
    expect(() => resample(new Float64Array(9), { from: 4096, to: 1023.5 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.resample: sample rates must be positive integers in Hz, got 1023.5]`,
    )
  })
})
