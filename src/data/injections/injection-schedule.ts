import { foldIn, type Key, QuadrupoleError, uniform } from '../../core/index.ts'
import type { GpsTime, Span } from '../../gw/index.ts'
import type { SegmentSet } from '../segments/segment-set.ts'

export interface StepScheduleOptions {
  /** Least time from one injection to the next, seconds. */
  readonly step?: number
  /** Each comes later than that by a time uniform in this window, seconds. */
  readonly window?: number
  /** No injection is closer to an edge of its segment, seconds. */
  readonly edge?: number
}

/**
 * Times of injections as in MLGWSC-1: `step` apart plus a time uniform in `window`, none within `edge` of a segment's
 * edges; by default 24 to 30 s apart (27 on average) and 30 s from the edges. The times in a segment are a function of the
 * key and of that segment alone.
 *
 * A segment is like a stretch cut out of an endless chain of injections: the time to its first one follows the law of a
 * renewal process in equilibrium (Cox, Renewal Theory, section 5.2), so that every time is equally likely to have one.
 *
 * @throws `argument` for a step that is not positive, or a negative window or edge.
 *
 * @example
 * stepInjectionTimes(randomKey(1), segments).length // about segments.livetime / 27
 */
export function stepInjectionTimes(
  key: Key,
  segments: SegmentSet,
  options: StepScheduleOptions = {},
): readonly GpsTime[] {
  const { step = 24, window = 6, edge = 30 } = options
  assertSchedule('stepInjectionTimes', { step, window, edge }, step)
  return segments.contract(edge).spans.flatMap(inner => {
    const room = inner.end.minus(inner.start)
    const most = Math.floor(room / step) + 1
    const [first, withinWindow, ...draws] = uniform(keyOf(key, inner), most + 2)
    // The density of the time to the first injection is the probability that a gap is longer than it.
    const share = step / (step + window / 2)
    const times = [first! < share ? (first! / share) * step : step + window * (1 - Math.sqrt(1 - withinWindow!))]
    for (let i = 0; times.at(-1)! < room; i++) times.push(times.at(-1)! + step + window * draws[i]!)
    return times.flatMap(time => (time < room ? [inner.start.plus(time)] : []))
  })
}

export interface GridScheduleOptions {
  /** Time between the end of one signal and the start of the next, seconds. */
  readonly spacing?: number
  /** Of a signal, centred on its time, seconds. */
  readonly duration?: number
  /** Time between a signal and the edges of what is analysed, seconds. */
  readonly buffer?: number
  /** What the analysis needs at the start of a segment before it gives anything (for its PSD), seconds. */
  readonly leadIn?: number
  /** Each time is moved by up to this much either way, seconds. */
  readonly jitter?: number
  /** By how much each detector's data are moved in time, seconds: what the largest moves out is lost at the end. */
  readonly shifts?: readonly number[]
}

/**
 * Times of injections as in aframe: a grid of period `spacing + duration` in each segment, from `leadIn + buffer +
 * duration / 2` after its start to `buffer + duration / 2` and the largest shift before its end, jittered. The times in a
 * segment are a function of the key, of that segment and of the shifts alone.
 *
 * @throws `argument` for options that are negative, a period that is not positive, or a jitter by which injections could
 * change places.
 *
 * @example
 * gridInjectionTimes(randomKey(1), segments, { shifts: [0, 1] })
 */
export function gridInjectionTimes(
  key: Key,
  segments: SegmentSet,
  options: GridScheduleOptions = {},
): readonly GpsTime[] {
  const { spacing = 16, duration = 8, buffer = 16, leadIn = 64, jitter = 0.1, shifts = [] } = options
  const period = spacing + duration
  assertSchedule('gridInjectionTimes', { spacing, duration, buffer, leadIn, jitter }, period - 2 * jitter)
  const margin = buffer + duration / 2
  const shiftKey = shifts.some(shift => shift !== 0) ? foldIn(key, shifts.join(' ')) : key
  return segments.spans.flatMap(segment => {
    const first = leadIn + margin
    const room = segment.end.minus(segment.start) - Math.max(0, ...shifts) - margin - first
    if (room < 0) return []
    // A grid point at the very end counts, whatever the divisions have rounded.
    const count = Math.floor(room / period + 1e-9) + 1
    if (jitter === 0) return Array.from({ length: count }, (_, i) => segment.start.plus(first + i * period))
    const moves = uniform(keyOf(shiftKey, segment), count, { low: -jitter, high: jitter })
    return Array.from(moves, (move, i) => segment.start.plus(first + i * period + move))
  })
}

/** The key of a segment by its start. */
const keyOf = (key: Key, { start }: Span): Key => foldIn(key, start.toString())

function assertSchedule(name: string, options: Readonly<Record<string, number>>, leastGap: number): void {
  for (const [option, value] of Object.entries(options))
    if (!(value >= 0 && Number.isFinite(value)))
      throw new QuadrupoleError('argument', `data.${name}: expected ${option} of at least 0 s, got ${value}`)
  if (!(leastGap > 0))
    throw new QuadrupoleError('argument', `data.${name}: injections would be ${leastGap} s apart; expected more than 0`)
}
