import { QuadrupoleError } from '../core/index.ts'
import { fft } from '../tensor/fft/index.ts'
import { firstSampleFrom } from './first-sample.ts'
import { FrequencySeries, fourierTransform } from './frequency-series.ts'
import { GpsTime } from './gps-time.ts'
import { gridOf, innerProduct, type NoiseBand, noiseWeights, requireSameGrid } from './inner-product.ts'
import { type Span, TimeSeries } from './time-series.ts'

/** Complex signal-to-noise ratio over time: shape `[length]`, from `t0` on. */
export interface SnrSeries {
  readonly re: Float64Array
  readonly im: Float64Array
  readonly t0: GpsTime
  readonly sampleRate: number
  /** Optimal signal-to-noise ratio of the template as it was given. */
  readonly sigma: number
}

/**
 * Filters data with a template: the complex ratio `z(t) = (h(t)|s) + i (h(t) turned by 90 degrees|s)` over the root of
 * `(h|h)`, for the template moved to every time `t` of the data's samples (Allen et al. 2012, arXiv:gr-qc/0509116, eqs.
 * 4.1 to 4.7; PyCBC's `matched_filter`). Its absolute value is the signal-to-noise ratio at the best phase, its angle
 * that phase. In noise alone, real and imaginary parts have variance 1.
 *
 * `t` is where the template's time 0 comes to lie: give it a `t0` of minus the time from its first sample to its merger
 * and the ratio peaks at the merger. Data are taken as a circle: cut off as much at both ends as template and inverse
 * spectrum are long, and let the data begin and end at zero.
 *
 * @throws `argument` where the template is longer than the data or of another sample rate, and what `noiseWeights`
 * throws.
 *
 * @example
 * const snr = matchedFilter(strain, template, { psd: noise, lowFrequency: 20 })
 * loudest(snr).snr
 */
export function matchedFilter(
  data: TimeSeries | FrequencySeries,
  template: TimeSeries | FrequencySeries,
  band: NoiseBand,
): SnrSeries {
  const spectrum = data instanceof TimeSeries ? fourierTransform(data) : data
  const samples = data instanceof TimeSeries ? data.length : 2 * (data.length - 1)
  const shape = transformOf(template, samples, samples * spectrum.resolution)
  requireSameGrid('matchedFilter', spectrum, shape)
  if (spectrum.firstFrequency !== 0)
    throw new QuadrupoleError(
      'argument',
      `gw.matchedFilter: expected series from 0 Hz on, got ${spectrum.firstFrequency} Hz`,
    )
  const { re, im } = shape.withOrigin(GpsTime.fromNanoseconds(0n))
  const weights = noiseWeights({ ...gridOf(spectrum), bins: spectrum.length }, band)
  const sigma = Math.sqrt(innerProduct(shape, shape, band).re)
  if (!(sigma > 0 && sigma < Number.POSITIVE_INFINITY))
    throw new QuadrupoleError(
      'argument',
      `gw.matchedFilter: the optimal signal-to-noise ratio of the template is ${sigma}, expected a positive number; ` +
        'check its values and the band',
    )
  const filtered = { re: new Float64Array(samples), im: new Float64Array(samples) }
  // The inverse transform divides by the number of samples.
  const scale = samples / sigma
  for (let k = 0; k < spectrum.length; k++) {
    const weight = weights[k]! * scale
    if (weight === 0) continue
    filtered.re[k] = weight * (re[k]! * spectrum.re[k]! + im[k]! * spectrum.im[k]!)
    filtered.im[k] = weight * (re[k]! * spectrum.im[k]! - im[k]! * spectrum.re[k]!)
  }
  fft(filtered.re, filtered.im, samples, { inverse: true, out: filtered })
  return { ...filtered, t0: spectrum.t0, sampleRate: samples * spectrum.resolution, sigma }
}

function transformOf(template: TimeSeries | FrequencySeries, samples: number, sampleRate: number): FrequencySeries {
  if (template instanceof FrequencySeries) return template
  if (Math.abs(template.sampleRate - sampleRate) > 1e-9 * sampleRate)
    throw new QuadrupoleError(
      'argument',
      `gw.matchedFilter: the template is sampled at ${template.sampleRate} Hz, the data at ${sampleRate} Hz; resample one`,
    )
  if (template.length > samples)
    throw new QuadrupoleError(
      'argument',
      `gw.matchedFilter: the template has ${template.length} samples, the data only ${samples}; crop it or take more data`,
    )
  return fourierTransform(template, { samples })
}

/** The absolute values of a ratio, shape `[length]`. */
export function snrMagnitude({ re, im }: SnrSeries): Float64Array {
  return re.map((value, n) => Math.sqrt(value * value + im[n]! ** 2))
}

/** The largest ratio of a series. */
export interface LoudestSnr {
  readonly time: GpsTime
  readonly snr: number
  /** Angle of the complex ratio, radians. */
  readonly phase: number
}

/**
 * Where a ratio is largest, to the sample; within a half-open span if given.
 *
 * @throws `argument` where the span holds no sample.
 */
export function loudest(series: SnrSeries, { within }: { readonly within?: Span } = {}): LoudestSnr {
  const { re, im, t0, sampleRate } = series
  const first = within ? Math.max(0, firstSampleFrom(within.start, series)) : 0
  const end = within ? Math.min(re.length, firstSampleFrom(within.end, series)) : re.length
  if (first >= end)
    throw new QuadrupoleError(
      'argument',
      `gw.loudest: no sample lies in the span from ${within?.start ?? t0} to ${within?.end ?? t0}`,
    )
  let best = first
  const power = (n: number): number => re[n]! ** 2 + im[n]! ** 2
  for (let n = first; n < end; n++) if (power(n) > power(best)) best = n
  return {
    time: t0.plus(best / sampleRate),
    snr: Math.hypot(re[best]!, im[best]!),
    phase: Math.atan2(im[best]!, re[best]!),
  }
}
