import { detectorNamed, type GpsTime, lightTravelTime, type Span, type TimeSeries } from '../../gw/index.ts'
import { envelope, slidingCorrelation } from '../../signal/index.ts'
import { type Standout, standout } from './standout.ts'

export interface CoincidenceOptions {
  /** What is correlated at a time, seconds: about the length of what a merger leaves above the noise. */
  readonly windowSeconds?: number
  /** Seconds from one window to the next. */
  readonly stepSeconds?: number
  /** Peaks nearer than this are one and the same, seconds. */
  readonly exclusionSeconds?: number
}

/** The moment at which two detectors saw the same thing, and how sure that is. */
export interface Coincidence {
  /** Midway between the two arrivals. */
  readonly time: GpsTime
  /** Arrival in each detector: where the sum of both, aligned, has its largest envelope. */
  readonly arrivals: readonly [GpsTime, GpsTime]
  /** Arrival in the first detector less that in the second, seconds. */
  readonly delay: number
  /** Whether the strain has the same sign (1) or opposite signs (-1) in the two, which the detectors' orientation decides. */
  readonly sign: 1 | -1
  /** Correlation coefficient of the aligned windows, from 0 to 1. */
  readonly coefficient: number
  /** Mean product at its best lag, in units of the two noise levels, against all other moments. */
  readonly strength: Standout
  /** Middle of each window, seconds after the start of the series, and its mean product at its best lag. */
  readonly times: Float64Array
  readonly strengths: Float64Array
}

/**
 * Looks for the moment at which two whitened series (unit noise) have most in common at a delay that light allows, of
 * either sign: no model of the signal and nothing learnt. `within` restricts where the moment may be.
 */
export function findCoincidence(
  [first, second]: readonly [TimeSeries, TimeSeries],
  { windowSeconds = 0.05, stepSeconds = 1 / 1024, exclusionSeconds = 0.25 }: CoincidenceOptions = {},
  within?: Span,
): Coincidence {
  const { sampleRate } = first
  const windowLength = Math.round(windowSeconds * sampleRate)
  const step = Math.max(1, Math.round(stepSeconds * sampleRate))
  const travel = lightTravelTime(detectorNamed(first.detector), detectorNamed(second.detector))
  const maxLag = Math.floor(travel * sampleRate)
  const correlation = slidingCorrelation(first.values, second.values, {
    windowLength,
    maxLag,
    step,
    normalisation: 'none',
  })
  const lags = 2 * maxLag + 1
  const { centres, values } = correlation
  const strengths = new Float64Array(centres.length)
  const bestLags = new Int32Array(centres.length)
  for (let i = 0; i < centres.length; i++)
    for (let lag = -maxLag; lag <= maxLag; lag++) {
      const size = Math.abs(values[i * lags + lag + maxLag]!)
      if (size > strengths[i]!) [strengths[i], bestLags[i]] = [size, lag]
    }

  const allowed = strengths.map((strength, i) =>
    within === undefined || holds(within, first, centres[i]!) ? strength : 0,
  )
  const strength = standout(within === undefined ? strengths : allowed, {
    exclusion: Math.round((exclusionSeconds * sampleRate) / step),
  })
  const row = values.subarray(strength.index * lags, (strength.index + 1) * lags)
  const lag = bestLags[strength.index]!
  const sign = row[lag + maxLag]! < 0 ? -1 : 1
  const aligned = alignedSum(first.values, second.values, { lag, sign })
  const arrival = peakOfEnvelope(aligned, centres[strength.index]!, windowLength)
  // `lag` is how much later the second series has it.
  const delay = -refine(row, lag + maxLag, maxLag) / sampleRate
  const arrivalFirst = first.timeOf(arrival)
  return {
    time: arrivalFirst.plus(-delay / 2),
    arrivals: [arrivalFirst, arrivalFirst.plus(-delay)],
    delay,
    sign,
    coefficient: coefficient(
      first.values,
      second.values,
      centres[strength.index]! - (windowLength >> 1),
      windowLength,
      lag,
    ),
    strength,
    times: Float64Array.from(centres, centre => centre / sampleRate),
    strengths,
  }
}

const holds = ({ start, end }: Span, series: TimeSeries, index: number): boolean => {
  const { nanoseconds } = series.timeOf(index)
  return nanoseconds >= start.nanoseconds && nanoseconds < end.nanoseconds
}

/** The first series plus the second as the first would have seen it. */
function alignedSum(
  first: Float64Array,
  second: Float64Array,
  { lag, sign }: { readonly lag: number; readonly sign: 1 | -1 },
): Float64Array {
  return first.map((value, n) => value + sign * (second[n + lag] ?? 0))
}

/** Where a signal near `centre` is strongest, a sample's index: a merger lies at the end of what was correlated. */
function peakOfEnvelope(x: Float64Array, centre: number, windowLength: number): number {
  const from = Math.max(0, centre - windowLength)
  // A stretch of sixteen windows: the transform's periodic ends are then far from what is measured.
  const start = Math.max(0, centre - 8 * windowLength)
  const size = envelope(x.slice(start, centre + 8 * windowLength))
  let peak = from - start
  for (let n = peak; n < Math.min(size.length, centre + windowLength - start); n++) if (size[n]! > size[peak]!) peak = n
  return start + peak
}

/** The lag of the extremum between samples, by a parabola through it and its neighbours. */
function refine(row: Float64Array, at: number, maxLag: number): number {
  const [before, here, after] = [row[at - 1], row[at]!, row[at + 1]]
  if (before === undefined || after === undefined) return at - maxLag
  const curvature = before - 2 * here + after
  return at - maxLag + (curvature === 0 ? 0 : (before - after) / (2 * curvature))
}

function coefficient(a: Float64Array, b: Float64Array, from: number, length: number, lag: number): number {
  let product = 0
  let energyA = 0
  let energyB = 0
  for (let n = from; n < from + length; n++) {
    product += a[n]! * b[n + lag]!
    energyA += a[n]! * a[n]!
    energyB += b[n + lag]! * b[n + lag]!
  }
  return Math.abs(product) / Math.sqrt(energyA * energyB)
}
