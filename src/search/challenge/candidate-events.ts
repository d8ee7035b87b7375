import { QuadrupoleError } from '../../core/index.ts'
import type { ChallengeEvents } from '../../data/index.ts'
import type { Span } from '../../gw/index.ts'
import { type CandidateTable, meanTime } from '../candidates/candidate-file.ts'
import type { Intrinsic } from '../matched-filter/whitened-templates.ts'
import type { Ranking } from '../ranking/ranking.ts'
import { mergerLag } from './merger-lag.ts'

/** The challenge's `var`: an event is meant to be an injection within so many seconds. */
const timeTolerance = 0.2

/**
 * Candidates as the events of a challenge's files: of each the statistic, and the time of the merger, the mean of those in the
 * two detectors, where it lies within a piece of data.
 *
 * @throws `data` for a statistic that is no finite number.
 */
export async function candidateEvents(
  table: CandidateTable,
  {
    templates,
    ranking,
    piece,
  }: { readonly templates: readonly Intrinsic[]; readonly ranking: Ranking; readonly piece: Span },
): Promise<ChallengeEvents> {
  const statistics = await ranking.rank(table)
  const best = table.templates.length / Math.max(1, table.count)
  const rows = Array.from({ length: table.count }, (_, row) => {
    const time = meanTime(table, row).plus(-mergerLag(templates[table.templates[row * best]!]!))
    const statistic = statistics[row]!
    if (!Number.isFinite(statistic))
      throw new QuadrupoleError(
        'data',
        `search.candidateEvents: the candidate at GPS ${time} has the statistic ${statistic}`,
      )
    return { time, statistic }
  })
  const inside = rows
    .filter(
      ({ time: { nanoseconds } }) => nanoseconds >= piece.start.nanoseconds && nanoseconds < piece.end.nanoseconds,
    )
    .sort((a, b) => a.time.minus(b.time))
  return {
    time: Float64Array.from(inside, ({ time }) => time.seconds),
    stat: Float64Array.from(inside, ({ statistic }) => statistic),
    var: new Float64Array(inside.length).fill(timeTolerance),
  }
}
