import { describe, expect, it } from 'vitest'
import { asd, psd } from './spectral-density.ts'
import { spectrogram } from './spectrogram.ts'
import { expectClose, expectEachClose, golden, goldenNoise } from './testing/golden.ts'
import { hannWindow, tukeyWindow } from './windows.ts'

interface WelchCase {
  readonly length: number
  readonly segmentLength: number
  readonly overlap: number
  readonly window: 'hann' | 'tukey'
  readonly alpha: number | null
  readonly average: 'mean' | 'median'
  readonly detrend: 'constant' | 'none'
  readonly resolution: number
  readonly values: number[]
}

describe('psd', () => {
  it('equals SciPy welch, mean and median, odd and even segments, in every bin to 1e-10', () => {
    for (const { length, alpha, window, resolution, values, ...options } of golden.welch as WelchCase[]) {
      const taper =
        window === 'hann' ? hannWindow(options.segmentLength) : tukeyWindow(options.segmentLength, { alpha: alpha! })
      const x = goldenNoise(length, 7).map(value => value + 0.3)
      const result = psd(x, { sampleRate: 512, window: taper, ...options })
      expect(result.resolution).toBe(resolution)
      expectEachClose(result.values.slice(1), values.slice(1))
      // The zero-frequency bin of mean-free segments is rounding error.
      expectClose(result.values, values)
    }
  })

  it('equals PyCBC welch with median-mean, even and odd numbers of segments, to 1e-10', () => {
    for (const { length, segmentLength, values } of golden.medianMean as WelchCase[]) {
      const x = goldenNoise(length, 7).map(value => value - 0.1)
      const result = psd(x, { sampleRate: 512, segmentLength, average: 'median-mean', detrend: 'none' })
      expectEachClose(result.values, values)
    }
  })

  it('scaled as a spectrum equals SciPy, and shows the mean square of a sine', () => {
    const { length, segmentLength, values } = golden.spectrum as WelchCase
    const x = goldenNoise(length, 7).map(value => value + 0.3)
    expectClose(psd(x, { sampleRate: 512, segmentLength, scaling: 'spectrum' }).values, values)
    const sine = Float64Array.from({ length: 512 }, (_, n) => 3 * Math.sin((2 * Math.PI * n) / 8))
    expect(psd(sine, { sampleRate: 512, segmentLength: 64, scaling: 'spectrum' }).values[8]).toBeCloseTo(4.5, 12)
  })

  it.each(['mean', 'median', 'median-mean'] as const)(
    'takes channels side by side with the bits of each: %s',
    average => {
      const x = goldenNoise(3 * 500, 7)
      const options = { sampleRate: 512, segmentLength: 64, average } as const
      const each = [0, 1, 2].flatMap(c => [...psd(x.subarray(c * 500, (c + 1) * 500), options).values])
      expect([...psd(x, { ...options, channels: 3 }).values]).toEqual(each)
    },
  )

  it('of good stretches averages the segments of all, and none across a gap', () => {
    const x = goldenNoise(1000, 7)
    const options = { sampleRate: 512, segmentLength: 64, overlap: 32 } as const
    // Of 64 + 3 * 32 and 64 + 5 * 32 samples: 4 and 6 segments.
    const stretches = [x.subarray(0, 160), x.subarray(200, 230), x.subarray(400, 624)]
    const [first, , last] = stretches
    const [a, b] = [psd(first!, options), psd(last!, options)]
    expectEachClose(
      psd(stretches, options).values.slice(1),
      [...a.values.map((value, k) => (4 * value + 6 * b.values[k]!) / 10)].slice(1),
      1e-12,
    )
    // A median of all ten segments: as of one series that repeats both, cut so that no segment crosses.
    const joined = Float64Array.from([...x.subarray(0, 160), ...x.subarray(400, 624)])
    const apart = { ...options, overlap: 0, average: 'median' } as const
    const whole = (length: number) => Math.floor(length / 64) * 64
    const cut = [joined.subarray(0, whole(160)), joined.subarray(160, 160 + whole(224))]
    const glued = Float64Array.from(cut.flatMap(part => [...part]))
    expect(psd(cut, apart)).toEqual(psd(glued, apart))
    expect(() => psd([x.subarray(0, 63), x.subarray(0, 20)], options)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.psd: none of 2 stretches is as long as a segment of 64 samples; pass a shorter segmentLength or longer stretches]`,
    )
  })

  it('is without bias: of white noise, mean and medians agree within their scatter', () => {
    const x = goldenNoise(200_000, 11)
    for (const average of ['mean', 'median', 'median-mean'] as const) {
      // 11 segments at a time, so that a biased median would show; uniform noise in [-0.5, 0.5) has variance 1 / 12.
      const all = Array.from({ length: 160 }, (_, i) =>
        psd(x.subarray(i * 1200, i * 1200 + 1200), { sampleRate: 2, segmentLength: 200, overlap: 100, average }),
      )
      const level = all.reduce((sum, { values }) => sum + values.slice(2, -2).reduce((s, v) => s + v, 0) / 97, 0) / 160
      // Overlapping Hann segments are nearly independent: 160 x 97 values that scatter by some 0.4 give 0.004.
      expect(Math.abs(level * 12 - 1)).toBeLessThan(0.02)
    }
  })

  it('refuses NaN and infinities by their place', () => {
    const x = goldenNoise(200, 3)
    const options = { sampleRate: 1, segmentLength: 50 }
    expect(() => psd(x.with(123, Number.NaN), options)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.psd: the sample at index 123 is NaN, expected finite numbers; cut the series there]`,
    )
    expect(() => asd([x, x.with(7, Number.NEGATIVE_INFINITY)], options)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.psd: in stretch 1: the sample at index 7 is -Infinity, expected finite numbers; cut the series there]`,
    )
    expect(() => psd(x.with(123, Number.NaN), { ...options, channels: 2 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.psd: the sample at index 23 of channel 1 is NaN, expected finite numbers; cut the series there]`,
    )
    expect(() => psd(x, { ...options, channels: 3 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.psd: 200 samples are no whole number for each of 3 channels; check channels]`,
    )
    expect(() => spectrogram(x.with(0, Number.NaN), options)).toThrow('the sample at index 0 is NaN')
  })

  it('works at the size of strain, whose squares are near 1e-46', () => {
    const x = goldenNoise(4096, 3)
    const options = { sampleRate: 1024, segmentLength: 512 } as const
    const tiny = psd(
      x.map(value => value * 1e-23),
      options,
    )
    const scaled = psd(x, options).values.map(value => value * 1e-46)
    expectEachClose(tiny.values.slice(1), [...scaled.slice(1)])
  })

  it('is the square of asd', () => {
    const x = goldenNoise(1000, 3)
    const options = { sampleRate: 64, segmentLength: 100, average: 'median' } as const
    expectClose(
      asd(x, options).values.map(value => value * value),
      [...psd(x, options).values],
    )
  })

  it('refuses segments that do not fit', () => {
    const x = goldenNoise(100, 3)
    expect(() => psd(x, { sampleRate: 1, segmentLength: 101 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.cutSegments: the signal has 100 samples, fewer than one segment of 101; pass a shorter segmentLength]`,
    )
    expect(() => psd(x, { sampleRate: 1, segmentLength: 50, overlap: 50 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.cutSegments: overlap must be an integer from 0 to 49, got 50]`,
    )
    expect(() =>
      psd(x, { sampleRate: 1, segmentLength: 50, window: hannWindow(49) }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.cutSegments: the window has 49 samples, expected segmentLength 50]`,
    )
  })
})

describe('spectrogram', () => {
  it('equals SciPy spectrogram to 1e-10', () => {
    const { length, segmentLength, overlap, times, frequencies, values } = golden.spectrogram
    const result = spectrogram(goldenNoise(length, 11), { sampleRate: 256, segmentLength, overlap })
    expectClose(result.times, times)
    expectClose(result.frequencies, frequencies)
    expectClose(result.values, values)
  })
})
