/** How far out the background falls off exponentially, from its loudest events. */
export interface ExponentialTail {
  /** Statistic above which the tail is fitted. */
  readonly threshold: number
  /** Events above it. */
  readonly events: number
  /** False alarms per second above the threshold. */
  readonly ratePerSecond: number
  /** What the rate falls by: exp(-slope (statistic - threshold)). */
  readonly slope: number
  /** Kolmogorov and Smirnov's distance of the events from that exponential, in Stephens' form. */
  readonly distance: number
  /** Whether that distance is one that 99 % of exponential samples stay below; without it nothing is extrapolated. */
  readonly isExponential: boolean
}

export interface TailOptions {
  /** The number of loudest events to fit. */
  readonly tailEvents?: number
}

/** Fewer events say nothing about a slope. */
const fewestEvents = 20

/** Stephens' 1 % point for an exponential whose scale is estimated (J. Am. Stat. Assoc. 69 (1974) 730, table 1). */
const onePercentPoint = 1.308

/**
 * Fits an exponential to the k loudest of increasing statistics, above the next: the k excesses are then exponential with
 * the same slope, which (k - 1) / sum of excesses estimates without bias. Nothing where fewer than 20 are above the next,
 * or where the excesses are zero or infinite.
 */
export function fitExponentialTail(
  sorted: Float64Array,
  { tailEvents = 100, livetimeSeconds }: TailOptions & { readonly livetimeSeconds: number },
): ExponentialTail | undefined {
  const events = Math.min(tailEvents, sorted.length - 1)
  if (!(events >= fewestEvents)) return undefined
  const threshold = sorted[sorted.length - 1 - events]!
  const excesses = sorted.slice(sorted.length - events).map(statistic => statistic - threshold)
  const sum = excesses.reduce((total, excess) => total + excess, 0)
  if (!(sum > 0 && sum < Infinity)) return undefined
  const distance = exponentialDistance(excesses, sum / events)
  return {
    threshold,
    events,
    ratePerSecond: events / livetimeSeconds,
    slope: (events - 1) / sum,
    distance,
    isExponential: distance <= onePercentPoint,
  }
}

/** The largest difference between the distribution of excesses and an exponential, made independent of their number. */
function exponentialDistance(excesses: Float64Array, mean: number): number {
  const n = excesses.length
  const root = Math.sqrt(n)
  const largest = excesses.reduce((most, excess, i) => {
    const expected = 1 - Math.exp(-excess / mean)
    return Math.max(most, (i + 1) / n - expected, expected - i / n)
  }, 0)
  return (largest - 0.2 / n) * (root + 0.26 + 0.5 / root)
}
