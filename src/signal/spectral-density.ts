import { QuadrupoleError } from '../core/index.ts'
import { type FloatArray, rfft } from '../tensor/fft/index.ts'
import { lengthOfChannels, requireFinite } from './finite.ts'
import { countSegments, cutSegments } from './segments.ts'
import { type Average, averagePeriodograms } from './spectral-average.ts'
import { hannWindow } from './windows.ts'

/** A one-sided spectrum on a uniform grid of frequencies: bin `k` stands for `k * resolution` Hz. */
export interface Spectrum {
  /** `[bins]`, or `[channels, bins]` where it is of several channels. */
  readonly values: Float64Array
  /** Spacing of the bins, Hz. */
  readonly resolution: number
}

export interface SpectralDensityOptions {
  /** Hz. */
  readonly sampleRate: number
  /** Samples of one segment; the resolution is `sampleRate / segmentLength`. */
  readonly segmentLength: number
  /** Samples that neighbouring segments share; half a segment unless given. */
  readonly overlap?: number
  /** Taper of a segment, shape `[segmentLength]`; a periodic Hann window unless given. */
  readonly window?: Float64Array
  /**
   * How the segments' periodograms are combined. The medians shrug off glitches and signals; their bias is removed.
   * `median-mean` is the mean of the medians of every other segment.
   */
  readonly average?: Average
  /** Whether each segment's mean is subtracted first. */
  readonly detrend?: 'constant' | 'none'
  /** `density` is per Hz; `spectrum` gives the mean square of a sine in the bin where it lies. */
  readonly scaling?: 'density' | 'spectrum'
  /** Series side by side, `[channels, samples]`: the result is `[channels, bins]`. */
  readonly channels?: number
}

/** What `periodograms` takes. */
export type PeriodogramOptions = Omit<SpectralDensityOptions, 'average' | 'channels'>

/** One-sided periodograms of the windowed segments of one series, `[segments, bins]`. */
export function periodograms(
  x: FloatArray,
  {
    sampleRate,
    segmentLength,
    overlap = segmentLength >> 1,
    window = hannWindow(segmentLength),
    detrend = 'constant',
    scaling = 'density',
  }: PeriodogramOptions,
): { readonly powers: Float64Array; readonly segments: number; readonly bins: number } {
  const rows = cutSegments(x, { segmentLength, overlap, window, removeMean: detrend === 'constant' })
  const { re, im } = rfft(rows, segmentLength)
  const segments = countSegments(x.length, { segmentLength, overlap })
  const bins = (segmentLength >> 1) + 1
  let sum = 0
  for (let i = 0; i < window.length; i++) sum += scaling === 'density' ? window[i]! * window[i]! : window[i]!
  const norm = scaling === 'density' ? sampleRate * sum : sum * sum
  // Zero frequency and, for an even length, the Nyquist frequency have no negative twin to be folded in.
  const alone = segmentLength % 2 === 0 ? bins - 1 : bins
  const powers = new Float64Array(segments * bins)
  for (let segment = 0; segment < segments; segment++) {
    const row = segment * bins
    for (let bin = 0; bin < bins; bin++) {
      const twin = bin > 0 && bin < alone ? 2 : 1
      const at = row + bin
      powers[at] = (twin * (re[at]! * re[at]! + im[at]! * im[at]!)) / norm
    }
  }
  return { powers, segments, bins }
}

/**
 * One-sided power spectral density by Welch's method (Welch 1967), in the input's units squared per Hz, exact in all
 * bins: `segmentLength / 2 + 1` values from zero to the Nyquist frequency.
 *
 * A list of series is taken as good stretches of one with gaps between them: no segment reaches over a gap, and stretches
 * shorter than a segment are left out.
 *
 * Strain squared is near 1e-46: the result is far inside float64, but not float32.
 *
 * @throws `argument` for a signal shorter than a segment, an overlap that is not below the segment, or a window of
 * another length; `data` with the index of the first sample that is NaN or infinite; `shape` for samples that are no whole
 * number for each channel.
 *
 * @example
 * psd(strain, { sampleRate: 4096, segmentLength: 4 * 4096, average: 'median' }).resolution // 0.25
 */
export function psd(x: FloatArray | readonly FloatArray[], options: SpectralDensityOptions): Spectrum {
  const { average = 'mean', sampleRate, segmentLength, channels = 1 } = options
  const stretches = isOne(x) ? [x] : x
  const bins = (segmentLength >> 1) + 1
  const lengths = stretches.map((stretch, i) => {
    requireFinite(isOne(x) ? 'signal.psd' : `signal.psd: in stretch ${i}`, stretch, { channels })
    return lengthOfChannels('signal.psd', stretch, channels)
  })
  const isUsed = lengths.map(length => isOne(x) || length >= segmentLength)
  if (!isUsed.includes(true))
    throw new QuadrupoleError(
      'argument',
      `signal.psd: none of ${stretches.length} stretches is as long as a segment of ${segmentLength} samples; ` +
        'pass a shorter segmentLength or longer stretches',
      { details: { segmentLength, lengths } },
    )
  const values = new Float64Array(channels * bins)
  for (let channel = 0; channel < channels; channel++) {
    const parts = stretches.flatMap((stretch, i) => {
      const part = stretch.subarray(channel * lengths[i]!, (channel + 1) * lengths[i]!)
      return isUsed[i] ? [periodograms(part, options)] : []
    })
    const segments = parts.reduce((sum, part) => sum + part.segments, 0)
    const powers = joined(parts.map(part => part.powers))
    const rows = Array.from({ length: segments }, (_, i) => i)
    values.set(averagePeriodograms(powers, bins, rows, average), channel * bins)
  }
  return { values, resolution: sampleRate / segmentLength }
}

const isOne = (x: FloatArray | readonly FloatArray[]): x is FloatArray => ArrayBuffer.isView(x)

function joined(arrays: readonly Float64Array[]): Float64Array {
  if (arrays.length === 1) return arrays[0]!
  const all = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const array of arrays) {
    all.set(array, at)
    at += array.length
  }
  return all
}

/** One-sided amplitude spectral density, units per root Hz: the root of `psd`, with its options and errors. */
export function asd(x: FloatArray | readonly FloatArray[], options: SpectralDensityOptions): Spectrum {
  const { values, resolution } = psd(x, options)
  return { values: values.map(Math.sqrt), resolution }
}
