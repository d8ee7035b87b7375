import { join } from 'node:path'
import { canonicalJson, QuadrupoleError } from '../../core/index.ts'
import { type ChallengeEvents, readChallengeEvents, writeChallengeEvents } from '../../data/index.ts'
import type { Span } from '../../gw/index.ts'
import { createStep, type Step } from '../../run/index.ts'
import { candidateTable, readCandidates, writeCandidates } from '../candidates/candidate-file.ts'
import type { CandidateSearch, TimedCandidate } from '../candidates/candidate-search.ts'
import type { TemplateBank } from '../matched-filter/template-bank.ts'
import type { Ranking } from '../ranking/ranking.ts'
import { strainStretch } from '../strain/stretch.ts'
import { candidateEvents } from './candidate-events.ts'
import { type ChallengeDistance, challengeDistances, type UnresolvedDistance } from './distances.ts'
import { joinEvents } from './join-events.ts'
import { injectionColumns } from './piece-injections.ts'
import type { ChallengePlan } from './plan.ts'
import { type ChallengeScore, scoreChallenge } from './score.ts'
import { challengeStrain } from './strain.ts'

const eventsFile = 'events.hdf'
const candidatesFile = 'candidates.safetensors'

/** Seconds of work for a second of strain, for the plan of a run: of matched filtering on two cores. */
const workPerSecond = 0.0045

export interface ChallengeStepsOptions {
  readonly search: ChallengeSearch
  readonly withSignals: boolean
}

/** How a data set is searched. */
export interface ChallengeSearch {
  readonly candidates: Pick<CandidateSearch, 'candidates' | 'configuration'> & {
    readonly bank: Pick<TemplateBank, 'templates'>
  }
  readonly ranking: Ranking
}

/** What shapes the events of a search, as plain JSON. */
const configurationOf = ({ candidates, ranking }: ChallengeSearch) => ({
  ...candidates.configuration,
  ...ranking.configuration,
})

/**
 * The search of a data set, two resumable steps a piece: one that finds candidates, and one that ranks them and leaves
 * `events.hdf` in the challenge's form. A step's address has set, seed, piece and search: of two runs of different lengths the
 * second does only what is new, and another ranking of the same candidates does not search again.
 *
 * @example
 * await runSteps(challengeSteps(plan, { search, withSignals: true }), { cache, concurrency: 1 })
 */
export function challengeSteps(plan: ChallengePlan, { search, withSignals }: ChallengeStepsOptions): readonly Step[] {
  const { candidates, ranking } = search
  return plan.pieces.map((piece, i) => {
    const seconds = piece.end.minus(piece.start)
    const what = `set${plan.set}-${withSignals ? 'foreground' : 'background'}-${piece.start}`
    const found = createStep({
      name: `${what}-candidates`,
      configuration: {
        set: plan.set,
        withSignals,
        piece: { start: piece.start.toString(), end: piece.end.toString() },
        search: candidates.configuration,
      },
      seed: plan.seed,
      cost: seconds * workPerSecond,
      async run({ folder, pool, progress, signal }) {
        const alone = { ...plan, pieces: [piece], injections: [plan.injections[i]!] }
        const work = progress.begin('search', { total: seconds, unit: 's' })
        const all: TimedCandidate[] = []
        const strain = challengeStrain(alone, { withSignals, pool })
        let reached = 0
        for await (const candidate of candidates.candidates(strainStretch(strain, piece))) {
          signal.throwIfAborted()
          all.push(candidate)
          const now = Math.max(reached, candidate.times[0].minus(piece.start))
          work.advance(now - reached)
          reached = now
        }
        await writeCandidates(join(folder, candidatesFile), candidateTable(all))
        work.finish({ candidates: all.length })
      },
    })
    return createStep({
      name: `${what}-events`,
      configuration: { ranking: ranking.configuration },
      after: { found },
      async run({ folder, outputs }) {
        const table = await readCandidates(join(outputs.found!, candidatesFile))
        const { templates } = candidates.bank
        await writeChallengeEvents(
          join(folder, eventsFile),
          await candidateEvents(table, { templates, ranking, piece }),
        )
      },
    })
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
export type ChallengeDistanceRow = (ChallengeDistance & { readonly backgroundEvents: number }) | UnresolvedDistance

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
  const distances = challengeDistances(score).map(each =>
    'threshold' in each
      ? { ...each, backgroundEvents: score.thresholds.filter(statistic => statistic > each.threshold).length }
      : each,
  )
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

/** An outcome as JSON, with sorted keys: same run, same bytes. */
export const outcomeJson = (outcome: ChallengeOutcome): string =>
  `${JSON.stringify(canonicalJson(outcome), undefined, 2)}\n`
