import { QuadrupoleError } from '../../core/index.ts'
import { GpsTime, type Span } from '../../gw/index.ts'

/** A span as integers, [start, end) in nanoseconds. */
type Interval = readonly [start: bigint, end: bigint]

const toSpan = ([start, end]: Interval): Span => ({
  start: GpsTime.fromNanoseconds(start),
  end: GpsTime.fromNanoseconds(end),
})

/**
 * A set of GPS times made of half-open segments, exact to the nanosecond: sorted, apart from each other (segments that
 * touch are one), none empty. Immutable: operations return new sets.
 *
 * @example
 * SegmentSet.of([{ start: GpsTime.fromSeconds(0), end: GpsTime.fromSeconds(8) }]).contract(1).livetime // 6
 */
export class SegmentSet {
  static readonly empty = new SegmentSet([])

  readonly #intervals: readonly Interval[]

  private constructor(intervals: readonly Interval[]) {
    this.#intervals = intervals
  }

  /**
   * The times in any of the spans, which may overlap and come in any order; empty ones are left out.
   *
   * @throws `argument` for a span that ends before it starts.
   */
  static of(spans: Iterable<Span>): SegmentSet {
    const intervals: Interval[] = []
    for (const { start, end } of spans) {
      if (end.nanoseconds < start.nanoseconds)
        throw new QuadrupoleError('argument', `data.SegmentSet.of: a segment ends before it starts: ${start} to ${end}`)
      if (end.nanoseconds > start.nanoseconds) intervals.push([start.nanoseconds, end.nanoseconds])
    }
    return SegmentSet.#joined(intervals)
  }

  static #joined(intervals: readonly Interval[]): SegmentSet {
    const sorted = intervals.toSorted((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0))
    const joined: [bigint, bigint][] = []
    for (const [start, end] of sorted) {
      const last = joined.at(-1)
      if (last === undefined || start > last[1]) joined.push([start, end])
      else if (end > last[1]) last[1] = end
    }
    return new SegmentSet(joined)
  }

  /** The segments, in order of time. */
  get spans(): readonly Span[] {
    return this.#intervals.map(toSpan)
  }

  /** How many segments there are. */
  get size(): number {
    return this.#intervals.length
  }

  /** From the first start to the last end; nothing for the empty set. */
  get extent(): Span | undefined {
    const [first, last] = [this.#intervals[0], this.#intervals.at(-1)]
    return first && last && toSpan([first[0], last[1]])
  }

  get livetimeNanoseconds(): bigint {
    return this.#intervals.reduce((sum, [start, end]) => sum + end - start, 0n)
  }

  /** Seconds. */
  get livetime(): number {
    return Number(this.livetimeNanoseconds) / 1e9
  }

  /** Times in this set or the other. */
  union(other: SegmentSet): SegmentSet {
    return SegmentSet.#joined([...this.#intervals, ...other.#intervals])
  }

  /** Times in both sets. */
  intersect(other: SegmentSet): SegmentSet {
    const both: Interval[] = []
    const [a, b] = [this.#intervals, other.#intervals]
    for (let i = 0, j = 0; i < a.length && j < b.length; ) {
      const [first, second] = [a[i]!, b[j]!]
      let [start, end] = first
      if (second[0] > start) start = second[0]
      if (second[1] < end) end = second[1]
      if (start < end) both.push([start, end])
      if (first[1] < second[1]) i++
      else j++
    }
    return new SegmentSet(both)
  }

  /** Times in this set that are not in the other. */
  subtract(other: SegmentSet): SegmentSet {
    const left: Interval[] = []
    const removed = other.#intervals
    let j = 0
    for (const [start, end] of this.#intervals) {
      while (j < removed.length && removed[j]![1] <= start) j++
      let from = start
      for (let k = j; k < removed.length && removed[k]![0] < end; k++) {
        if (removed[k]![0] > from) left.push([from, removed[k]![0]])
        if (removed[k]![1] > from) from = removed[k]![1]
      }
      if (from < end) left.push([from, end])
    }
    return new SegmentSet(left)
  }

  /**
   * Each segment made shorter at its start and its end by numbers of seconds (the same at both unless two are given);
   * what is left of none is gone. Negative numbers make segments longer.
   */
  contract(atStart: number, atEnd = atStart): SegmentSet {
    const [first, last] = [nanoseconds(atStart), nanoseconds(atEnd)]
    return SegmentSet.#joined(
      this.#intervals.flatMap(([start, end]): readonly Interval[] =>
        start + first < end - last ? [[start + first, end - last]] : [],
      ),
    )
  }

  /** The same times later by a number of seconds. */
  shift(seconds: number): SegmentSet {
    const delay = nanoseconds(seconds)
    return new SegmentSet(this.#intervals.map(([start, end]) => [start + delay, end + delay]))
  }

  /** The segments that last at least a number of seconds. */
  atLeast(seconds: number): SegmentSet {
    const least = nanoseconds(seconds)
    return new SegmentSet(this.#intervals.filter(([start, end]) => end - start >= least))
  }

  /** Whether a time is in the set; a segment's end is not. */
  has(time: GpsTime): boolean {
    const [, end] = this.#intervals[this.#lastStartingBy(time.nanoseconds)] ?? [0n, time.nanoseconds]
    return time.nanoseconds < end
  }

  /** Whether every time of a span is in the set. */
  holds({ start, end }: Span): boolean {
    if (end.nanoseconds <= start.nanoseconds) return true
    const segment = this.#intervals[this.#lastStartingBy(start.nanoseconds)]
    return segment !== undefined && end.nanoseconds <= segment[1]
  }

  /** Index of the last segment that starts at or before a time, -1 for none. */
  #lastStartingBy(time: bigint): number {
    let [low, high] = [0, this.#intervals.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#intervals[middle]![0] <= time) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  equals(other: SegmentSet): boolean {
    return (
      this.size === other.size &&
      this.#intervals.every(([start, end], i) => start === other.#intervals[i]![0] && end === other.#intervals[i]![1])
    )
  }

  /** Spans of decimal strings. */
  toJSON(): readonly Span[] {
    return this.spans
  }

  toString(): string {
    return `SegmentSet(${this.size} segments, ${this.livetime} s)`
  }
}

const nanoseconds = (seconds: number): bigint => GpsTime.fromSeconds(seconds).nanoseconds

/** Times in all of the sets, such as those when every detector observed; the empty set for no sets. */
export function coincident(sets: Iterable<SegmentSet>): SegmentSet {
  let common: SegmentSet | undefined
  for (const set of sets) common = common?.intersect(set) ?? set
  return common ?? SegmentSet.empty
}
