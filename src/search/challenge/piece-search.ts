import { QuadrupoleError } from '../../core/index.ts'
import type { ChallengeEvents } from '../../data/index.ts'
import type { GpsTime, Span } from '../../gw/index.ts'
import type { ChallengeStrain } from './strain.ts'

/** Something that a search has found. */
export interface FoundEvent {
  /** Of the merger. */
  readonly time: GpsTime
  /** Larger is more like a signal. */
  readonly statistic: number
}

/** An unbroken stretch of strain, as a search is given it. */
export interface StrainStretch {
  readonly detectors: readonly string[]
  /** Hz. */
  readonly sampleRate: number
  readonly span: Span
  /** Strain within the stretch, `[detectors, samples]`, for a PSD and the like. */
  read(span: Span): Promise<Float64Array>
  /** All of it in order, `[detectors, samples]` a piece, by default 64 s each. */
  chunks(seconds?: number): AsyncIterable<Float64Array>
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

/** Strain that can be read by time. */
type ReadableStrain = Pick<ChallengeStrain, 'detectors' | 'sampleRate' | 'read'>

/** A span of strain as a stretch to search. */
export function strainStretch(
  { detectors, sampleRate, read }: ReadableStrain,
  span: Span,
  { onProgress, signal }: SearchPieceOptions = {},
): StrainStretch {
  const duration = span.end.minus(span.start)
  return {
    detectors,
    sampleRate,
    span,
    read,
    async *chunks(seconds = 64) {
      for (let at = 0; at < duration; at += seconds) {
        signal?.throwIfAborted()
        const end = Math.min(duration, at + seconds)
        yield await read({ start: span.start.plus(at), end: span.start.plus(end) })
        onProgress?.(end - at)
      }
    },
  }
}

export interface SearchPieceOptions {
  /** Called with the seconds of strain that have been read on by. */
  readonly onProgress?: ((seconds: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
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
  { onProgress, signal }: SearchPieceOptions = {},
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
