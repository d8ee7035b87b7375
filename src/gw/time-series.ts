import { QuadrupoleError } from '../core/index.ts'
import { Tensor } from '../tensor/index.ts'
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
   * The samples at `start <= time < end`. The copy begins on a sample of this series.
   *
   * @throws `argument` where the stretch is not within the span, or holds no sample.
   */
  crop({ start, end }: Span): TimeSeries {
    const indexOf = (time: GpsTime) => Math.ceil(time.minus(this.t0) * this.sampleRate - 1e-6)
    const [from, to] = [indexOf(start), indexOf(end)]
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
