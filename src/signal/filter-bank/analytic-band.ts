import { QuadrupoleError } from '../../core/index.ts'
import { windowedSinc } from '../kaiser-design.ts'

export interface AnalyticBandOptions {
  /** Of the real series, Hz. */
  readonly sampleRate: number
  /** Frequencies from 0 to this are kept, and it is the sample rate of the complex series; Hz. */
  readonly bandwidth: number
  /** Width of the slopes at both ends of the band, within it, Hz. The filter's length goes as its inverse. */
  readonly transition?: number
  /** How far aliases lie below the signal, dB. */
  readonly attenuation?: number
}

/** A complex filter for `createFilterBank`. */
export interface AnalyticBand {
  readonly re: Float64Array
  readonly im: Float64Array
  readonly taps: number
  readonly decimation: number
}

/**
 * The filter that makes of a real series the analytic series of a band, sampled no faster than the band needs: a complex
 * series at `bandwidth` Hz that holds the positive frequencies from 0 to `bandwidth` alone, in half the numbers of a real
 * series of that band. Its real part is the band-limited signal, its modulus the envelope: positive frequencies pass with
 * gain 2, negative ones not.
 *
 * Pass band from `transition` to `bandwidth - transition`, flat to 10^(-attenuation / 20). It is symmetric about its
 * middle tap: with `alignment: 'same'` it delays nothing, and output m stands at input sample `m * decimation`.
 *
 * @throws `argument` where the sample rate is no multiple of the bandwidth, or less than twice of it, and for a transition
 * that does not fit the band.
 *
 * @example
 * const band = analyticBand({ sampleRate: 2048, bandwidth: 512 })
 * const { taps, decimation } = band // 1309, 4
 * const bank = createFilterBank(band, { taps, decimation, channels: 2, alignment: 'same', dtype: 'float32' })
 */
export function analyticBand({
  sampleRate,
  bandwidth,
  transition = bandwidth / 64,
  attenuation = 80,
}: AnalyticBandOptions): AnalyticBand {
  const fail = (message: string): never => {
    throw new QuadrupoleError('argument', `signal.analyticBand: ${message}`, { details: { sampleRate, bandwidth } })
  }
  const decimation = sampleRate / bandwidth
  if (!Number.isInteger(decimation) || decimation < 2)
    fail(`sampleRate must be a multiple of bandwidth, at least twice of it, got ${sampleRate} and ${bandwidth} Hz`)
  if (!(transition > 0 && transition <= bandwidth / 2))
    fail(`transition must be above 0 and at most half the bandwidth ${bandwidth} Hz, got ${transition} Hz`)
  if (!(attenuation >= 21)) fail(`attenuation must be at least 21 dB, got ${attenuation}`)
  const lowPass = windowedSinc((bandwidth - transition) / 2 / sampleRate, {
    attenuation,
    transition: transition / sampleRate,
  })
  const half = (lowPass.length - 1) / 2
  const angle = (i: number) => (Math.PI * bandwidth * (i - half)) / sampleRate
  return {
    re: lowPass.map((tap, i) => 2 * tap * Math.cos(angle(i))),
    im: lowPass.map((tap, i) => 2 * tap * Math.sin(angle(i))),
    taps: lowPass.length,
    decimation,
  }
}
