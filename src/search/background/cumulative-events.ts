import { QuadrupoleError } from '../../core/index.ts'
import { julianYearSeconds } from '../rate-units.ts'
import { oneSigma, poissonQuantile } from '../statistics/intervals.ts'
import { type Background, requireLivetime } from './background.ts'
import { falseAlarmRate } from './false-alarm-rate.ts'

/** Between which counts noise stays with a probability, at each rate. */
export interface CountBand {
  readonly confidence: number
  readonly lower: Float64Array
  readonly upper: Float64Array
}

/** Events up to a false-alarm rate, against what noise alone would give. */
export interface CumulativeEvents {
  /** False-alarm rates per year, in increasing order. */
  readonly perYear: Float64Array
  /** Events of the search with at most that rate. */
  readonly observed: Float64Array
  /** What noise gives on average: rate times livetime. */
  readonly expected: Float64Array
  readonly bands: readonly CountBand[]
  /** Inverse false-alarm rates of the events, in years, the most significant first. */
  readonly eventYears: Float64Array
}

export interface CumulativeEventsOptions {
  /** Time that was searched for the events, seconds. */
  readonly livetimeSeconds: number
  /** One, two and three standard deviations by default. */
  readonly confidences?: readonly number[]
  /** Number of rates, evenly spaced in their logarithm. */
  readonly points?: number
}

/**
 * Counts the events of a search up to each false-alarm rate, and what noise alone would give: Poisson with mean rate times
 * livetime, and the central bands of that. Rates go from a tenth of what is expected once in the livetime, or the lowest
 * of an event, up to the highest that the background gives.
 *
 * @throws `argument` for a livetime that is not positive or fewer than two points.
 */
export function cumulativeEvents(
  statistics: Float64Array,
  background: Background,
  { livetimeSeconds, confidences = [oneSigma, 0.9545, 0.9973], points = 200 }: CumulativeEventsOptions,
): CumulativeEvents {
  requireLivetime('cumulativeEvents', livetimeSeconds)
  if (!Number.isInteger(points) || points < 2)
    throw new QuadrupoleError('argument', `search.cumulativeEvents: expected at least 2 points, got ${points}`)
  const rates = Float64Array.from(statistics, statistic => falseAlarmRate(background, statistic).perYear).sort()
  const highest = falseAlarmRate(background, -Infinity).perYear
  const lowest = Math.min(0.1 * (julianYearSeconds / livetimeSeconds), rates[0] ?? Infinity, highest / 10)
  const perYear = Float64Array.from(
    { length: points },
    // The last is the highest itself, so that rounding leaves no event out.
    (_, i) => (i === points - 1 ? highest : lowest * (highest / lowest) ** (i / (points - 1))),
  )
  const expected = perYear.map(rate => (rate * livetimeSeconds) / julianYearSeconds)
  let counted = 0
  return {
    perYear,
    observed: perYear.map(rate => {
      while (counted < rates.length && rates[counted]! <= rate) counted++
      return counted
    }),
    expected,
    bands: confidences.map(confidence => ({
      confidence,
      lower: expected.map(mean => poissonQuantile(mean, (1 - confidence) / 2)),
      upper: expected.map(mean => poissonQuantile(mean, (1 + confidence) / 2)),
    })),
    eventYears: rates.map(rate => 1 / rate),
  }
}
