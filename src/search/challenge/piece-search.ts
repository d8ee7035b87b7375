import { QuadrupoleError } from '../../core/index.ts'
import type { ChallengeEvents } from '../../data/index.ts'
import type { GpsTime, Span } from '../../gw/index.ts'
import { type ReadableStrain, type StrainStretch, type StrainStretchOptions, strainStretch } from '../strain/stretch.ts'

export type { StrainStretch } from '../strain/stretch.ts'

/** Something that a search has found. */
export interface FoundEvent {
  /** Of the merger. */
  readonly time: GpsTime
  /** Larger is more like a signal. */
  readonly statistic: number
}

/** A search of strain for signals. */
export interface StretchSearch {
  /** What of it shapes its events, as plain JSON: a part of the address of results. */
  readonly configuration: Readonly<Record<string, unknown>>
  /** Largest distance in time to a signal at which an event is meant to be it, seconds: the challenge's `var`. */
  readonly timeTolerance: number
  /** Finds events in a stretch, in any order. */
  search(stretch: StrainStretch): AsyncIterable<FoundEvent>
}

/**
 * Searches one piece of data and gives the events in it as the challenge's files have them, in order of time.
 *
 * @throws `data` for an event whose statistic is no finite number, and what the search throws.
 *
 * @example
 * await searchPiece(challengeStrain(plan, { withSignals: true }), plan.pieces[0]!, search)
 */
export async function searchPiece(
  strain: ReadableStrain,
  piece: Span,
  search: StretchSearch,
  { onProgress, signal }: StrainStretchOptions = {},
): Promise<ChallengeEvents> {
  const stretch = strainStretch(strain, piece, { onProgress, signal })
  const found: FoundEvent[] = []
  for await (const event of search.search(stretch)) {
    if (!Number.isFinite(event.statistic))
      throw new QuadrupoleError(
        'data',
        `search.searchPiece: the event at GPS ${event.time} has the statistic ${event.statistic}`,
      )
    const { nanoseconds } = event.time
    if (nanoseconds >= piece.start.nanoseconds && nanoseconds < piece.end.nanoseconds) found.push(event)
  }
  found.sort((a, b) => a.time.minus(b.time))
  return {
    time: Float64Array.from(found, ({ time }) => time.seconds),
    stat: Float64Array.from(found, ({ statistic }) => statistic),
    var: new Float64Array(found.length).fill(search.timeTolerance),
  }
}
