import { QuadrupoleError } from '../../core/index.ts'
import { type PeakTiming, peakShift, reachOf } from './peak-position.ts'

export interface ClusterOptions {
  /** Samples on either side over which an event must be the largest. */
  readonly halfWindow: number
  /** Statistic below which nothing is recorded; none by default. */
  readonly threshold?: number
  /** How its time is found; by a parabola by default. */
  readonly timing?: PeakTiming
}

/** A local maximum of the statistic. */
export interface Peak {
  /** Its sample, the first of several equal ones in a row. */
  readonly index: number
  /** Its place finer than a sample, in samples. */
  readonly position: number
  /** The statistic of that sample. */
  readonly statistic: number
}

/** Finds events in a stream that comes in pieces. */
export interface Clusterer {
  /** The events that became certain with these samples. */
  push(values: Float32Array | Float64Array): Peak[]
  /** The events of the samples that were still waiting for later ones. Nothing can follow. */
  finish(): Peak[]
}

/**
 * Events of one stretch of a statistic without gaps: each is the largest sample within half a window on either side, as
 * far as there are samples. Several equal ones in a row, up to half a window long, are one flat top; of other equal ones
 * the first counts.
 *
 * So any two events are more than half a window apart, and the largest sample of a stretch is always one. What lies
 * further off than half a window from a top does not matter: a stream gives the events of the whole.
 *
 * @throws `argument` for a half window that is not a positive integer, `data` for NaN.
 *
 * @example
 * cluster(Float64Array.of(0, 3, 1, 0, 2, 0), { halfWindow: 2 }) // events at samples 1 and 4
 */
export function cluster(values: Float32Array | Float64Array, options: ClusterOptions): Peak[] {
  const clusterer = createClusterer(options)
  return [...clusterer.push(values), ...clusterer.finish()]
}

/** `cluster` for a stream: events come out as soon as no later sample can change them. */
export function createClusterer(options: ClusterOptions): Clusterer {
  const { halfWindow, threshold = -Infinity, timing = { method: 'parabola' } } = options
  checkOptions(options)
  const reach = reachOf(timing)
  const lookBack = Math.max(halfWindow, reach)
  let isFinished = false
  /** Samples that still matter, the first of them, and the first that was not judged yet. */
  let kept = new Float64Array(0)
  let start = 0
  let next = 0

  const judge = (): Peak[] => {
    const peaks: Peak[] = []
    for (; next < start + kept.length; next++) {
      const at = next - start
      const statistic = kept[at]!
      if (!(statistic >= threshold)) continue
      const top = topAt(kept, at, halfWindow)
      if (top === undefined) continue
      if (!isFinished && Math.max(top.needed, at + reach) >= kept.length) break
      const bounds = { from: Math.max(0, at - reach), to: Math.min(kept.length - 1, at + reach) }
      const shift = peakShift(kept, { from: at, to: top.end }, timing, bounds)
      peaks.push({ index: next, position: next + shift, statistic })
    }
    return peaks
  }

  return {
    push(values) {
      if (isFinished)
        throw new QuadrupoleError(
          'disposed',
          'search.cluster: the stream is finished; make a clusterer for the next one',
        )
      const bad = values.findIndex(Number.isNaN)
      if (bad >= 0)
        throw new QuadrupoleError(
          'data',
          `search.cluster: sample ${start + kept.length + bad} is NaN; end the stretch before it and begin another after it`,
        )
      const from = Math.max(0, next - lookBack - start)
      const joined = new Float64Array(kept.length - from + values.length)
      joined.set(kept.subarray(from))
      joined.set(values, kept.length - from)
      start += from
      kept = joined
      return judge()
    },
    finish() {
      isFinished = true
      return judge()
    },
  }
}

/**
 * The last sample of the flat top that begins at `at`, and the last sample that had to be looked at to know it; nothing
 * where a sample within half a window is larger, or an equal one comes before.
 */
function topAt(values: Float64Array, at: number, halfWindow: number): { end: number; needed: number } | undefined {
  const value = values[at]!
  const from = Math.max(0, at - halfWindow)
  for (let i = at - 1; i >= from; i--) if (values[i]! >= value) return undefined
  let end = at
  for (let i = at + 1; i <= end + halfWindow && i < values.length; i++) {
    if (values[i]! > value) return undefined
    if (values[i] === value && i === end + 1 && i <= at + halfWindow) end = i
  }
  return { end, needed: end + halfWindow }
}

function checkOptions({ halfWindow, timing }: ClusterOptions): void {
  const check = (name: string, value: number, isGood: boolean, expected: string) => {
    if (!isGood)
      throw new QuadrupoleError('argument', `search.cluster: expected ${name} to be ${expected}, got ${value}`)
  }
  check('halfWindow', halfWindow, Number.isInteger(halfWindow) && halfWindow > 0, 'a positive integer')
  if (timing?.method !== 'plateau') return
  const { reach, baseline, fraction = 0.5 } = timing
  check('timing.reach', reach, Number.isInteger(reach) && reach > 0, 'a positive integer')
  check('timing.baseline', baseline, Number.isFinite(baseline), 'a finite number')
  check('timing.fraction', fraction, fraction > 0 && fraction < 1, 'between 0 and 1')
}
