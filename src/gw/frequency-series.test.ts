import { describe, expect, it } from 'vitest'
import { FrequencySeries, fourierTransform } from './frequency-series.ts'
import { GpsTime } from './gps-time.ts'
import { largestDifference } from './testing/golden.ts'
import { TimeSeries } from './time-series.ts'

const t0 = GpsTime.parse('1126259462.25')
const sampleRate = 256
const metadata = { t0, sampleRate, channel: 'H1:STRAIN' }

/** A Gaussian of 1/16 s around 1 s. */
const gaussian = (time: number): number => Math.exp(-(((time - 1) * 16) ** 2))
const sampled = (samples: number, delay = 0): TimeSeries =>
  new TimeSeries(
    Float64Array.from({ length: samples }, (_, n) => gaussian(n / sampleRate - delay)),
    metadata,
  )

describe('fourierTransform', () => {
  it('is the integral over time: of a Gaussian, a Gaussian', () => {
    const spectrum = fourierTransform(sampled(512))
    expect(`${spectrum}`).toBe('FrequencySeries(H1:STRAIN, 257 bins from 0 to 128 Hz)')
    expect(spectrum.tensor.shape).toEqual([257])
    for (let k = 0; k < spectrum.length; k++) {
      const f = spectrum.frequencyOf(k)
      const size = (Math.sqrt(Math.PI) / 16) * Math.exp(-(((Math.PI * f) / 16) ** 2))
      expect(spectrum.re[k]).toBeCloseTo(size * Math.cos(2 * Math.PI * f), 13)
      expect(spectrum.im[k]).toBeCloseTo(-size * Math.sin(2 * Math.PI * f), 13)
    }
  })

  it.each([512, 511])('goes there and back for %i samples', samples => {
    const series = sampled(samples)
    const back = fourierTransform(series).toTimeSeries({ samples })
    expect(largestDifference(back.values, series.values)).toBeLessThan(1e-14)
    expect([`${back}`, back.t0.equals(t0)]).toEqual([`${series}`, true])
  })

  it('puts zeros behind the series', () => {
    const spectrum = fourierTransform(sampled(512), { samples: 1024 })
    expect([spectrum.length, spectrum.resolution]).toEqual([513, 0.25])
    expect(() => fourierTransform(sampled(512), { samples: 511 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.fourierTransform: samples must be an integer of at least 512, got 511]`,
    )
  })
})

describe('FrequencySeries', () => {
  const spectrum = fourierTransform(sampled(512))

  it('moves in time as its signal does', () => {
    const later = spectrum.shift(0.1234)
    expect(later.t0.toString()).toBe('1126259462.3734')
    expect(later.re).toBe(spectrum.re)
    const back = later.withOrigin(t0).toTimeSeries()
    expect(largestDifference(back.values, sampled(512, 0.1234).values)).toBeLessThan(1e-13)
    expect(spectrum.withOrigin(t0)).toBe(spectrum)
  })

  it('refuses what is no spectrum', () => {
    const { re, im } = spectrum
    expect(() => new FrequencySeries({ re, im: im.slice(1) }, { resolution: 1 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.FrequencySeries: re has 257 values, im 256]`,
    )
    expect(() => new FrequencySeries({ re, im }, { resolution: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.FrequencySeries: resolution must be a positive number of Hz, got 0]`,
    )
    expect(() => spectrum.with({ firstFrequency: -1 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.FrequencySeries: firstFrequency must be at least 0 Hz, got -1]`,
    )
    expect(() => spectrum.with({ firstFrequency: 1 }).toTimeSeries()).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.FrequencySeries.toTimeSeries: 512 samples need 257 bins from 0 Hz on, got 257 from 1 Hz on]`,
    )
    expect(() => spectrum.toTimeSeries({ samples: 510 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.FrequencySeries.toTimeSeries: 510 samples need 256 bins from 0 Hz on, got 257 from 0 Hz on]`,
    )
  })
})
