import { type AnalyticBand, analyticBand, type Spectrum, whiteningFilter } from '../../signal/index.ts'
import { fft } from '../../tensor/fft/index.ts'
import { type SearchBand, templateLength } from './band.ts'

/** A filter from strain to the whitened series that a search works in, and what it does to a signal. */
export interface WhiteningBand {
  /** Complex, symmetric about its middle tap, with the decimation from `sampleRate` to the band's rate. */
  readonly filter: AnalyticBand
  /** What the filter does to each bin of a template, in units of 1 / ASD: `templateLength` real values. */
  readonly response: Spectrum
}

export interface WhiteningBandOptions {
  /** One-sided PSD of one detector's noise, up to the Nyquist frequency. */
  readonly psd: Spectrum
  /** Of the strain, Hz. */
  readonly sampleRate: number
  readonly band: SearchBand
  /** Length of the whitening filter, seconds. */
  readonly filterDuration?: number
}

/** Length of whitening filters by default, seconds. */
const filterSeconds = 4

/** How far the filter of `whiteningBand` reaches to either side, seconds. */
export const bandReach = ({
  sampleRate,
  band,
  filterDuration = filterSeconds,
}: Omit<WhiteningBandOptions, 'psd'>): number =>
  (filterDuration + analyticBand({ sampleRate, bandwidth: band.bandwidth }).taps / sampleRate) / 2

/**
 * The filter that whitens strain and keeps one band of it as a complex series: `whiteningFilter` followed by
 * `analyticBand`, in one. Noise of the PSD comes out white, with a mean squared modulus of 1 a sample of the full bandwidth:
 * by as much less as the band's `minimumFrequency` and `maximumFrequency` leave out.
 */
export function whiteningBand({
  psd,
  sampleRate,
  band,
  filterDuration = filterSeconds,
}: WhiteningBandOptions): WhiteningBand {
  // The truncated filter's edges are a few bins wide: they lie outside of where templates begin and end.
  const edge = 8 / filterDuration
  const highPass = Math.max(0, band.minimumFrequency - edge)
  const lowPass = Math.min(sampleRate / 2, (band.maximumFrequency ?? Number.POSITIVE_INFINITY) + edge)
  const whitening = whiteningFilter({ psd, sampleRate, filterDuration, highPass, lowPass })
  const analytic = analyticBand({ sampleRate, bandwidth: band.bandwidth })
  const taps = whitening.length + analytic.taps - 1
  const length = 2 ** Math.ceil(Math.log2(Math.max(taps, sampleRate * band.templateDuration)))
  const spectrumOf = (values: Float64Array, im: Float64Array = new Float64Array(0)) => {
    const padded = { re: new Float64Array(length), im: new Float64Array(length) }
    padded.re.set(values)
    padded.im.set(im)
    return fft(padded.re, padded.im, length)
  }
  const [a, b] = [spectrumOf(whitening), spectrumOf(analytic.re, analytic.im)]
  const re = a.re.map((x, k) => x * b.re[k]! - a.im[k]! * b.im[k]!)
  const im = a.re.map((x, k) => x * b.im[k]! + a.im[k]! * b.re[k]!)
  const stride = length / (sampleRate * band.templateDuration)
  const scale = 1 / (2 * Math.sqrt(2 / sampleRate))
  // The middle tap is where time 0 is: turned back to it, the response is real.
  const turn = (2 * Math.PI * ((taps - 1) / 2)) / length
  const values = Float64Array.from({ length: templateLength(band) }, (_, bin) => {
    const k = bin * stride
    return scale * (re[k]! * Math.cos(turn * k) - im[k]! * Math.sin(turn * k))
  })
  const product = fft(re, im, length, { inverse: true })
  // Of white noise of variance 1 the band, doubled, has 4 bandwidth / sampleRate.
  const normal = Math.sqrt(sampleRate / (4 * band.bandwidth))
  const part = (all: Float64Array): Float64Array => all.slice(0, taps).map(tap => normal * tap)
  return {
    filter: { re: part(product.re), im: part(product.im), taps, decimation: analytic.decimation },
    response: { values, resolution: 1 / band.templateDuration },
  }
}
