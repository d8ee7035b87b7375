import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createResampler, resample } from './resample.ts'
import type { StreamPiece } from './stream-piece.ts'
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

  const ratios = [
    [16384, 2048],
    [4096, 2048],
    [880, 1024],
    [2048, 880],
    [1024, 4096],
  ] as const

  it.each(ratios)('from %d to %d Hz with an attenuation keeps to it in both bands', (from, to) => {
    // By tones: each must come out as the same tone at the new rate, in phase, or not at all.
    for (const [attenuation, passBand] of [
      [80, 0.9],
      [100, 0.8],
    ] as const) {
      const nyquist = Math.min(from, to) / 2
      const duration = 2
      let [ripple, leak] = [0, 0]
      for (const fraction of [0.01, 0.3, 0.6, 0.999 * passBand, 1.001, 1.2, 1.9, 3.3]) {
        const frequency = fraction * nyquist
        if (frequency >= from / 2) continue
        const at = (rate: number) =>
          Float64Array.from({ length: duration * rate }, (_, n) => Math.sin((2 * Math.PI * frequency * n) / rate + 0.4))
        const output = resample(at(from), { from, to, attenuation, passBand })
        const expected = at(to)
        const margin = Math.ceil(output.length / 4)
        for (let n = margin; n < output.length - margin; n++)
          if (fraction < 1) ripple = Math.max(ripple, Math.abs(output[n]! - expected[n]!))
          else leak = Math.max(leak, Math.abs(output[n]!))
      }
      // A tone's images in the stop band, to / from of them where the rate goes up, add to the ripple.
      const terms = 1 + Math.ceil(to / from)
      expect(ripple).toBeLessThan(terms * 10 ** (-attenuation / 20))
      expect(leak).toBeLessThan(10 ** (-attenuation / 20))
      // 0.01 dB.
      expect(ripple).toBeLessThan(1.15e-3)
    }
  })

  it.each(ratios)('from %d to %d Hz cut anywhere gives the bits of the whole', (from, to) => {
    for (const attenuation of [undefined, 40]) {
      const options = { from, to, ...(attenuation && { attenuation }) }
      const resampler = createResampler({ ...options, channels: 2 })
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 8 }), lengths => {
          const total = lengths.reduce((sum, length) => sum + length, 0)
          const x = goldenNoise(2 * total, 5)
          const rows: number[][] = [[], []]
          const add = ({ values, length, start }: StreamPiece) => {
            expect(start).toBe(rows[0]!.length)
            rows.forEach((row, channel) => {
              row.push(...values.subarray(channel * length, (channel + 1) * length))
            })
          }
          let at = 0
          for (const length of lengths) {
            const cut = (row: number) => [...x.subarray(row * total + at, row * total + at + length)]
            add(resampler.push(Float32Array.from([...cut(0), ...cut(1)])))
            at += length
          }
          add(resampler.flush())
          rows.forEach((row, channel) => {
            const whole = Float32Array.from(x.subarray(channel * total, (channel + 1) * total))
            expect(row).toEqual([...resample(whole, options)])
          })
          expect(rows[0]!.length).toBe(Math.ceil((total * to) / from))
        }),
        { numRuns: 20 },
      )
    }
  })

  it('refuses NaN by its place, and filters that can not be', () => {
    expect(() => resample(Float64Array.of(1, Number.NaN), { from: 2, to: 1 })).toThrow('the sample at index 1 is NaN')
    expect(() => resample(new Float64Array(9), { from: 2, to: 1, attenuation: 3 })).toThrow('at least 21 dB')
    expect(() => resample(new Float64Array(9), { from: 2, to: 1, attenuation: 80, passBand: 1 })).toThrow('passBand')
  })

  it('refuses rates that are not whole numbers of hertz', () => {
    expect(() => resample(new Float64Array(9), { from: 4096, to: 1023.5 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.resample: sample rates must be positive integers in Hz, got 1023.5]`,
    )
  })
})
