import { describe, expect, it } from 'vitest'
import { responseOf } from '../testing/response.ts'
import { analyticBand } from './analytic-band.ts'
import { createFilterBank } from './filter-bank.ts'

const sampleRate = 2048
const tone = (frequency: number, length: number) =>
  Float64Array.from({ length }, (_, n) => Math.cos((2 * Math.PI * frequency * n) / sampleRate + 0.3))

describe('analyticBand', () => {
  it.each([
    [512, 8, 40],
    [512, 8, 80],
    [512, 32, 80],
    [1024, 4, 100],
    [256, 4, 120],
  ])('of %d Hz with slopes of %d Hz keeps to %d dB in both bands', (bandwidth, transition, attenuation) => {
    const allowed = 10 ** (-attenuation / 20)
    let [ripple, leak] = [0, 0]
    for (const { frequency, gain } of responseOf(analyticBand({ sampleRate, bandwidth, transition, attenuation }))) {
      const f = frequency * sampleRate
      if (f >= transition && f <= bandwidth - transition) ripple = Math.max(ripple, Math.abs(gain / 2 - 1))
      else if (f <= 0 || f >= bandwidth) leak = Math.max(leak, gain / 2)
    }
    expect(ripple).toBeLessThan(allowed)
    expect(leak).toBeLessThan(allowed)
  })

  it('makes a turning complex number of a tone, in step with the samples, at the slower rate', () => {
    const band = analyticBand({ sampleRate, bandwidth: 512, attenuation: 100 })
    const bank = createFilterBank(band, { taps: band.taps, decimation: band.decimation, alignment: 'same' })
    for (const frequency of [10, 100, 255.5, 500]) {
      const { re, im, length } = bank.filter(tone(frequency, 8192))
      expect(length).toBe(2048)
      for (let m = 250; m < 1800; m += 7) {
        const phase = (2 * Math.PI * frequency * m) / 512 + 0.3
        expect(Math.abs(re[m]! - Math.cos(phase))).toBeLessThan(2e-5)
        expect(Math.abs(im[m]! - Math.sin(phase))).toBeLessThan(2e-5)
      }
    }
    for (const frequency of [513, 700, 1000]) {
      const { re, im } = bank.filter(tone(frequency, 8192))
      for (let m = 250; m < 1800; m += 7) expect(Math.hypot(re[m]!, im[m]!)).toBeLessThan(2e-5)
    }
  })

  it('refuses rates that do not fit', () => {
    expect(() => analyticBand({ sampleRate, bandwidth: 500 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.analyticBand: sampleRate must be a multiple of bandwidth, at least twice of it, got 2048 and 500 Hz]`,
    )
    expect(() => analyticBand({ sampleRate, bandwidth: 2048 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.analyticBand: sampleRate must be a multiple of bandwidth, at least twice of it, got 2048 and 2048 Hz]`,
    )
    expect(() => analyticBand({ sampleRate, bandwidth: 512, transition: 300 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.analyticBand: transition must be above 0 and at most half the bandwidth 512 Hz, got 300 Hz]`,
    )
  })
})
