import { QuadrupoleError, type WorkerPool } from '../../core/index.ts'
import { dataError } from '../../data/index.ts'
import type { GpsTime, Span } from '../../gw/index.ts'
import { type Background, createBackground } from '../background/background.ts'
import { candidateTable } from '../candidates/candidate-file.ts'
import { type CandidateSearch, isLoudInEach, pairLag } from '../candidates/candidate-search.ts'
import { type SlidBlock, slidBlock, slideCandidates } from '../candidates/slide-candidates.ts'
import type { Ranking } from '../ranking/ranking.ts'
import type { SearchableStretch } from '../strain/searchable-stretches.ts'

export interface SlidBackgroundOptions {
  readonly search: CandidateSearch
  readonly ranking: Ranking
  readonly pool: WorkerPool
  /** Background to reach, seconds. */
  readonly livetimeSeconds: number
  /** Times of known events: `excludedAround` to each side is cut out of both detectors. */
  readonly excluded?: readonly GpsTime[]
  /** Seconds from one slide to the next. */
  readonly stepSeconds?: number
  /** Called with the seconds of background that are done. */
  readonly onProgress?: (seconds: number) => void
  readonly signal?: AbortSignal | undefined
}

/** What is cut out around a known event, seconds to each side. */
const excludedAround = 2

/** Blocks in memory whose detectors are put beside each other: as many as may be of so many bytes, but two at least. */
const keptBlocks = 8
const keptBytes = 1.5 * 2 ** 30

/**
 * The background of a search: what it finds when the strain of one detector is put beside that of the other at another time,
 * further apart than light travels and than signals last, so that no signal is in both. Blocks of strain are slid along
 * themselves and along others near to them, each whitened by its own PSD, until the livetime asked for is reached.
 *
 * The livetime is what is reached: two blocks of T seconds, one beside the other, have about T^2 / step in each of two orders,
 * and a block as much with itself. Blocks are put beside those before them, as many as 1.5 GiB hold, at least one, at most 7.
 *
 * @throws `data` (`times`) where there is nothing to slide
 */
export async function slidBackground(
  stretches: readonly SearchableStretch[],
  options: SlidBackgroundOptions,
): Promise<Background> {
  const { search, ranking, pool, livetimeSeconds, stepSeconds = 1, onProgress, signal } = options
  const { threshold, separation } = search.settings
  const statistics: number[] = []
  let livetime = 0
  const slide = async (first: SlidBlock, second: SlidBlock, maximumLag: number): Promise<void> => {
    const rules = { threshold, separation, maximumLag, stepSeconds, livetimeSeconds: livetimeSeconds - livetime }
    for await (const { candidates, livetimeNanoseconds } of slideCandidates(pool, [first, second], rules)) {
      if (signal?.aborted)
        throw new QuadrupoleError('cancelled', 'search.slidBackground: it was cancelled', { cause: signal.reason })
      for (const statistic of await ranking.rank(
        candidateTable(candidates.filter(each => isLoudInEach(each, search.settings))),
      ))
        statistics.push(statistic)
      const seconds = Number(livetimeNanoseconds) / 1e9
      livetime += seconds
      onProgress?.(seconds)
    }
  }
  const kept: (readonly [SlidBlock, SlidBlock])[] = []
  for await (const [block, maximumLag] of slidBlocks(stretches, options)) {
    kept.push(block)
    for (const other of kept.toReversed()) {
      if (livetime < livetimeSeconds) await slide(block[0], other[1], maximumLag)
      if (other !== block && livetime < livetimeSeconds) await slide(other[0], block[1], maximumLag)
    }
    if (livetime >= livetimeSeconds) break
    // Before the next is made, which takes as much again.
    while (kept.length >= keptBlocks || (kept.length > 1 && bytesOf(kept) > keptBytes)) kept.shift()
  }
  if (livetime === 0)
    throw dataError(
      'times',
      `search.slidBackground: ${stretches.length} stretches of strain, ${secondsOf(stretches).toPrecision(4)} s in all, leave ` +
        'nothing that can be slid; give longer strain of both detectors',
    )
  return createBackground(Float64Array.from(statistics), { livetimeSeconds: livetime })
}

const secondsOf = (stretches: readonly SearchableStretch[]): number =>
  stretches.reduce((sum, { stretch: { span } }) => sum + span.end.minus(span.start), 0)

/** Memory that blocks take, both detectors of each. */
const bytesOf = (blocks: readonly (readonly [SlidBlock, SlidBlock])[]): number =>
  blocks
    .flat()
    .reduce(
      (sum, { side: { outputs, powers, triggerPowers, steps } }) =>
        sum + outputs.byteLength + powers.byteLength + triggerPowers.byteLength + steps.byteLength,
      0,
    )

async function* slidBlocks(
  stretches: readonly SearchableStretch[],
  { search, excluded = [] }: SlidBackgroundOptions,
): AsyncGenerator<readonly [readonly [SlidBlock, SlidBlock], number]> {
  const spans = excluded.map((time): Span => ({ start: time.plus(-excludedAround), end: time.plus(excludedAround) }))
  for (const { stretch } of stretches)
    for await (const block of search.blocks(stretch))
      yield [
        await slidBlock(block, { threshold: search.settings.threshold, excluded: [spans, spans] }),
        pairLag(stretch.detectors),
      ]
}
