import { join } from 'node:path'
import { canonicalJson, QuadrupoleError } from '../../core/index.ts'
import { type ChallengeEvents, readChallengeEvents } from '../../data/index.ts'
import type { Span } from '../../gw/index.ts'
import type { Step } from '../../run/index.ts'
import { type Background, createBackground } from '../background/background.ts'
import { thresholdAtRate } from '../background/threshold-at-rate.ts'
import { challengeMonthSeconds, julianYearSeconds } from '../rate-units.ts'
import { strainStretch } from '../strain/stretch.ts'
import { type ChallengeDistance, challengeDistances, type UnresolvedDistance } from './distances.ts'
import { joinEvents } from './join-events.ts'
import { injectionColumns } from './piece-injections.ts'
import type { ChallengePlan } from './plan.ts'
import { type ChallengeScore, challengeVolumes, scoreChallenge } from './score.ts'
import { challengeStrain } from './strain.ts'
import { type ChallengeSearch, configurationOf, eventsFile, stretchSteps } from './stretch-steps.ts'

export interface ChallengeStepsOptions {
  readonly search: ChallengeSearch
  readonly withSignals: boolean
}

/**
 * The search of a data set, two resumable steps a piece (`stretchSteps`). A step's address has set, seed, piece and search: of
 * two runs of different lengths the second does only what is new.
 *
 * @example
 * await runSteps(challengeSteps(plan, { search, withSignals: true }), { cache, concurrency: 1 })
 */
export function challengeSteps(plan: ChallengePlan, { search, withSignals }: ChallengeStepsOptions): readonly Step[] {
  return plan.pieces.map((piece, i) => {
    const alone = { ...plan, pieces: [piece], injections: [plan.injections[i]!] }
    const source = {
      name: `set${plan.set}-${withSignals ? 'foreground' : 'background'}-${piece.start}`,
      span: piece,
      configuration: { set: plan.set, withSignals },
      seed: plan.seed,
    }
    return stretchSteps(
      { ...source, strain: pool => strainStretch(challengeStrain(alone, { withSignals, pool }), piece) },
      search,
    )
  })
}

/** The events that the steps of a data set have left in their folders, in order of time. */
export async function readPieces(folders: readonly string[]): Promise<ChallengeEvents> {
  return joinEvents(await Promise.all(folders.map(folder => readChallengeEvents(join(folder, eventsFile)))))
}

/** What a search of a data set came to. */
export interface ChallengeOutcome {
  readonly set: 1 | 2
  readonly seed: number
  readonly psds: readonly string[]
  readonly search: Readonly<Record<string, unknown>>
  /** Seconds. */
  readonly livetime: { readonly foreground: number; readonly background: number }
  readonly injections: number
  readonly events: { readonly foreground: number; readonly background: number }
  readonly distances: readonly ChallengeDistanceRow[]
}

/** A distance and the background events that are louder than its threshold. */
export type ChallengeDistanceRow =
  | (ChallengeDistance & { readonly backgroundEvents: number })
  | (UnresolvedDistance & { readonly extrapolated?: ExtrapolatedDistance })

/** A distance below what the background counts, where its tail is exponential (`fitExponentialTail`). */
export interface ExtrapolatedDistance {
  readonly threshold: number
  /** Mpc, and its binomial standard deviation; that of the threshold is not in it. */
  readonly sensitiveDistance: number
  readonly sensitiveDistanceError: number
  /** The loudest events of the background, which the tail is of. */
  readonly tailEvents: number
}

export interface ChallengeOutcomeSource {
  readonly plan: ChallengePlan
  /** Data without signals of the same set and seed, which may be longer. */
  readonly backgroundPlan: ChallengePlan
  readonly search: ChallengeSearch
  readonly foreground: ChallengeEvents
  readonly background: ChallengeEvents
}

const livetimeOf = (pieces: readonly Span[]): number =>
  pieces.reduce((sum, { start, end }) => sum + end.minus(start), 0)

/**
 * Scores the events of a planned data set by the official rules.
 *
 * @throws as `scoreChallenge`; `argument` for plans of different sets or seeds.
 */
export function challengeOutcome({ plan, backgroundPlan, search, foreground, background }: ChallengeOutcomeSource): {
  readonly outcome: ChallengeOutcome
  readonly score: ChallengeScore
} {
  if (plan.set !== backgroundPlan.set || plan.seed !== backgroundPlan.seed)
    throw new QuadrupoleError(
      'argument',
      `search.challengeOutcome: expected a background of set ${plan.set}, seed ${plan.seed}, got one of set ` +
        `${backgroundPlan.set}, seed ${backgroundPlan.seed}`,
    )
  const injections = injectionColumns(plan.injections.flat())
  const livetime = { foreground: livetimeOf(plan.pieces), background: livetimeOf(backgroundPlan.pieces) }
  const score = scoreChallenge(
    { foreground, background, injections },
    { duration: livetime.foreground, backgroundDuration: livetime.background },
  )
  const noise = createBackground(background.stat, { livetimeSeconds: livetime.background })
  const distances = challengeDistances(score).map((each): ChallengeDistanceRow => {
    if ('threshold' in each)
      return { ...each, backgroundEvents: score.thresholds.filter(statistic => statistic > each.threshold).length }
    const extrapolated = distanceByTail(noise, each.falseAlarmsPerMonth, { foreground, injections })
    return { ...each, ...(extrapolated && { extrapolated }) }
  })
  return {
    score,
    outcome: {
      set: plan.set,
      seed: plan.seed,
      psds: plan.psdNames,
      search: configurationOf(search),
      livetime,
      injections: injections.tc.length,
      events: { foreground: foreground.time.length, background: background.time.length },
      distances,
    },
  }
}

function distanceByTail(
  background: Background,
  falseAlarmsPerMonth: number,
  found: Parameters<typeof challengeVolumes>[0],
): ExtrapolatedDistance | undefined {
  const perYear = (falseAlarmsPerMonth * julianYearSeconds) / challengeMonthSeconds
  const at = thresholdAtRate(background, perYear)
  if (at?.kind !== 'extrapolated') return undefined
  const { 'sensitive-distance': distances, ...volumes } = challengeVolumes(found, Float64Array.of(at.threshold))
  const [distance, volume, error] = [
    distances[0]!,
    volumes['sensitive-volume'][0]!,
    volumes['sensitive-volume-error'][0]!,
  ]
  return {
    threshold: at.threshold,
    sensitiveDistance: distance,
    sensitiveDistanceError: volume > 0 ? (distance * error) / (3 * volume) : 0,
    tailEvents: background.tail!.events,
  }
}

/** An outcome as JSON, with sorted keys: same run, same bytes. */
export const outcomeJson = (outcome: ChallengeOutcome): string =>
  `${JSON.stringify(canonicalJson(outcome), undefined, 2)}\n`
