import { QuadrupoleError } from '../core/index.ts'
import { irfft } from '../tensor/fft/index.ts'
import { convolveSame } from './convolve.ts'
import type { Spectrum } from './spectral-density.ts'
import { hannWindow } from './windows.ts'

export interface WhitenOptions {
  /** One-sided power spectral density of the noise, from zero to the Nyquist frequency. */
  readonly psd: Spectrum
  /** Hz. */
  readonly sampleRate: number
  /** Length of the filter, seconds. Half of it at each end of the output is corrupt. */
  readonly filterDuration?: number
  /** Frequencies below this are removed, Hz: where noise is far above the rest, inverting it only adds error. */
  readonly highPass?: number
}

/**
 * The zero-phase FIR filter that whitens noise of a given PSD, by inverse-spectrum truncation (Allen et al. 2012,
 * arXiv:gr-qc/0509116, section VII): the impulse response of `1 / ASD`, cut to an odd number of taps and tapered by a
 * Hann window. White noise of that PSD comes out with variance 1 a sample, less what `highPass` removes.
 *
 * @throws `argument` where the PSD does not reach the Nyquist frequency, is not positive above `highPass`, or resolves
 * less than the filter's length.
 */
export function whiteningFilter({ psd, sampleRate, filterDuration = 1, highPass = 0 }: WhitenOptions): Float64Array {
  const fail = (message: string): never => {
    throw new QuadrupoleError('argument', `signal.whiteningFilter: ${message}`)
  }
  const { values, resolution } = psd
  const length = 2 * (values.length - 1)
  const half = Math.floor((filterDuration * sampleRate) / 2)
  if (Math.abs(length * resolution - sampleRate) > 1e-6 * sampleRate)
    fail(
      `psd has ${values.length} bins of ${resolution} Hz, up to ${(values.length - 1) * resolution} Hz, expected up to ` +
        `the Nyquist frequency ${sampleRate / 2} Hz; estimate it at the signal's sample rate`,
    )
  if (half < 1 || 2 * half + 1 > length)
    fail(
      `a filter of ${filterDuration} s needs a psd resolution of at most ${1 / filterDuration} Hz, got ${resolution} Hz; ` +
        'pass a shorter filterDuration or a psd of longer segments',
    )
  const inverse = new Float64Array(values.length)
  for (let k = 0; k < values.length; k++) {
    if (k * resolution < highPass) continue
    if (!(values[k]! > 0 && values[k]! < Number.POSITIVE_INFINITY))
      fail(`psd is ${values[k]} at ${k * resolution} Hz, expected a positive number; raise highPass or mend the psd`)
    inverse[k] = Math.sqrt(2 / sampleRate) / Math.sqrt(values[k]!)
  }
  const response = irfft(inverse, new Float64Array(values.length), length)
  const taper = hannWindow(2 * half + 3, { symmetric: true })
  return Float64Array.from({ length: 2 * half + 1 }, (_, i) => response[(i - half + length) % length]! * taper[i + 1]!)
}

/**
 * Whitens a signal whose noise has a given PSD, with the filter of `whiteningFilter`: noise of that PSD comes out white
 * with unit variance, and nothing is delayed. Returns as many samples as it was given; in the first and last
 * `filterDuration / 2` seconds the filter reached past the ends, where the signal counts as zero: discard them.
 *
 * @example
 * const noise = psd(strain, { sampleRate: 4096, segmentLength: 4 * 4096, average: 'median' })
 * whiten(strain, { psd: noise, sampleRate: 4096, highPass: 20 }).length === strain.length // true
 */
export function whiten(x: Float64Array, options: WhitenOptions): Float64Array {
  return convolveSame(x, whiteningFilter(options))
}
