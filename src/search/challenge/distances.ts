import { QuadrupoleError } from '../../core/index.ts'
import { challengeMonthSeconds } from '../rate-units.ts'
import type { ChallengeScore } from './score.ts'

/** The sensitive distance of a search at one false-alarm rate. */
export interface ChallengeDistance {
  /** What was asked for. */
  readonly falseAlarmsPerMonth: number
  /** False alarms a month at the threshold used: the largest rate of the background that is not above the one asked for. */
  readonly attainedPerMonth: number
  readonly threshold: number
  /** At that threshold, Mpc, and its binomial standard deviation. */
  readonly sensitiveDistance: number
  readonly sensitiveDistanceError: number
  /** At the rate asked for, on a straight line in the logarithm of the rate, as the official plot draws it, Mpc. */
  readonly interpolatedDistance: number
}

/** A rate below what the background resolves: one event over its whole duration. */
export interface UnresolvedDistance {
  readonly falseAlarmsPerMonth: number
  /** The lowest rate that this background resolves; absent where there are fewer than two background events. */
  readonly lowestPerMonth?: number
}

/**
 * Reads sensitive distances off a score at false-alarm rates per month of 30 days.
 *
 * As the official plot does, it leaves out the loudest background event, whose rate comes out as zero. So one false alarm
 * a month over a month of background is set by the second loudest event. Where the rate asked for lies between two of the
 * background, `sensitiveDistance` is that of the lower rate.
 *
 * @throws `argument` for a rate that is not positive.
 *
 * @example
 * challengeDistances(score, { falseAlarmsPerMonth: [1] })[0] // { falseAlarmsPerMonth: 1, sensitiveDistance: 2632, ... }
 */
export function challengeDistances(
  score: ChallengeScore,
  { falseAlarmsPerMonth = [1000, 100, 10, 1] }: { readonly falseAlarmsPerMonth?: readonly number[] } = {},
): (ChallengeDistance | UnresolvedDistance)[] {
  return falseAlarmsPerMonth.map(rate => distanceAt(score, rate))
}

/** How far rates that should be equal can differ by rounding. */
const rounding = 1e-12

/** A rate per second as one a month, without the last digits, which rounding made. */
const perMonthOf = (rate: number): number => Number((rate * challengeMonthSeconds).toPrecision(12))

function distanceAt(score: ChallengeScore, perMonth: number): ChallengeDistance | UnresolvedDistance {
  if (!(perMonth > 0 && perMonth < Infinity))
    throw new QuadrupoleError(
      'argument',
      `search.challengeDistances: expected positive rates a month, got ${perMonth}; zero false alarms is no rate`,
    )
  const { far, thresholds } = score
  const lowest = far.at(-2)
  const rate = perMonth / challengeMonthSeconds
  if (lowest === undefined || rate < lowest * (1 - rounding))
    return {
      falseAlarmsPerMonth: perMonth,
      ...(lowest !== undefined && { lowestPerMonth: perMonthOf(lowest) }),
    }
  const index = far.findIndex(each => each <= rate * (1 + rounding))
  const distances = score['sensitive-distance']
  const [distance, volume] = [distances[index]!, score['sensitive-volume'][index]!]
  // Between this rate and the next higher one, in the logarithm.
  const step = index === 0 ? 0 : Math.log(rate / far[index]!) / Math.log(far[index - 1]! / far[index]!)
  return {
    falseAlarmsPerMonth: perMonth,
    attainedPerMonth: perMonthOf(far[index]!),
    threshold: thresholds[index]!,
    sensitiveDistance: distance,
    // d = (3 V / 4 pi)^(1/3), so that its relative error is a third of the volume's.
    sensitiveDistanceError: volume > 0 ? (distance * score['sensitive-volume-error'][index]!) / (3 * volume) : 0,
    interpolatedDistance: distance + step * ((distances[index - 1] ?? distance) - distance),
  }
}
