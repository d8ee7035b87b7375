import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { createWorkerPool, foldIn, normal, randomKey } from '../../core/index.ts'
import { GpsTime } from '../../gw/index.ts'
import { psd } from '../../signal/index.ts'
import { irfft } from '../../tensor/fft/index.ts'
import { readStrain } from '../read-strain.ts'
import { aligoDesignPsd } from './aligo-psd.ts'
import { fillNoiseTask, noiseReader } from './coloured-noise.ts'
import design from './fixtures/design-psd.json' with { type: 'json' }
import { noiseModel } from './noise-model.ts'

const official = fileURLToPath(new URL('../../../../shared/data/mlgwsc1/set1-noise-128s.hdf', import.meta.url))
const key = randomKey(7)
const small = noiseModel({ psd: aligoDesignPsd, sampleRate: 256, filterDuration: 1 })
const origin = 1_238_205_077 * 256

const stretch = (firstSample: number, length: number, detector = 'H1', model = small): Float64Array => {
  const out = new Float64Array(length)
  noiseReader(model, { key, detector }).fill(out, firstSample)
  return out
}

describe('coloured noise', () => {
  it('is the same, bit for bit, whatever stretch is asked for and in whatever order', () => {
    const whole = stretch(origin, 20_000)
    const reader = noiseReader(small, { key, detector: 'H1' })
    fc.assert(
      fc.property(fc.nat(19_999), fc.nat(3000), (from, length) => {
        const part = new Float64Array(Math.min(length, 20_000 - from))
        reader.fill(part, origin + from)
        expect(part).toEqual(whole.subarray(from, from + part.length))
      }),
    )
  })

  it('is the direct convolution of white noise with the filter, across blocks', () => {
    const { blockLength, reach, fftLength, response } = small
    const impulse = irfft(response.slice(), new Float64Array(response.length), fftLength)
    const firstSample = blockLength * 5 - 40
    const white = normal(foldIn(key, 'H1'), 80 + 2 * reach, { offset: firstSample })
    const direct = Float64Array.from({ length: 80 }, (_, n) => {
      let sum = 0
      for (let tap = -reach; tap <= reach; tap++)
        sum += impulse[(tap + fftLength) % fftLength]! * white[n + reach - tap]!
      return sum
    })
    const noise = stretch(firstSample, 80)
    const scale = Math.max(...direct.map(Math.abs))
    expect(Math.max(...noise.map((value, n) => Math.abs(value - direct[n]!))) / scale).toBeLessThan(1e-12)
    const beyond = impulse.subarray(reach + 1, fftLength - reach).map(Math.abs)
    expect(Math.max(...beyond)).toBeLessThan(1e-15 * impulse[0]!)
  })

  it('is coloured by the filter that SciPy designs, within 1e-12', () => {
    const { sampleRate, filterDuration, response } = design.filter
    const model = noiseModel({ psd: aligoDesignPsd, sampleRate, filterDuration })
    const scale = Math.max(...response)
    expect(model.response.length).toBe(response.length)
    expect(Math.max(...response.map((value, k) => Math.abs(model.response[k]! - value))) / scale).toBeLessThan(1e-12)
  })

  it('has the PSD asked for, and nothing below the cut', () => {
    const sampleRate = 2048
    const model = noiseModel({ psd: aligoDesignPsd, sampleRate })
    const samples = 512 * sampleRate
    const noise = stretch(1_238_205_077 * sampleRate, samples, 'L1', model)
    const segmentLength = 4 * sampleRate
    const { values, resolution } = psd(noise, { sampleRate, segmentLength })
    // 255 half-overlapping Hann segments: a bin scatters by sqrt((1 + 2 / 36) / 255) = 0.0643 (Welch 1967).
    const ratios = [...values.keys()]
      .filter(k => k * resolution >= 20 && k * resolution <= 1020)
      .map(k => values[k]! / aligoDesignPsd(k * resolution))
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length
    const scatter = Math.sqrt(ratios.reduce((sum, ratio) => sum + (ratio - mean) ** 2, 0) / ratios.length)
    expect(mean).toBeCloseTo(1, 2)
    expect(scatter).toBeGreaterThan(0.061)
    expect(scatter).toBeLessThan(0.067)
    const response = (frequency: number) => model.response[Math.round((frequency * model.fftLength) / sampleRate)]!
    const quiet = Array.from({ length: 140 }, (_, i) => Math.abs(response(i / 10) / response(16)))
    expect(Math.max(...quiet)).toBeLessThan(1e-4)
    for (const frequency of [16, 20, 100, 500, 1000])
      expect((response(frequency) ** 2 * 2) / sampleRate / aligoDesignPsd(frequency)).toBeCloseTo(1, 3)
    const kurtosis =
      noise.reduce((sum, x) => sum + x ** 4, 0) / samples / (noise.reduce((s, x) => s + x * x, 0) / samples) ** 2
    expect(kurtosis).toBeCloseTo(3, 1)
  })

  it('is independent between detectors, keys and times', () => {
    const length = 30_000
    const one = stretch(origin, length)
    const power = one.reduce((sum, value) => sum + value * value, 0)
    const other = new Float64Array(length)
    noiseReader(small, { key: randomKey(8), detector: 'H1' }).fill(other, origin)
    for (const noise of [stretch(origin, length, 'L1'), stretch(origin + length, length), other]) {
      const product = one.reduce((sum, value, n) => sum + value * noise[n]!, 0)
      // Coloured noise has fewer independent samples than it has samples.
      expect(Math.abs(product / power)).toBeLessThan(0.05)
    }
  })

  it('reads spans as time series', () => {
    const start = GpsTime.parse('1238205077.125')
    const series = noiseReader(small, { key, detector: 'V1' }).read({ start, end: start.plus(2) })
    expect(`${series}`).toBe('TimeSeries(V1:STRAIN, 512 samples at 256 Hz from GPS 1238205077.125)')
    expect(series.values).toEqual(stretch(origin + 32, 512, 'V1'))
    const between = noiseReader(small, { key, detector: 'V1' }).read({
      start: start.plus(0.001),
      end: start.plus(0.01),
    })
    expect(`${between}`).toBe('TimeSeries(V1:STRAIN, 2 samples at 256 Hz from GPS 1238205077.12890625)')
    expect(between.values).toEqual(stretch(origin + 33, 2, 'V1'))
    expect(() =>
      noiseReader(small, { key, detector: 'V1' }).read({ start, end: start }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.noiseReader: no sample lies in GPS 1238205077.125 to 1238205077.125]`,
    )
  })

  it('is refused where the PSD says nothing', () => {
    const known = { frequencies: Float64Array.of(20, 100), psd: Float64Array.of(1e-46, 1e-46) }
    expect(() => noiseModel({ psd: known, sampleRate: 256 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.noiseModel: psd is Infinity at 15 Hz, expected a positive number from 15 to 128 Hz; raise lowFrequency, lower sampleRate or mend the psd]`,
    )
    expect(() =>
      noiseModel({ psd: aligoDesignPsd, sampleRate: 256, lowFrequency: 200 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.noiseModel: expected lowFrequency above 0 and below 128 Hz, got 200 Hz]`,
    )
    expect(() => noiseModel({ psd: aligoDesignPsd, sampleRate: 256.5 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.noiseModel: expected a positive integer sampleRate in Hz, got 256.5]`,
    )
  })
})

describe.skipIf(!existsSync(official))(
  'the official noise of MLGWSC-1 (skipped where it is not beside the repository)',
  () => {
    it.each(['H1', 'L1'])('has the PSD that ours has, in %s', async channel => {
      const sampleRate = 2048
      const { values: noise } = await readStrain(official, { channel })
      const { values, resolution } = psd(noise, { sampleRate, segmentLength: 4 * sampleRate })
      const ratios = [...values.keys()]
        .filter(k => k * resolution >= 20 && k * resolution <= 1020)
        .map(k => values[k]! / aligoDesignPsd(k * resolution))
      const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length
      // 128 s of 1,000 Hz are 256,000 independent values, so that their mean square scatters by 0.3 %.
      expect(Math.abs(mean - 1)).toBeLessThan(0.008)
    })
  },
)

describe('coloured noise in workers', () => {
  const pool = createWorkerPool({ size: 2 })
  afterAll(() => pool.close())

  it('has the bits of the caller', async () => {
    const out = ['H1', 'L1'].map(() => new Float64Array(new SharedArrayBuffer(8 * 5000)))
    await pool.map(
      fillNoiseTask,
      out.map((array, i) => ({ model: small, key, detector: ['H1', 'L1'][i]!, firstSample: origin, out: array })),
    )
    expect(out[0]!.slice()).toEqual(stretch(origin, 5000, 'H1'))
    expect(out[1]!.slice()).toEqual(stretch(origin, 5000, 'L1'))
  })
})
