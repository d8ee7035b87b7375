import { QuadrupoleError } from '../core/index.ts'
import { type FloatArray, irfft } from '../tensor/fft/index.ts'
import { convolveSame, convolveValid } from './convolve.ts'
import { lengthOfChannels, requireFinite } from './finite.ts'
import type { Spectrum } from './spectral-density.ts'
import { hannWindow } from './windows.ts'

/** How a whitening filter is made of a PSD. */
export interface WhiteningFilterOptions {
  /** Hz. */
  readonly sampleRate: number
  /** Length of the filter, seconds. Half of it at each end of the output is corrupt. */
  readonly filterDuration?: number
  /** Frequencies below this are removed, Hz: where noise is far above the rest, inverting it only adds error. */
  readonly highPass?: number
  /** Frequencies above this are removed, Hz. */
  readonly lowPass?: number
}

export interface WhitenOptions extends WhiteningFilterOptions {
  /**
   * One-sided power spectral density of the noise, from zero to the Nyquist frequency: one for all channels, or
   * `[channels, bins]`.
   */
  readonly psd: Spectrum
  /** Series side by side, `[channels, samples]`, such as the windows of a batch, each with a PSD of its own. */
  readonly channels?: number
  /** Leaves the `filterDuration / 2` at each end out, where the filter reaches past the ends. */
  readonly crop?: boolean
}

/** Samples that a whitening filter reaches to each side. */
export const whiteningReach = ({ sampleRate, filterDuration = 1 }: WhiteningFilterOptions): number =>
  Math.floor((filterDuration * sampleRate) / 2)

/**
 * The zero-phase FIR filter that whitens noise of a given PSD, by inverse-spectrum truncation (Allen et al. 2012,
 * arXiv:gr-qc/0509116, section VII): the impulse response of `1 / ASD`, cut to an odd number of taps and tapered by a
 * Hann window. White noise of that PSD comes out with variance 1 a sample, less what `highPass` and `lowPass` remove.
 *
 * @throws `argument` where the PSD does not reach the Nyquist frequency, is not positive between `highPass` and `lowPass`,
 * or resolves less than the filter's length.
 */
export function whiteningFilter(options: Omit<WhitenOptions, 'channels' | 'crop'>): Float64Array {
  const { psd, sampleRate, filterDuration = 1, highPass = 0, lowPass = sampleRate / 2 } = options
  const fail = (message: string): never => {
    throw new QuadrupoleError('argument', `signal.whiteningFilter: ${message}`)
  }
  const { values, resolution } = psd
  const length = 2 * (values.length - 1)
  const half = whiteningReach(options)
  if (Math.abs(length * resolution - sampleRate) > 1e-6 * sampleRate)
    fail(
      `psd has ${values.length} bins of ${resolution} Hz, up to ${(values.length - 1) * resolution} Hz, expected up to ` +
        `the Nyquist frequency ${sampleRate / 2} Hz; estimate it at the signal's sample rate`,
    )
  if (half < 1 || 2 * half + 1 > length)
    fail(
      `a filter of ${filterDuration} s needs a psd resolution finer than ${1 / filterDuration} Hz, got ${resolution} Hz; ` +
        'pass a shorter filterDuration or a psd of longer segments',
    )
  if (!(highPass >= 0 && highPass < lowPass))
    fail(`expected 0 <= highPass < lowPass, got ${highPass} and ${lowPass} Hz`)
  const inverse = new Float64Array(values.length)
  for (let k = 0; k < values.length; k++) {
    if (k * resolution < highPass || k * resolution > lowPass) continue
    if (!(values[k]! > 0 && values[k]! < Number.POSITIVE_INFINITY))
      fail(`psd is ${values[k]} at ${k * resolution} Hz, expected a positive number; raise highPass or mend the psd`)
    inverse[k] = Math.sqrt(2 / sampleRate) / Math.sqrt(values[k]!)
  }
  const response = irfft(inverse, new Float64Array(values.length), length)
  const taper = hannWindow(2 * half + 3, { symmetric: true })
  const filter = new Float64Array(2 * half + 1)
  for (let i = 0; i < filter.length; i++) filter[i] = response[(i - half + length) % length]! * taper[i + 1]!
  return filter
}

/** The filter of `whiteningFilter` of each channel, for a PSD of all or of each. */
export function whiteningFilters(options: Omit<WhitenOptions, 'crop'>): readonly Float64Array[] {
  const { psd, sampleRate, channels = 1 } = options
  const bins = Math.round(sampleRate / 2 / psd.resolution) + 1
  if (channels > 1 && psd.values.length === channels * bins)
    return Array.from({ length: channels }, (_, channel) => {
      const values = psd.values.subarray(channel * bins, (channel + 1) * bins)
      return whiteningFilter({ ...options, psd: { ...psd, values } })
    })
  const shared = whiteningFilter(options)
  return Array.from({ length: channels }, () => shared)
}

/**
 * Whitens a signal whose noise has a given PSD, with the filter of `whiteningFilter`: noise of that PSD comes out white
 * with unit variance, and nothing is delayed. Returns as many samples as it was given; in the first and last
 * `filterDuration / 2` seconds the filter reached past the ends, where the signal counts as zero: discard them, or `crop`.
 *
 * @throws What `whiteningFilter` throws; `data` for NaN and infinities, with the index of the first; `argument` for a
 * signal shorter than the filter.
 *
 * @example
 * const noise = psd(strain, { sampleRate: 4096, segmentLength: 4 * 4096, average: 'median' })
 * whiten(strain, { psd: noise, sampleRate: 4096, highPass: 20 }).length === strain.length // true
 */
export function whiten(x: FloatArray, options: WhitenOptions): Float64Array {
  const { channels = 1, crop = false } = options
  const length = lengthOfChannels('signal.whiten', x, channels)
  requireFinite('signal.whiten', x, { channels })
  const convolve = crop ? convolveValid : convolveSame
  const rows = whiteningFilters(options).map((filter, channel) =>
    convolve(Float64Array.from(x.subarray(channel * length, (channel + 1) * length)), filter),
  )
  if (rows.length === 1) return rows[0]!
  const whitened = new Float64Array(channels * rows[0]!.length)
  rows.forEach((row, channel) => {
    whitened.set(row, channel * row.length)
  })
  return whitened
}
