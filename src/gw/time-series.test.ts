import { describe, expect, it } from 'vitest'
import { normal, randomKey } from '../core/index.ts'
import { asd, psd, resample, tukeyWindow, whiten } from '../signal/index.ts'
import { GpsTime } from './gps-time.ts'
import { TimeSeries } from './time-series.ts'

describe('TimeSeries', () => {
  const t0 = GpsTime.fromSeconds(1_126_259_447)
  const series = new TimeSeries(
    Float64Array.from({ length: 4096 }, (_, n) => n),
    { t0, sampleRate: 1024, channel: 'L1:STRAIN' },
  )

  it('knows its span, duration and detector', () => {
    expect(`${series.span.start} ${series.span.end}`).toBe('1126259447 1126259451')
    expect(series.duration).toBe(4)
    expect(series.detector).toBe('L1')
    expect(series.timeOf(1).toString()).toBe('1126259447.000976563')
    expect(`${series}`).toBe('TimeSeries(L1:STRAIN, 4096 samples at 1024 Hz from GPS 1126259447)')
    expect(series.tensor.shape).toEqual([4096])
  })

  it('crops to half-open spans: neighbours share no sample and miss none', () => {
    const middle = t0.plus(1.5)
    const left = series.crop({ start: t0, end: middle })
    const right = series.crop({ start: middle, end: series.span.end })
    expect(left.values.at(-1)).toBe(1535)
    expect(right.values[0]).toBe(1536)
    expect(right.t0.equals(middle)).toBe(true)
    expect(left.length + right.length).toBe(series.length)
  })

  it('crops between samples to the next sample', () => {
    const cropped = series.crop({ start: t0.plus(0.0001), end: t0.plus(1) })
    expect(cropped.values[0]).toBe(1)
    expect(cropped.t0.toString()).toBe('1126259447.000976563')
  })

  it('shifts in time without touching the samples', () => {
    const shifted = series.shift(0.0069)
    expect(shifted.t0.toString()).toBe('1126259447.0069')
    expect(shifted.values).toBe(series.values)
  })

  it('refuses a crop outside its span, and bad metadata', () => {
    expect(() => series.crop({ start: t0.plus(-1), end: t0.plus(1) })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.TimeSeries.crop: L1:STRAIN spans 1126259447 to 1126259451, which does not hold 1126259446 to 1126259448]`,
    )
    expect(() => series.with({ sampleRate: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.TimeSeries: sampleRate must be a positive number of Hz, got 0]`,
    )
  })

  describe('of noise', () => {
    const sampleRate = 256
    const values = normal(randomKey(5), 64 * sampleRate).map(value => value * 1e-21)
    const noise = new TimeSeries(values, { t0, sampleRate, channel: 'L1:STRAIN', unit: 'strain' })

    it('resamples from its first sample on', () => {
      const half = noise.resample(128)
      expect(`${half}`).toBe('TimeSeries(L1:STRAIN, 8192 samples at 128 Hz from GPS 1126259447)')
      expect(half.values).toEqual(resample(values, { from: 256, to: 128 }))
      expect(half.unit).toBe('strain')
    })

    it('estimates its spectrum in seconds', () => {
      expect(noise.psd()).toEqual(psd(values, { sampleRate, segmentLength: 1024, average: 'median' }))
      const window = tukeyWindow(512)
      expect(noise.asd({ segmentSeconds: 2, overlapSeconds: 0.5, average: 'mean', window })).toEqual(
        asd(values, { sampleRate, segmentLength: 512, overlap: 128, average: 'mean', window }),
      )
      expect(() => noise.psd({ segmentSeconds: 65 })).toThrow('fewer than one segment')
    })

    it('is white, of variance 1 and without its ends once whitened', () => {
      const white = noise.whiten({ filterDuration: 2 })
      expect(`${white}`).toBe('TimeSeries(L1:STRAIN, 15872 samples at 256 Hz from GPS 1126259448)')
      expect(white.unit).toBe('')
      const whole = whiten(values, { psd: noise.psd(), sampleRate, filterDuration: 2 })
      expect(white.values).toEqual(whole.slice(256, -256))
      const variance = white.values.reduce((sum, value) => sum + value * value, 0) / white.length
      expect(Math.abs(variance - 1)).toBeLessThan(0.1)
      expect(noise.whiten({ psd: noise.psd({ average: 'mean' }), highPass: 64 }).values).toEqual(
        whiten(values, { psd: noise.psd({ average: 'mean' }), sampleRate, highPass: 64 }).slice(128, -128),
      )
    })
  })
})
