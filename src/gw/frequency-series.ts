import { QuadrupoleError } from '../core/index.ts'
import type { ComplexArrays } from '../tensor/fft/index.ts'
import { irfft, rfft } from '../tensor/fft/index.ts'
import { Complex, Tensor } from '../tensor/index.ts'
import type { FrequencyGrid } from './frequency-grid.ts'
import { GpsTime } from './gps-time.ts'
import { TimeSeries } from './time-series.ts'

export interface FrequencySeriesMetadata extends FrequencyGrid {
  /** The time from which phases are counted; GPS 0 unless given, as suits a template. */
  readonly t0?: GpsTime
  /** Detector prefix and name, such as `H1:STRAIN`, or whatever the values are called. */
  readonly name?: string
  /** Unit of the time series; the values are in it times seconds. */
  readonly unit?: string
}

/**
 * The Fourier transform of a real signal on a uniform grid of frequencies, `integral of h(t) exp(-2 pi i f (t - t0)) dt`
 * at `firstFrequency + k * resolution`, complex float64 of shape `[length]`. Immutable: operations return new series.
 *
 * Real spectra, as power spectral densities, are a `Spectrum` of `quadrupole/signal`.
 */
export class FrequencySeries {
  readonly re: Float64Array
  readonly im: Float64Array
  /** Hz. */
  readonly resolution: number
  /** Hz. */
  readonly firstFrequency: number
  readonly t0: GpsTime
  readonly name: string
  readonly unit: string

  /**
   * Takes over the values: don't write to them afterwards.
   *
   * @throws `argument` for a resolution that is not positive or a negative frequency, `shape` for parts of different
   * lengths.
   */
  constructor({ re, im }: ComplexArrays<Float64Array>, metadata: FrequencySeriesMetadata) {
    const { resolution, firstFrequency = 0, t0 = GpsTime.fromNanoseconds(0n), name = '', unit = '' } = metadata
    if (re.length !== im.length)
      throw new QuadrupoleError('shape', `gw.FrequencySeries: re has ${re.length} values, im ${im.length}`)
    if (!(resolution > 0 && resolution < Number.POSITIVE_INFINITY))
      throw new QuadrupoleError(
        'argument',
        `gw.FrequencySeries: resolution must be a positive number of Hz, got ${resolution}`,
      )
    if (!(firstFrequency >= 0 && firstFrequency < Number.POSITIVE_INFINITY))
      throw new QuadrupoleError(
        'argument',
        `gw.FrequencySeries: firstFrequency must be at least 0 Hz, got ${firstFrequency}`,
      )
    this.re = re
    this.im = im
    this.resolution = resolution
    this.firstFrequency = firstFrequency
    this.t0 = t0
    this.name = name
    this.unit = unit
  }

  get length(): number {
    return this.re.length
  }

  /** The values as a complex tensor of shape `[length]`, without a copy. */
  get tensor(): Complex {
    return new Complex(Tensor.of(this.re), Tensor.of(this.im))
  }

  /** The frequency of a bin, Hz. */
  frequencyOf(bin: number): number {
    return this.firstFrequency + bin * this.resolution
  }

  /** The same values at times later by a number of seconds: a signal that comes as much later. */
  shift(seconds: number): FrequencySeries {
    return this.with({ t0: this.t0.plus(seconds) })
  }

  /** The same signal with phases counted from another time. */
  withOrigin(t0: GpsTime): FrequencySeries {
    const delay = this.t0.minus(t0)
    if (delay === 0) return this
    const re = new Float64Array(this.length)
    const im = new Float64Array(this.length)
    for (let k = 0; k < this.length; k++) {
      const turns = this.frequencyOf(k) * delay
      const angle = -2 * Math.PI * (turns - Math.round(turns))
      const [c, s] = [Math.cos(angle), Math.sin(angle)]
      re[k] = this.re[k]! * c - this.im[k]! * s
      im[k] = this.re[k]! * s + this.im[k]! * c
    }
    return this.with({ values: { re, im }, t0 })
  }

  /**
   * The signal from `t0` on, as long as the resolution tells: `2 (length - 1)` samples, or as many as given (the odd
   * number one above).
   *
   * @throws `argument` for a series that does not start at 0 Hz.
   */
  toTimeSeries({ samples = 2 * (this.length - 1) }: { readonly samples?: number } = {}): TimeSeries {
    if (this.firstFrequency !== 0 || samples >> 1 !== this.length - 1)
      throw new QuadrupoleError(
        'argument',
        `gw.FrequencySeries.toTimeSeries: ${samples} samples need ${(samples >> 1) + 1} bins from 0 Hz on, ` +
          `got ${this.length} from ${this.firstFrequency} Hz on`,
      )
    const sampleRate = samples * this.resolution
    const values = irfft(this.re, this.im, samples)
    for (let n = 0; n < samples; n++) values[n]! *= sampleRate
    return new TimeSeries(values, { t0: this.t0, sampleRate, channel: this.name, unit: this.unit })
  }

  /** A series that differs in what is given. */
  with({
    values = this,
    ...changes
  }: { readonly values?: ComplexArrays<Float64Array> } & Partial<FrequencySeriesMetadata>): FrequencySeries {
    const { resolution, firstFrequency, t0, name, unit } = this
    return new FrequencySeries(values, { resolution, firstFrequency, t0, name, unit, ...changes })
  }

  toString(): string {
    const [from, to] = [this.firstFrequency, this.frequencyOf(this.length - 1)]
    return `FrequencySeries(${this.name}, ${this.length} bins from ${from} to ${to} Hz)`
  }
}

/**
 * The Fourier transform of a time series, phases counted from its first sample: bins from zero to the Nyquist frequency,
 * the sum over samples divided by the sample rate. Zeros are put behind it up to `samples`.
 *
 * @throws `argument` for fewer samples than there are.
 *
 * @example
 * fourierTransform(strain).resolution // 1 / strain.duration
 */
export function fourierTransform(
  series: TimeSeries,
  { samples = series.length }: { readonly samples?: number } = {},
): FrequencySeries {
  if (!Number.isInteger(samples) || samples < series.length)
    throw new QuadrupoleError(
      'argument',
      `gw.fourierTransform: samples must be an integer of at least ${series.length}, got ${samples}`,
    )
  const { sampleRate, t0, channel, unit } = series
  const padded = samples === series.length ? series.values : new Float64Array(samples)
  if (padded !== series.values) padded.set(series.values)
  const { re, im } = rfft(padded, samples)
  for (let k = 0; k < re.length; k++) {
    re[k]! /= sampleRate
    im[k]! /= sampleRate
  }
  return new FrequencySeries({ re, im }, { resolution: sampleRate / samples, t0, name: channel, unit })
}
