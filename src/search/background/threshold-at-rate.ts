import { QuadrupoleError } from '../../core/index.ts'
import { julianYearSeconds } from '../rate-units.ts'
import type { Background } from './background.ts'

/** A statistic that only events up to a false-alarm rate exceed. */
export interface RateThreshold {
  /** Events strictly louder have at most the rate asked for. */
  readonly threshold: number
  /** `counted` among background events, or `extrapolated` beyond the loudest by the fitted tail. */
  readonly kind: 'counted' | 'extrapolated'
}

/**
 * The threshold of a false-alarm rate: the lowest statistic above which `falseAlarmRate` stays at or below it. Nothing
 * where the background is too short for the rate, below 1 / T, and has no exponential tail. A rate above that of all
 * background events gives the quietest of them, below which none were recorded.
 *
 * @throws `argument` for a rate that is not positive.
 *
 * @example
 * thresholdAtRate(background, 2)?.threshold // two false alarms a year
 */
export function thresholdAtRate(background: Background, perYear: number): RateThreshold | undefined {
  if (!(perYear > 0 && perYear < Infinity))
    throw new QuadrupoleError('argument', `search.thresholdAtRate: expected a positive rate per year, got ${perYear}`)
  const { statistics, counts, livetimeSeconds, tail } = background
  const years = livetimeSeconds / julianYearSeconds
  // (N + 1) / T <= rate, and a little for the rounding of rates that were computed so.
  const allowed = Math.floor(perYear * years * (1 + 1e-12)) - 1
  if (allowed >= 0) {
    const louder = counts.findIndex(count => count <= allowed)
    const place = louder < 0 ? counts.length - 1 : Math.max(0, louder - 1)
    return { threshold: statistics[place] ?? -Infinity, kind: 'counted' }
  }
  if (!tail?.isExponential) return undefined
  const beyond = tail.threshold + Math.log((tail.ratePerSecond * julianYearSeconds) / perYear) / tail.slope
  return { threshold: Math.max(beyond, statistics.at(-1)!), kind: 'extrapolated' }
}
