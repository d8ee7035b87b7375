import { describe, expect, it } from 'vitest'
import { convolveSame } from './convolve.ts'
import { envelope } from './envelope.ts'
import { psd } from './spectral-density.ts'
import { expectClose, golden, goldenNoise } from './testing/golden.ts'
import { whiten, whiteningFilter } from './whiten.ts'

/** First-order recursive noise, as `scipy.signal.lfilter([1], [1, -0.9], x)`. */
function red(x: Float64Array): Float64Array {
  let last = 0
  return x.map(value => (last = value + 0.9 * last))
}

describe('whiten', () => {
  const { length, sampleRate, segmentLength, taps, highPass, filter, values } = golden.whitening
  const x = red(goldenNoise(length, 13))
  const noise = psd(x, { sampleRate, segmentLength, average: 'median' })
  const options = { psd: noise, sampleRate, filterDuration: (taps - 1) / sampleRate, highPass }

  it('has the filter and the output of the same recipe in NumPy and SciPy to 1e-10', () => {
    expectClose(whiteningFilter(options), filter)
    expectClose(whiten(x, options), values)
  })

  it('changes nothing further from an end than half its filter when the signal goes on there', () => {
    const half = (taps - 1) / 2
    const part = whiten(x.slice(200, 600), options)
    const whole = whiten(x, options)
    expectClose(part.slice(half, -half), [...whole.slice(200 + half, 600 - half)])
    expect(Math.abs(part[0]! - whole[200]!)).toBeGreaterThan(1e-3)
  })

  it('makes noise white with unit variance', () => {
    const long = red(goldenNoise(65_536, 41))
    const flat = whiten(long, {
      psd: psd(long, { sampleRate, segmentLength: 512 }),
      sampleRate,
      filterDuration: 1,
    }).slice(256, -256)
    const variance = flat.reduce((sum, value) => sum + value * value, 0) / flat.length
    expect(variance).toBeGreaterThan(0.97)
    expect(variance).toBeLessThan(1.03)
    // One bin of a mean over 510 independent segments scatters by 4.4 %; five sigma of it.
    const spectrum = psd(flat, { sampleRate, segmentLength: 128 }).values.slice(2, -2)
    for (const value of spectrum) expect(Math.abs((value * sampleRate) / 2 - 1)).toBeLessThan(0.22)
  })

  it('whitens windows by a psd of each, and crops what the filter reached past the ends for', () => {
    const long = red(goldenNoise(3 * 700, 41))
    const windows = { channels: 3, sampleRate, segmentLength, average: 'median' } as const
    const each = psd(long, windows)
    const both = whiten(long, { ...options, psd: each, channels: 3 })
    const cropped = whiten(long, { ...options, psd: each, channels: 3, crop: true })
    const half = (taps - 1) / 2
    expect(cropped.length).toBe(3 * (700 - 2 * half))
    for (let c = 0; c < 3; c++) {
      const one = long.subarray(c * 700, (c + 1) * 700)
      const alone = whiten(one, { ...options, psd: psd(one, { ...windows, channels: 1 }) })
      expect([...both.subarray(c * 700, (c + 1) * 700)]).toEqual([...alone])
      const width = 700 - 2 * half
      expectClose(cropped.slice(c * width, (c + 1) * width), [...alone.slice(half, -half)], 1e-12)
    }
  })

  it('leaves out what lies above lowPass', () => {
    const long = red(goldenNoise(32_768, 41))
    const band = whiten(long, {
      ...options,
      psd: psd(long, { sampleRate, segmentLength: 512 }),
      lowPass: 80,
      crop: true,
    })
    const { values } = psd(band, { sampleRate, segmentLength: 256 })
    expect(Math.max(...values.slice(90)) * (sampleRate / 2)).toBeLessThan(1e-3)
    expect(values[60]! * (sampleRate / 2)).toBeGreaterThan(0.7)
    expect(() => whiteningFilter({ ...options, highPass: 90, lowPass: 80 })).toThrow('highPass < lowPass')
  })

  it('whitens 64 s of white noise to a standard deviation within 1 % of 1, by its psd and by an estimate', () => {
    const rate = 2048
    const long = goldenNoise(64 * rate, 43)
    // Uniform noise in [-0.5, 0.5) has variance 1 / 12.
    const known = { values: new Float64Array(2 * rate + 1).fill(2 / rate / 12), resolution: 0.25 }
    for (const noise of [known, psd(long, { sampleRate: rate, segmentLength: 2 * rate })]) {
      const flat = whiten(long, { psd: noise, sampleRate: rate, crop: true })
      const deviation = Math.sqrt(flat.reduce((sum, value) => sum + value * value, 0) / flat.length)
      expect(Math.abs(deviation - 1)).toBeLessThan(0.01)
    }
  })

  it('refuses NaN by its place', () => {
    expect(() => whiten(x.with(5, Number.NaN), options)).toThrow('signal.whiten: the sample at index 5 is NaN')
  })

  it('refuses a psd of another rate, too coarse a psd, and one with a hole', () => {
    expect(() => whiteningFilter({ ...options, sampleRate: 512 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.whiteningFilter: psd has 129 bins of 1 Hz, up to 128 Hz, expected up to the Nyquist frequency 256 Hz; estimate it at the signal's sample rate]`,
    )
    expect(() => whiteningFilter({ ...options, filterDuration: 2 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.whiteningFilter: a filter of 2 s needs a psd resolution finer than 0.5 Hz, got 1 Hz; pass a shorter filterDuration or a psd of longer segments]`,
    )
    const holed = { ...noise, values: noise.values.map((value, k) => (k === 40 ? 0 : value)) }
    expect(() => whiteningFilter({ ...options, psd: holed })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.whiteningFilter: psd is 0 at 40 Hz, expected a positive number; raise highPass or mend the psd]`,
    )
  })
})

describe('convolveSame', () => {
  it('equals NumPy convolve to 1e-10', () => {
    for (const { length, taps, values } of golden.convolve as { length: number; taps: number; values: number[] }[])
      expectClose(convolveSame(goldenNoise(length, 19), goldenNoise(taps, 23)), values)
  })

  it('refuses a filter longer than the signal', () => {
    expect(() => convolveSame(new Float64Array(4), new Float64Array(5))).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.convolveSame: expected a filter of 1 to 4 taps (the signal's length), got 5]`,
    )
  })
})

describe('envelope', () => {
  it('equals the modulus of SciPy hilbert, even and odd lengths, to 1e-10', () => {
    for (const { length, values } of golden.envelope as { length: number; values: number[] }[])
      expectClose(envelope(goldenNoise(length, 17)), values)
  })
})
