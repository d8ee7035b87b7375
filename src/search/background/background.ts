import { QuadrupoleError } from '../../core/index.ts'
import { type ExponentialTail, fitExponentialTail, type TailOptions } from './tail.ts'

/** How loud noise alone makes events, and how often: enough to give any event its false-alarm rate. */
export interface Background {
  /** Statistics of background events, in increasing order, each value once. */
  readonly statistics: Float64Array
  /** For each of them, how many events are at least as loud; never too few, in a compact background sometimes too many. */
  readonly counts: Float64Array
  /** Time that was searched for them, of all slides together, seconds. */
  readonly livetimeSeconds: number
  /** What is beyond the loudest, where enough events are there to say so. */
  readonly tail?: ExponentialTail
}

export interface BackgroundOptions extends TailOptions {
  readonly livetimeSeconds: number
}

/**
 * The background distribution from the statistics of all background events, in any order.
 *
 * @throws `argument` for a livetime that is not positive, `data` for statistics that are not finite.
 *
 * @example
 * const background = createBackground(statistics, { livetimeSeconds: 31_557_600 })
 * falseAlarmRate(background, 12.3).perYear
 */
export function createBackground(
  statistics: Float64Array,
  { livetimeSeconds, ...tailOptions }: BackgroundOptions,
): Background {
  requireLivetime('createBackground', livetimeSeconds)
  const bad = statistics.findIndex(statistic => !Number.isFinite(statistic))
  if (bad >= 0)
    throw new QuadrupoleError(
      'data',
      `search.createBackground: expected finite statistics, but number ${bad} is ${statistics[bad]}`,
    )
  const sorted = statistics.slice().sort()
  const tail = fitExponentialTail(sorted, { ...tailOptions, livetimeSeconds })
  const isFirst = (i: number): boolean => i === 0 || sorted[i] !== sorted[i - 1]
  const firsts = Array.from(sorted.keys()).filter(isFirst)
  return {
    statistics: Float64Array.from(firsts, i => sorted[i]!),
    counts: Float64Array.from(firsts, i => sorted.length - i),
    livetimeSeconds,
    ...(tail && { tail }),
  }
}

export interface CompactOptions {
  /** The loudest events are kept exactly, this many. */
  readonly loudest?: number
  /** Of the rest, values at this many counts a factor of ten. */
  readonly perDecade?: number
}

/**
 * A background with few values: the loudest events exactly, and values spaced evenly in the logarithm of the count below.
 * Between two of these an event gets the count at the lower one: its rate is never too low, and by default at most 5 %
 * too high.
 */
export function compactBackground(
  background: Background,
  { loudest = 200, perDecade = 50 }: CompactOptions = {},
): Background {
  const { statistics, counts } = background
  const kept: number[] = []
  let next = 0
  for (let i = counts.length - 1; i >= 0; i--) {
    if (counts[i]! > loudest && counts[i]! < next && i > 0) continue
    kept.push(i)
    next = counts[i]! * 10 ** (1 / perDecade)
  }
  kept.reverse()
  return {
    ...background,
    statistics: Float64Array.from(kept, i => statistics[i]!),
    // All that are louder than the value kept before it.
    counts: Float64Array.from(kept, (i, k) => counts[k === 0 ? i : kept[k - 1]! + 1]!),
  }
}

export function requireLivetime(where: string, seconds: number): void {
  if (!(seconds > 0 && seconds < Infinity))
    throw new QuadrupoleError(
      'argument',
      `search.${where}: expected livetimeSeconds to be a positive number, got ${seconds}`,
    )
}
