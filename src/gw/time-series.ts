import { QuadrupoleError } from '../core/index.ts'
import { asd, psd, resample, type SpectralDensityOptions, type Spectrum, whiten } from '../signal/index.ts'
import { Tensor } from '../tensor/index.ts'
import { firstSampleFrom } from './first-sample.ts'
import type { GpsTime } from './gps-time.ts'

/** A half-open stretch of GPS time: `start` belongs to it, `end` does not. */
export interface Span {
  readonly start: GpsTime
  readonly end: GpsTime
}

export interface TimeSeriesMetadata {
  /** Time of the first sample. */
  readonly t0: GpsTime
  /** Hz. */
  readonly sampleRate: number
  /** Detector prefix and name, such as `H1:STRAIN`. */
  readonly channel: string
  /** Unit of the values; empty where they have none, as strain. */
  readonly unit?: string
}

/** How the spectrum of a time series is estimated. */
export interface SeriesSpectrumOptions extends Pick<SpectralDensityOptions, 'window' | 'average' | 'detrend'> {
  /** Length of the segments, seconds: the inverse of the spectrum's resolution. */
  readonly segmentSeconds?: number
  /** What neighbouring segments share, seconds; half a segment unless given. */
  readonly overlapSeconds?: number
}

export interface WhitenSeriesOptions {
  /** Power spectral density of the noise; that of the series itself unless given. */
  readonly psd?: Spectrum
  /** Length of the filter, seconds. */
  readonly filterDuration?: number
  /** Frequencies below this are removed, Hz. */
  readonly highPass?: number
}

/**
 * Evenly sampled values of one channel, float64: a tensor of shape `[length]` with its time, rate, channel and unit.
 * Immutable: operations return new series.
 */
export class TimeSeries {
  readonly tensor: Tensor
  readonly t0: GpsTime
  readonly sampleRate: number
  readonly channel: string
  readonly unit: string

  /**
   * Takes over the values: don't write to them afterwards.
   *
   * @throws `argument` for a sample rate that is not a positive number, `shape` for a tensor that is not of rank 1.
   */
  constructor(values: Float64Array | Tensor, { t0, sampleRate, channel, unit = '' }: TimeSeriesMetadata) {
    if (!(sampleRate > 0 && Number.isFinite(sampleRate)))
      throw new QuadrupoleError(
        'argument',
        `gw.TimeSeries: sampleRate must be a positive number of Hz, got ${sampleRate}`,
      )
    this.tensor = values instanceof Float64Array ? Tensor.of(values) : values
    if (this.tensor.rank !== 1)
      throw new QuadrupoleError('shape', `gw.TimeSeries: expected a tensor of shape [length], got ${this.tensor}`)
    this.t0 = t0
    this.sampleRate = sampleRate
    this.channel = channel
    this.unit = unit
  }

  /** The samples; do not write to them. */
  get values(): Float64Array {
    return this.tensor.dataAs('float64')
  }

  get length(): number {
    return this.tensor.size
  }

  /** Seconds. */
  get duration(): number {
    return this.length / this.sampleRate
  }

  /** Prefix of the channel, such as `H1`. */
  get detector(): string {
    return this.channel.split(':', 1)[0]!
  }

  /** From the first sample to one sample period after the last. */
  get span(): Span {
    return { start: this.t0, end: this.timeOf(this.length) }
  }

  /** The time of a sample, to the nanosecond. */
  timeOf(index: number): GpsTime {
    return this.t0.plus(index / this.sampleRate)
  }

  /**
   * The samples at `start <= time < end`, where a time within a nanosecond of a sample is that sample's. The copy begins on
   * a sample of this series.
   *
   * @throws `argument` where the stretch is not within the span, or holds no sample.
   */
  crop({ start, end }: Span): TimeSeries {
    const [from, to] = [firstSampleFrom(start, this), firstSampleFrom(end, this)]
    if (from < 0 || to > this.length || from >= to)
      throw new QuadrupoleError(
        'argument',
        `gw.TimeSeries.crop: ${this.channel} spans ${this.t0} to ${this.span.end}, which does not hold ${start} to ${end}`,
      )
    return this.with({ values: this.values.slice(from, to), t0: this.timeOf(from) })
  }

  /** The same samples at times later by a number of seconds. */
  shift(seconds: number): TimeSeries {
    return this.with({ t0: this.t0.plus(seconds) })
  }

  /**
   * The same signal at another sample rate, by `resample` of `quadrupole/signal`: what the new rate can't hold is
   * filtered out, and the first sample keeps its time.
   *
   * @throws `argument` for rates that are not whole numbers of Hz.
   */
  resample(sampleRate: number): TimeSeries {
    return this.with({ values: resample(this.values, { from: this.sampleRate, to: sampleRate }), sampleRate })
  }

  /**
   * One-sided power spectral density by Welch's method, in the unit squared per Hz: the median of Hann segments of 4 s
   * unless told otherwise.
   *
   * @throws what `psd` of `quadrupole/signal` throws.
   *
   * @example
   * strain.psd({ segmentSeconds: 8 }).resolution // 0.125
   */
  psd(options: SeriesSpectrumOptions = {}): Spectrum {
    return psd(this.values, this.#spectral(options))
  }

  /** One-sided amplitude spectral density, in the unit per root Hz: the root of `psd`. */
  asd(options: SeriesSpectrumOptions = {}): Spectrum {
    return asd(this.values, this.#spectral(options))
  }

  #spectral({ segmentSeconds = 4, overlapSeconds, ...others }: SeriesSpectrumOptions): SpectralDensityOptions {
    const { sampleRate } = this
    return {
      average: 'median',
      ...others,
      sampleRate,
      segmentLength: Math.round(segmentSeconds * sampleRate),
      ...(overlapSeconds !== undefined && { overlap: Math.round(overlapSeconds * sampleRate) }),
    }
  }

  /**
   * The series in units of its noise, by `whiten` of `quadrupole/signal`: where it is noise of the density, its samples
   * are independent and of variance 1. Shorter by half of the filter at each end, where the filter would reach past
   * the data.
   *
   * @throws what `whiten` of `quadrupole/signal` throws.
   *
   * @example
   * strain.whiten({ filterDuration: 2, highPass: 20 }).duration // strain.duration - 2
   */
  whiten({ psd = this.psd(), filterDuration = 1, highPass = 0 }: WhitenSeriesOptions = {}): TimeSeries {
    const { sampleRate } = this
    const whole = whiten(this.values, { psd, sampleRate, filterDuration, highPass })
    const edge = Math.floor((filterDuration * sampleRate) / 2)
    return this.with({ values: whole.slice(edge, whole.length - edge), t0: this.timeOf(edge), unit: '' })
  }

  /** A series that differs in what is given. */
  with({
    values = this.tensor,
    ...changes
  }: { readonly values?: Float64Array | Tensor } & Partial<TimeSeriesMetadata>): TimeSeries {
    const { t0, sampleRate, channel, unit } = this
    return new TimeSeries(values, { t0, sampleRate, channel, unit, ...changes })
  }

  toString(): string {
    return `TimeSeries(${this.channel}, ${this.length} samples at ${this.sampleRate} Hz from GPS ${this.t0})`
  }
}
