import { rfft } from '../tensor/fft/index.ts'
import { countSegments, cutSegments } from './segments.ts'
import { hannWindow } from './windows.ts'

/** A one-sided spectrum on a uniform grid of frequencies: bin `k` stands for `k * resolution` Hz. */
export interface Spectrum {
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
  /** How the segments' periodograms are combined. The median shrugs off glitches and signals; its bias is removed. */
  readonly average?: 'mean' | 'median'
  /** Whether each segment's mean is subtracted first. */
  readonly detrend?: 'constant' | 'none'
}

/**
 * The ratio of the median of the mean-free sum of `segments` exponential variates to their mean: the alternating
 * harmonic series up to an odd number of terms (Allen et al. 2012, arXiv:gr-qc/0509116, appendix B).
 */
function medianBias(segments: number): number {
  let bias = 1
  for (let n = 2; n < segments; n += 2) bias += 1 / (n + 1) - 1 / n
  return bias
}

function median(values: Float64Array): number {
  values.sort()
  const middle = values.length >> 1
  return values.length % 2 === 1 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2
}

/** One-sided periodograms of windowed segments, `[segments, bins]`, in units squared per Hz. */
export function periodograms(
  x: Float64Array,
  {
    sampleRate,
    segmentLength,
    overlap = segmentLength >> 1,
    window = hannWindow(segmentLength),
    detrend = 'constant',
  }: Omit<SpectralDensityOptions, 'average'>,
): { readonly powers: Float64Array; readonly segments: number; readonly bins: number } {
  const rows = cutSegments(x, { segmentLength, overlap, window, removeMean: detrend === 'constant' })
  const { re, im } = rfft(rows, segmentLength)
  const segments = countSegments(x.length, { segmentLength, overlap })
  const bins = (segmentLength >> 1) + 1
  const energy = window.reduce((sum, value) => sum + value * value, 0)
  const powers = new Float64Array(segments * bins)
  for (let i = 0; i < powers.length; i++) {
    const bin = i % bins
    // Zero frequency and, for an even length, the Nyquist frequency have no negative twin to be folded in.
    const twin = bin > 0 && 2 * bin < segmentLength ? 2 : 1
    powers[i] = (twin * (re[i]! * re[i]! + im[i]! * im[i]!)) / (sampleRate * energy)
  }
  return { powers, segments, bins }
}

/**
 * One-sided power spectral density by Welch's method (Welch 1967), in the input's units squared per Hz, exact in all
 * bins: `segmentLength / 2 + 1` values from zero to the Nyquist frequency.
 *
 * Strain squared is near 1e-46: the result is far inside float64, but not float32.
 *
 * @throws `argument` for a signal shorter than a segment, an overlap that is not below the segment, or a window of
 * another length.
 *
 * @example
 * psd(strain, { sampleRate: 4096, segmentLength: 4 * 4096, average: 'median' }).resolution // 0.25
 */
export function psd(x: Float64Array, options: SpectralDensityOptions): Spectrum {
  const { average = 'mean', sampleRate, segmentLength } = options
  const { powers, segments, bins } = periodograms(x, options)
  const values = new Float64Array(bins)
  const column = new Float64Array(segments)
  const bias = average === 'median' ? medianBias(segments) : segments
  for (let bin = 0; bin < bins; bin++) {
    for (let segment = 0; segment < segments; segment++) column[segment] = powers[segment * bins + bin]!
    values[bin] = (average === 'median' ? median(column) : column.reduce((sum, value) => sum + value, 0)) / bias
  }
  return { values, resolution: sampleRate / segmentLength }
}

/** One-sided amplitude spectral density, units per root Hz: the root of `psd`, with its options and errors. */
export function asd(x: Float64Array, options: SpectralDensityOptions): Spectrum {
  const { values, resolution } = psd(x, options)
  return { values: values.map(Math.sqrt), resolution }
}
