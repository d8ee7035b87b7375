import { join } from 'node:path'
import type { WorkerPool } from '../../core/index.ts'
import { writeChallengeEvents } from '../../data/index.ts'
import type { Span } from '../../gw/index.ts'
import { createStep, type Step } from '../../run/index.ts'
import { candidateTable, readCandidates, writeCandidates } from '../candidates/candidate-file.ts'
import type { CandidateSearch, TimedCandidate } from '../candidates/candidate-search.ts'
import type { TemplateBank } from '../matched-filter/template-bank.ts'
import type { Ranking } from '../ranking/ranking.ts'
import type { StrainStretch } from '../strain/stretch.ts'
import { candidateEvents } from './candidate-events.ts'

/** The file of events that a step of events leaves in its folder. */
export const eventsFile = 'events.hdf'
const candidatesFile = 'candidates.safetensors'

/** Seconds of work for a second of strain, for the plan of a run: of matched filtering on two cores. */
const workPerSecond = 0.0018

/** How a data set is searched. */
export interface ChallengeSearch {
  readonly candidates: Pick<CandidateSearch, 'candidates' | 'configuration'> & {
    readonly bank: Pick<TemplateBank, 'templates'>
  }
  readonly ranking: Ranking
}

/** What shapes the events of a search, as plain JSON. */
export const configurationOf = ({ candidates, ranking }: ChallengeSearch): Readonly<Record<string, unknown>> => ({
  ...candidates.configuration,
  ...ranking.configuration,
})

/** An unbroken stretch of challenge data, and all that its strain is a function of. */
export interface StretchSource {
  /** Of the data, for the names of steps. */
  readonly name: string
  readonly span: Span
  /** What shapes the strain beside its span, seed and files, as plain JSON. */
  readonly configuration: Readonly<Record<string, unknown>>
  readonly seed?: number
  /** Paths of the files that it is read from. */
  readonly inputs?: readonly string[]
  /** Gives the strain, in a step's own time. */
  readonly strain: (pool: WorkerPool) => StrainStretch
}

/**
 * The search of a stretch as two resumable steps: one that finds candidates, and the one given, which ranks them and leaves
 * `events.hdf` in the challenge's form. Another ranking of the same candidates does not search again.
 */
export function stretchSteps(
  { name, span, configuration, seed, inputs = [], strain }: StretchSource,
  { candidates, ranking }: ChallengeSearch,
): Step {
  const seconds = span.end.minus(span.start)
  const found = createStep({
    name: `${name}-candidates`,
    configuration: {
      ...configuration,
      piece: { start: span.start.toString(), end: span.end.toString() },
      search: candidates.configuration,
    },
    ...(seed !== undefined && { seed }),
    inputs,
    cost: seconds * workPerSecond,
    async run({ folder, pool, progress, signal }) {
      const work = progress.begin('search', { total: seconds, unit: 's' })
      const all: TimedCandidate[] = []
      let reached = 0
      for await (const candidate of candidates.candidates(strain(pool))) {
        signal.throwIfAborted()
        all.push(candidate)
        const now = Math.max(reached, candidate.times[0].minus(span.start))
        work.advance(now - reached)
        reached = now
      }
      await writeCandidates(join(folder, candidatesFile), candidateTable(all))
      work.finish({ candidates: all.length })
    },
  })
  return createStep({
    name: `${name}-events`,
    configuration: { ranking: ranking.configuration },
    after: { found },
    async run({ folder, outputs }) {
      const table = await readCandidates(join(outputs.found!, candidatesFile))
      const { templates } = candidates.bank
      await writeChallengeEvents(
        join(folder, eventsFile),
        await candidateEvents(table, { templates, ranking, piece: span }),
      )
    },
  })
}
