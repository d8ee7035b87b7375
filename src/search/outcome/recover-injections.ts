import { detectorNamed, responseTable } from '../../gw/index.ts'
import type { CandidateTable } from '../candidates/candidate-file.ts'
import type { CandidateSearch } from '../candidates/candidate-search.ts'
import type { Ranking } from '../ranking/ranking.ts'
import { matchInjections } from '../recovery/match-injections.ts'
import type { Merger } from '../recovery/merger-signals.ts'
import { mergerTime } from './search-stretches.ts'

/** What each injection was recovered with, one value an injection. */
export interface RecoveredInjections {
  /** -Infinity where it was not. */
  readonly statistics: Float64Array
  /** The time of its event after its own, seconds; NaN where it has none. */
  readonly timeErrors: Float64Array
}

export interface RecoverInjectionsOptions {
  readonly detectors: readonly string[]
  readonly search: Pick<CandidateSearch, 'bank'>
  readonly ranking: Ranking
  /** Farthest that an event may lie from its injection, seconds. */
  readonly windowSeconds: number
}

/**
 * Which of the candidates that were found in strain with signals is which signal's (`matchInjections`). The time of a
 * candidate is the mean of those in the detectors, and so is that of a signal here: what differs is the error of the search.
 */
export async function recoverInjections(
  mergers: readonly Merger[],
  table: CandidateTable,
  { detectors, search, ranking, windowSeconds }: RecoverInjectionsOptions,
): Promise<RecoveredInjections> {
  const statistics = await ranking.rank(table)
  const sites = detectors.map(name => detectorNamed(name))
  const { values } = responseTable(sites, mergers)
  // From the first merger on, so that no digits are lost.
  const origin = mergers[0]!.time
  const arrivals = Float64Array.from(mergers, ({ time }, i) => {
    const delays = sites.reduce((sum, _, d) => sum + values[3 * (i * sites.length + d) + 2]!, 0)
    return time.minus(origin) + delays / sites.length
  })
  const times = Float64Array.from({ length: table.count }, (_, row) =>
    mergerTime(table, row, search.bank).minus(origin),
  )
  return matchInjections({ times, statistics }, arrivals, { windowSeconds })
}
