import { normalQuantile, QuadrupoleError } from '../../core/index.ts'
import { challengeMonthSeconds, julianYearSeconds } from '../rate-units.ts'
import { type ConfidenceOptions, type Interval, oneSigma, poissonInterval } from '../statistics/intervals.ts'
import { type Background, requireLivetime } from './background.ts'
import type { ExponentialTail } from './tail.ts'

/** How often noise makes an event at least as loud. */
export interface FalseAlarmRate {
  /** Per year of 365.25 days. */
  readonly perYear: number
  readonly perYearInterval: Interval
  /** Per month of 30 days, as MLGWSC-1 counts. */
  readonly perMonth: number
  /** Background events at least as loud. */
  readonly count: number
  /**
   * `counted` among background events; `extrapolated` beyond the loudest by the fitted exponential; `limit` beyond the
   * loudest where none fits, so that the rate may be anything down to zero; `floor` below the quietest background event,
   * where none were recorded and the rate may be anything above.
   */
  readonly kind: 'counted' | 'extrapolated' | 'limit' | 'floor'
}

export interface FalseAlarmRateOptions extends ConfidenceOptions {
  /** Whether the event itself counts, (N + 1) / T, so that no rate is zero (the default), or N / T. */
  readonly isInclusive?: boolean
  /** Whether to go beyond the loudest background event by the fitted tail. */
  readonly isExtrapolated?: boolean
}

/**
 * The false-alarm rate of a statistic: (N + 1) / T with N background events at least as loud in a livetime T (Usman et
 * al., arXiv:1508.02357, eq. 17), with the exact Poisson interval of N over T (Garwood). Beyond the loudest, the
 * fitted tail's rate r exp(-s (x - u)) with k events, at most 1 / T; its logarithm scatters by
 * sqrt(1 / k + (s (x - u))^2 / k).
 *
 * @throws `argument` for a statistic that is NaN or a confidence not between 0 and 1.
 *
 * @example
 * falseAlarmRate(background, 12.3) // { perYear: 2, perYearInterval: [0.17, 3.3], count: 1, kind: 'counted', ... }
 */
export function falseAlarmRate(
  background: Background,
  statistic: number,
  { confidence = oneSigma, isInclusive = true, isExtrapolated = true }: FalseAlarmRateOptions = {},
): FalseAlarmRate {
  if (Number.isNaN(statistic))
    throw new QuadrupoleError('argument', 'search.falseAlarmRate: expected a number for the statistic, got NaN')
  const { statistics, livetimeSeconds, tail } = background
  const years = livetimeSeconds / julianYearSeconds
  const count = countAtLeast(background, statistic)
  const perYear = (count + (isInclusive ? 1 : 0)) / years
  const [lower, upper] = poissonInterval(count, { confidence })
  const perYearInterval = [lower / years, upper / years] as const
  if (count > 0) {
    const kind = statistic < statistics[0]! ? 'floor' : 'counted'
    return { perYear, perYearInterval, perMonth: perMonthOf(perYear), count, kind }
  }
  if (!isExtrapolated || !tail?.isExponential)
    return { perYear, perYearInterval, perMonth: perMonthOf(perYear), count, kind: 'limit' }
  // The background has none so loud, and what that says of the rate bounds it.
  const beyond = tailRates(tail, statistic, confidence)
  const rate = Math.min(beyond.rate, 1 / years)
  return {
    perYear: rate,
    perYearInterval: [Math.min(beyond.lower, rate), Math.min(beyond.upper, upper / years)],
    perMonth: perMonthOf(rate),
    count,
    kind: 'extrapolated',
  }
}

const perMonthOf = (perYear: number): number => (perYear * challengeMonthSeconds) / julianYearSeconds

/** The number of background events at least as loud as a statistic. */
export function countAtLeast({ statistics, counts }: Background, statistic: number): number {
  let [low, high] = [0, statistics.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (statistics[middle]! >= statistic) high = middle
    else low = middle + 1
  }
  return counts[low] ?? 0
}

/**
 * The probability that noise makes at least one event of a false-alarm rate, or a lower one, in a time searched: 1 -
 * exp(-T f).
 *
 * @throws `argument` for a time that is not positive.
 */
export function falseAlarmProbability(
  perYear: number,
  { livetimeSeconds }: { readonly livetimeSeconds: number },
): number {
  requireLivetime('falseAlarmProbability', livetimeSeconds)
  return -Math.expm1((-perYear * livetimeSeconds) / julianYearSeconds)
}

/** The rate of a tail beyond a statistic, and its interval, per year. */
function tailRates(tail: ExponentialTail, statistic: number, confidence: number) {
  const fall = tail.slope * (statistic - tail.threshold)
  const rate = tail.ratePerSecond * Math.exp(-fall) * julianYearSeconds
  const factor = Math.exp(normalQuantile((1 + confidence) / 2) * Math.sqrt((1 + fall ** 2) / tail.events))
  return { rate, lower: rate / factor, upper: rate * factor }
}
