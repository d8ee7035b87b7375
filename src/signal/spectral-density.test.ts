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
