import type { DistanceAtRate, Sensitivity } from '../outcome/sensitivity.ts'
import { efficiencyByBins, efficiencyByCells } from '../recovery/efficiency.ts'
import { challengeDistances } from './distances.ts'
import { injectionSnrs } from './injection-snrs.ts'
import type { ChallengePlan } from './plan.ts'
import type { ChallengeScore } from './score.ts'

export interface ChallengeSensitivitySource {
  /** Of the foreground. */
  readonly plan: ChallengePlan
  /** Of events on it, with `injectionColumns(plan.injections.flat())`. */
  readonly score: ChallengeScore
  /** Name of what searched. */
  readonly model: string
}

/** False alarms a month of the curve of distances, and of those at which efficiencies are given. */
const curveRates = [1000, 500, 200, 100, 50, 20, 10, 5, 2, 1]
const efficiencyRates = [1000, 100, 10, 1]

const snrEdges = [0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 17, 20, 25, 30]

/** Solar masses; the challenge's reach from 10 (set 1) or 7 to 50. The last edge is in no cell, 50 itself in the last. */
const massEdges = { 1: [10, 18, 26, 34, 42, 50.001], 2: [7, 15, 24, 33, 42, 50.001] } as const

/**
 * What a search of a data set of the challenge finds: sensitive distances over false-alarm rates, and the part of
 * injections found by network optimal SNR and by masses. An injection is found as the challenge has it, if one of its true
 * events is strictly louder than the threshold. Rates that the background does not resolve are left out.
 *
 * @example
 * challengeSensitivity({ plan, score, model: 'matched filter' })
 */
export function challengeSensitivity({ plan, score, model }: ChallengeSensitivitySource): Sensitivity {
  const injections = plan.injections.flat()
  const statistics = recoveredStatistics(score, injections.length)
  const snrs = injectionSnrs(plan)
  const thresholds = resolved(score, efficiencyRates)
  const lowest = thresholds.at(-1)
  const column = (mass: 'mass1Solar' | 'mass2Solar') => Float64Array.from(injections, ({ binary }) => binary[mass])
  const edges = massEdges[plan.set]
  const distances = resolved(score, curveRates).map(
    ({ falseAlarmsPerMonth, sensitiveDistance, sensitiveDistanceError }): DistanceAtRate => ({
      falseAlarmsPerMonth,
      distanceMpc: sensitiveDistance,
      error: sensitiveDistanceError,
    }),
  )
  return {
    injections: `${injections.length} binaries of the population of MLGWSC-1, data set ${plan.set}, in its noise`,
    challengeSet: plan.set,
    models: [{ model, distances }],
    bySnr: thresholds.map(({ falseAlarmsPerMonth, threshold }) => ({
      falseAlarmsPerMonth,
      bins: efficiencyByBins(snrs, snrEdges, { statistics, threshold }),
    })),
    ...(lowest && {
      byMasses: {
        falseAlarmsPerMonth: lowest.falseAlarmsPerMonth,
        cells: efficiencyByCells([column('mass1Solar'), column('mass2Solar')], [edges, edges], {
          statistics,
          threshold: lowest.threshold,
        }),
      },
    }),
  }
}

/** Distances at those rates that the background resolves. */
const resolved = (score: ChallengeScore, falseAlarmsPerMonth: readonly number[]) =>
  challengeDistances(score, { falseAlarmsPerMonth }).filter(each => 'threshold' in each)

/** For each injection, the statistic of its loudest true event; -Infinity where it has none. */
function recoveredStatistics(score: ChallengeScore, injections: number): Float64Array {
  const statistics = new Float64Array(injections).fill(-Infinity)
  const [, loudness] = score['fg-events']
  for (const event of score['true-positive-event-indices']) {
    const injection = score['found-indices'][event]!
    statistics[injection] = Math.max(statistics[injection]!, loudness[event]!)
  }
  return statistics
}
