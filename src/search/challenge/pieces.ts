import { readFileSync } from 'node:fs'
import { QuadrupoleError } from '../../core/index.ts'
import { SegmentSet } from '../../data/index.ts'
import { GpsTime, type Span } from '../../gw/index.ts'

/** Least length of the times in which both detectors have data, seconds; the last piece may be shorter. */
const leastPiece = 7200

/** Least length of the last piece: an injection has 30 s to each side, and a PSD some segments. */
const leastRemainder = 128

/** Which times a data set of the challenge is made of. */
export interface PiecesOptions {
  /** Length of all pieces together, seconds. */
  readonly durationSeconds: number
  /** Where the first piece begins at the earliest; the beginning of O3a by default. */
  readonly start?: GpsTime
}

const o3a = (): SegmentSet => {
  const { segments } = JSON.parse(readFileSync(new URL('./o3a-segments.json', import.meta.url), 'utf8')) as {
    readonly segments: readonly (readonly [number, number])[]
  }
  return SegmentSet.of(
    segments.map(([start, end]) => ({ start: GpsTime.fromSeconds(start), end: GpsTime.fromSeconds(end) })),
  )
}

/**
 * The pieces of a data set of MLGWSC-1: the times in O3a at which both detectors have data for 7,200 s or more, in their
 * order, until the duration is reached; the last is cut. A shorter set has the first pieces of a longer one.
 *
 * @throws `argument` for a duration that is not positive, that O3a does not have, or that leaves less than 128 s for the
 * last piece.
 */
export function challengePieces({ durationSeconds, start }: PiecesOptions): readonly Span[] {
  const fail = (message: string): never => {
    throw new QuadrupoleError('argument', `search.challengePieces: ${message}`, { details: { durationSeconds } })
  }
  if (!(durationSeconds > 0 && durationSeconds < Infinity))
    fail(`expected a positive duration in seconds, got ${durationSeconds}`)
  const all = o3a()
  const end = all.extent!.end
  const from = start ?? all.extent!.start
  const eligible =
    from.nanoseconds >= end.nanoseconds ? SegmentSet.empty : all.intersect(SegmentSet.of([{ start: from, end }]))
  const pieces: Span[] = []
  let left = durationSeconds
  for (const segment of eligible.atLeast(leastPiece).spans) {
    const length = Math.min(left, segment.end.minus(segment.start))
    if (length < leastRemainder)
      fail(
        `of ${durationSeconds} s, ${length} s are left for the last piece, expected ${leastRemainder} s at least; ask for more`,
      )
    pieces.push({ start: segment.start, end: segment.start.plus(length) })
    left -= length
    if (left <= 0) return pieces
  }
  return fail(
    `expected a duration up to the ${durationSeconds - left} s that both detectors have data from GPS ${from} on, got ` +
      `${durationSeconds} s; ask for less, or add sets of other seeds`,
  )
}
