import { expect, it } from 'vitest'
import { GpsTime } from './gps-time.ts'
import { loudest } from './matched-filter.ts'
import { TimeSeries } from './time-series.ts'

// Rounding a sample's time to the nanosecond may put it after the sample, by up to 8e-6 of a sample at 16384 Hz.
const t0 = GpsTime.parse('1126259447')
const rates = [1000, 2048, 4096, 16384, 65536]
const indices = Array.from({ length: 16000 }, (_, n) => n)

it.each(rates)('a crop between the own times of samples holds them all, at %i Hz', sampleRate => {
  const series = new TimeSeries(Float64Array.from(indices), { t0, sampleRate, channel: 'H1:STRAIN' })
  const wrong = indices.slice(0, -3).filter(n => {
    const { values } = series.crop({ start: series.timeOf(n), end: series.timeOf(n + 3) })
    return values.length !== 3 || values[0] !== n
  })
  expect(wrong).toEqual([])
})

it('a crop of a crop holds the samples at the times of the first series', () => {
  const series = new TimeSeries(Float64Array.from(indices), { t0, sampleRate: 16384, channel: 'H1:STRAIN' })
  const wrong = indices.slice(4, -8).filter(n => {
    const part = series.crop({ start: series.timeOf(n - 3), end: series.timeOf(n + 8) })
    const { values } = part.crop({ start: series.timeOf(n), end: series.timeOf(n + 2) })
    return values.length !== 2 || values[0] !== n
  })
  expect(wrong).toEqual([])
})

it('the loudest sample within a span is none of those before or after it', () => {
  const re = Float64Array.from(indices, n => 1 + n)
  const series = { re, im: new Float64Array(re.length), t0, sampleRate: 16384, sigma: 1 }
  const timeOf = (n: number): GpsTime => t0.plus(n / series.sampleRate)
  const wrong = indices
    .slice(0, -3)
    .filter(n => loudest(series, { within: { start: timeOf(n), end: timeOf(n + 1) } }).snr !== 1 + n)
  expect(wrong).toEqual([])
})
