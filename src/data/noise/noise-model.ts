import { QuadrupoleError } from '../../core/index.ts'
import { hannWindow } from '../../signal/index.ts'
import { irfft, rfft } from '../../tensor/fft/index.ts'
import { assertIntegerRate } from '../sample-grid.ts'
import { type NoisePsd, psdAt } from './noise-curve.ts'

/** What noise is to be like. */
export interface NoiseModelOptions {
  /** One-sided, 1/Hz. */
  readonly psd: NoisePsd
  /** Hz, an integer. */
  readonly sampleRate: number
  /** There is no noise below this, Hz; the PSD must be known from here to the Nyquist frequency. */
  readonly lowFrequency?: number
  /** Length of the filter that colours the noise, seconds; it resolves about two over this, Hz. */
  readonly filterDuration?: number
}

/**
 * Stationary Gaussian noise of a given PSD, as plain data that workers are given: how white noise is filtered, in blocks
 * that lie on one grid for all time.
 */
export interface NoiseModel {
  readonly sampleRate: number
  readonly lowFrequency: number
  /** Samples of a block's transform; all but the filter's taps are good. */
  readonly fftLength: number
  /** Samples of a block; block b holds samples `b * blockLength` on, counted from GPS 0. */
  readonly blockLength: number
  /** Taps on either side of the middle one. */
  readonly reach: number
  /** Response of the filter at the bins of the transform, real as its phase is zero; in shared memory. */
  readonly response: Float64Array
}

const blockTaps = 8

/**
 * Designs the filter that gives white noise a PSD: the impulse response of `sqrt(psd * sampleRate / 2)`, cut to
 * `filterDuration` and tapered by a Hann window, zero phase. The noise's PSD is the one asked for, smoothed over about
 * `2 / filterDuration`, and falls off within that of `lowFrequency`.
 *
 * @throws `argument` for a PSD that is not positive and finite somewhere between `lowFrequency` and the Nyquist frequency,
 * or options out of range.
 *
 * @example
 * noiseModel({ psd: aligoDesignPsd, sampleRate: 2048 }).blockLength / 2048 // 112
 */
export function noiseModel(options: NoiseModelOptions): NoiseModel {
  const { psd, sampleRate, lowFrequency = 15, filterDuration = 16 } = options
  assertIntegerRate('data.noiseModel', sampleRate)
  const nyquist = sampleRate / 2
  const fail = (message: string): never => {
    throw new QuadrupoleError('argument', `data.noiseModel: ${message}`, {
      details: { sampleRate, lowFrequency, filterDuration },
    })
  }
  if (!(lowFrequency > 0 && lowFrequency < nyquist))
    fail(`expected lowFrequency above 0 and below ${nyquist} Hz, got ${lowFrequency} Hz`)
  const reach = Math.floor((filterDuration * sampleRate) / 2)
  if (!(reach >= 1 && reach <= 2 ** 24))
    fail(`expected filterDuration from ${2 / sampleRate} to ${2 ** 25 / sampleRate} s, got ${filterDuration} s`)

  const fftLength = 2 ** Math.ceil(Math.log2(2 * reach * blockTaps))
  // Twice the filter's length resolves what the taper leaves of the impulse response.
  const designLength = fftLength / (blockTaps / 2)
  const resolution = sampleRate / designLength
  const wanted = new Float64Array(designLength / 2 + 1)
  for (let k = Math.ceil(lowFrequency / resolution); k < wanted.length; k++) {
    const value = psdAt(psd, k * resolution)
    if (!(value > 0 && value < Number.POSITIVE_INFINITY))
      fail(
        `psd is ${value} at ${k * resolution} Hz, expected a positive number from ${lowFrequency} to ${nyquist} Hz; ` +
          'raise lowFrequency, lower sampleRate or mend the psd',
      )
    wanted[k] = Math.sqrt((value * sampleRate) / 2)
  }
  const impulse = irfft(wanted, new Float64Array(wanted.length), designLength)
  const taper = hannWindow(2 * reach + 3, { symmetric: true })
  const filter = new Float64Array(fftLength)
  // The middle tap is the first of the circle, those before it are its last.
  for (let distance = 0; distance <= reach; distance++) {
    const tap = impulse[distance]! * taper[reach + 1 + distance]!
    filter[distance] = tap
    if (distance > 0) filter[fftLength - distance] = tap
  }
  const response = new Float64Array(new SharedArrayBuffer(8 * (fftLength / 2 + 1)))
  response.set(rfft(filter, fftLength).re)
  return { sampleRate, lowFrequency, fftLength, blockLength: fftLength - 2 * reach, reach, response }
}
