import { describe, expect, it } from 'vitest'
import { normal, randomKey } from '../core/index.ts'
import { goldenNoise } from '../signal/testing/golden.ts'
import { fourierTransform } from './frequency-series.ts'
import { GpsTime } from './gps-time.ts'
import { innerProduct, type NoiseBand, networkSnr, noiseWeights, optimalSnr, optimalSnrs } from './inner-product.ts'
import { loudest, matchedFilter, snrMagnitude } from './matched-filter.ts'
import { readFixture, type SnrGolden } from './testing/golden.ts'
import { TimeSeries } from './time-series.ts'

const golden = readFixture<SnrGolden>('snr.json').series
const sampleRate = 512
const zero = GpsTime.fromSeconds(0)
const t0 = GpsTime.fromSeconds(1_000_000_000)

const sampled = (samples: number, at: (time: number) => number): TimeSeries =>
  new TimeSeries(
    Float64Array.from({ length: samples }, (_, n) => at(n / sampleRate)),
    { t0: zero, sampleRate, channel: 'H1:TEST' },
  )

const chirp = (t: number): number => Math.exp(-(((t - 1) / 0.3) ** 2)) * Math.cos(2 * Math.PI * (40 * t + 20 * t * t))
const template = sampled(1024, chirp)
const data = new TimeSeries(goldenNoise(4096, 7), { t0, sampleRate, channel: 'H1:TEST' })
const psd = {
  values: Float64Array.from({ length: 2049 }, (_, k) => 0.01 * (1 + (30 / (k / 8 + 1)) ** 4)),
  resolution: 1 / 8,
}
const bandOf = ({ low, high }: (typeof golden)[number]): NoiseBand => ({
  psd,
  ...(low !== null && { lowFrequency: low }),
  ...(high !== null && { highFrequency: high }),
})

describe('matchedFilter', () => {
  it.each(golden)('is the series of PyCBC, from $low Hz to $high Hz, to 1e-10', expected => {
    const snr = matchedFilter(data, template, bandOf(expected))
    expect(snr.re.length).toBe(4096)
    expect(snr.t0).toBe(t0)
    expect(snr.sigma / expected.sigma).toBeCloseTo(1, 10)
    for (const [i, [re, im]] of expected.snr.entries()) {
      expect(Math.abs(snr.re[i * expected.every]! - re)).toBeLessThan(1e-10)
      expect(Math.abs(snr.im[i * expected.every]! - im)).toBeLessThan(1e-10)
    }
  })

  it('takes transforms for series', () => {
    const band = bandOf(golden[0]!)
    const expected = matchedFilter(data, template, band)
    expect(matchedFilter(fourierTransform(data), fourierTransform(template, { samples: 4096 }), band)).toEqual(expected)
  })

  it('finds a signal at any phase where the time zero of the template comes to lie', () => {
    const band = { psd, lowFrequency: 20 }
    // The template's time zero is the middle of the burst.
    const centred = template.with({ t0: zero.plus(-1) })
    for (const phase of [0, 1, 2, 4]) {
      const arrival = 3 + 100 / sampleRate
      const turned = (t: number): number =>
        Math.exp(-(((t - 1) / 0.3) ** 2)) * Math.cos(2 * Math.PI * (40 * t + 20 * t * t) + phase)
      const signal = sampled(4096, time => turned(time - arrival + 1)).with({ t0 })
      const snr = matchedFilter(signal, centred, band)
      const peak = loudest(snr)
      expect(peak.time.minus(t0)).toBeCloseTo(arrival, 9)
      expect(peak.phase).toBeCloseTo(phase > Math.PI ? phase - 2 * Math.PI : phase, 3)
      const optimal = optimalSnr(fourierTransform(signal), band)
      expect(peak.snr / optimal).toBeCloseTo(1, 4)
      expect(snrMagnitude(snr)[Math.round(arrival * sampleRate)]).toBeCloseTo(peak.snr, 12)
    }
  })

  it('has unit variance in each part for noise of the spectral density', () => {
    const white = { values: new Float64Array(2 ** 16 + 1).fill(2 / sampleRate), resolution: sampleRate / 2 ** 17 }
    const noise = new TimeSeries(normal(randomKey(3), 2 ** 17), { t0, sampleRate, channel: 'H1:TEST' })
    const { re, im } = matchedFilter(noise, template, { psd: white, lowFrequency: 20 })
    const power = (x: Float64Array) => x.reduce((sum, value) => sum + value * value, 0) / x.length
    expect(Math.abs(power(re) - 1)).toBeLessThan(0.05)
    expect(Math.abs(power(im) - 1)).toBeLessThan(0.05)
  })

  it('refuses templates that do not fit', () => {
    const band = { psd }
    expect(() => matchedFilter(template, data, band)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.matchedFilter: the template has 4096 samples, the data only 1024; crop it or take more data]`,
    )
    expect(() => matchedFilter(data, template.with({ sampleRate: 1024 }), band)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.matchedFilter: the template is sampled at 1024 Hz, the data at 512 Hz; resample one]`,
    )
    expect(() => matchedFilter(data, fourierTransform(template), band)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.matchedFilter: expected series on one grid, got 2049 bins of 0.125 Hz from 0 Hz and 513 of 0.5 Hz from 0 Hz]`,
    )
    expect(() =>
      matchedFilter(
        data,
        sampled(8, () => 0),
        band,
      ),
    ).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.matchedFilter: the optimal signal-to-noise ratio of the template is 0, expected a positive number; check its values and the band]`,
    )
  })
})

describe('loudest', () => {
  const snr = matchedFilter(data, template, { psd, lowFrequency: 20 })

  it('looks within a half-open span', () => {
    const { time } = loudest(snr)
    const after = { start: time.plus(1 / sampleRate), end: time.plus(1) }
    expect(loudest(snr, { within: { start: time, end: time.plus(1 / sampleRate) } }).time.equals(time)).toBe(true)
    expect(loudest(snr, { within: after }).time.minus(time)).toBeGreaterThan(0)
    expect(() =>
      loudest(snr, { within: { start: time.plus(100), end: time.plus(101) } }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.loudest: no sample lies in the span from 1000000100.94921875 to 1000000101.94921875]`,
    )
  })
})

describe('inner products', () => {
  it.each(golden)('are those of PyCBC, from $low Hz to $high Hz', expected => {
    const transform = fourierTransform(template, { samples: 4096 })
    const product = innerProduct(transform, fourierTransform(data.with({ t0: zero })), bandOf(expected))
    expect(product.re / expected.product[0]).toBeCloseTo(1, 10)
    expect(product.im / expected.product[1]).toBeCloseTo(1, 10)
    const band = bandOf(expected)
    const weights = noiseWeights({ resolution: 1 / 8, bins: 2049 }, band)
    const { re, im } = transform
    const rows = { re: Float64Array.from([...re, ...im]), im: Float64Array.from([...im, ...re]) }
    expect(optimalSnr(transform, band) / expected.sigma).toBeCloseTo(1, 10)
    for (const value of optimalSnrs(rows, weights)) expect(value / expected.sigma).toBeCloseTo(1, 10)
  })

  it('interpolate the density between its bins: a straight line stays one', () => {
    const line = (resolution: number, bins: number) => Float64Array.from({ length: bins }, (_, k) => 1 + k * resolution)
    const grid = { resolution: 0.125, bins: 801 }
    const fine = noiseWeights(grid, { psd: { values: line(0.125, 801), resolution: 0.125 } })
    const coarse = noiseWeights(grid, { psd: { values: line(2, 51), resolution: 2 } })
    for (const [k, weight] of fine.entries()) expect(coarse[k]).toBeCloseTo(weight, 14)
  })

  it('leave out 0 Hz, the last bin and what lies outside the band', () => {
    const flat = { values: new Float64Array(11).fill(1), resolution: 1 }
    const used = (band: Omit<NoiseBand, 'psd'>, firstFrequency = 0) =>
      [...noiseWeights({ resolution: 1, firstFrequency, bins: 11 - firstFrequency }, { psd: flat, ...band })].flatMap(
        (weight, k) => (weight === 4 ? [k + firstFrequency] : []),
      )
    expect(used({})).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(used({ lowFrequency: 3, highFrequency: 6 })).toEqual([3, 4, 5])
    expect(used({ lowFrequency: 2.5, highFrequency: 5.5 }, 2)).toEqual([3, 4, 5])
  })

  it('refuse a density that does not serve', () => {
    const grid = { resolution: 1, bins: 11 }
    const flat = { values: new Float64Array(6).fill(1), resolution: 1 }
    const holed = { values: Float64Array.of(0, 1, 1, 0, 1, 1), resolution: 1 }
    expect(() => noiseWeights(grid, { psd: flat })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.noiseWeights: the band reaches 6 Hz, psd only 5 Hz; lower highFrequency or estimate it at a higher sample rate]`,
    )
    expect(() => noiseWeights(grid, { psd: holed, highFrequency: 5 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.noiseWeights: psd is 0 at 3 Hz, expected a positive number; narrow the band or mend the psd]`,
    )
    expect(() =>
      noiseWeights(grid, { psd: flat, lowFrequency: 5, highFrequency: 5 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.noiseWeights: no bin of 1 Hz lies in the band from 5 to 5 Hz]`,
    )
    expect(noiseWeights(grid, { psd: holed, lowFrequency: 1, highFrequency: 3 })[2]).toBe(4)
  })

  it('want series of one grid and one time', () => {
    const transform = fourierTransform(data)
    expect(() => innerProduct(transform, transform.shift(1), { psd })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.innerProduct: the series count phases from GPS 1000000000 and 1000000001; use withOrigin]`,
    )
    expect(() => innerProduct(transform, fourierTransform(template), { psd })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.innerProduct: expected series on one grid, got 2049 bins of 0.125 Hz from 0 Hz and 513 of 0.5 Hz from 0 Hz]`,
    )
  })

  it('give strain of 1e-21 a ratio that single precision would not', () => {
    const small = template.with({ values: template.values.map(value => value * 1e-21) })
    const quiet = { values: psd.values.map(value => value * 1e-42), resolution: psd.resolution }
    const band = { lowFrequency: 20, highFrequency: 200 }
    const ratio = optimalSnr(fourierTransform(small, { samples: 4096 }), { psd: quiet, ...band })
    expect(ratio / golden[0]!.sigma).toBeCloseTo(1, 10)
  })

  it('of a network add in quadrature', () => {
    expect(networkSnr([3, 4, 12])).toBe(13)
    expect(networkSnr([])).toBe(0)
  })
})
