import type { Span } from '../../gw/index.ts'

/** A half-open stretch of time in integer nanoseconds. */
export interface Stretch {
  readonly start: bigint
  readonly end: bigint
}

// Math.min and Math.max take no bigints.
export const earlier = (a: bigint, b: bigint): bigint => {
  if (a < b) return a
  return b
}

export const later = (a: bigint, b: bigint): bigint => {
  if (a > b) return a
  return b
}

export const durationOf = ({ start, end }: Stretch): bigint => end - start

/** Spans as disjoint stretches in order of time; those that touch become one, empty ones are left out. */
export function stretchesOf(spans: readonly Span[]): Stretch[] {
  const sorted = spans
    .map(({ start, end }) => ({ start: start.nanoseconds, end: end.nanoseconds }))
    .filter(stretch => stretch.end > stretch.start)
    .sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0))
  const merged: { start: bigint; end: bigint }[] = []
  for (const stretch of sorted) {
    const last = merged.at(-1)
    if (last === undefined || stretch.start > last.end) merged.push({ ...stretch })
    else if (stretch.end > last.end) last.end = stretch.end
  }
  return merged
}

/** What two lists of disjoint stretches in order of time have in common. */
export function intersection(a: readonly Stretch[], b: readonly Stretch[]): Stretch[] {
  const common: Stretch[] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [first, second] = [a[i]!, b[j]!]
    const start = later(first.start, second.start)
    const end = earlier(first.end, second.end)
    if (start < end) common.push({ start, end })
    if (first.end < second.end) i++
    else j++
  }
  return common
}
