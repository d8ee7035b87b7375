import { QuadrupoleError } from '../../core/index.ts'
import { binomialInterval, type ConfidenceOptions, type Interval, oneSigma } from '../statistics/intervals.ts'

/** The part of injections that is found. */
export interface Efficiency {
  readonly count: number
  readonly found: number
  /** found / count; absent where nothing was injected. */
  readonly efficiency?: number
  /** The exact interval of Clopper and Pearson. */
  readonly interval: Interval
}

/** The efficiency within [from, to) of a parameter. */
export interface EfficiencyBin extends Efficiency {
  readonly from: number
  readonly to: number
}

/** The efficiency within a cell of two parameters. */
export interface EfficiencyCell extends Efficiency {
  readonly first: Interval
  readonly second: Interval
}

/** Injections of an efficiency: the statistic each was recovered with, -Infinity where it was not. */
export interface EfficiencyOptions extends ConfidenceOptions {
  readonly statistics: Float64Array
  /** An injection is found if it is strictly louder. */
  readonly threshold: number
}

/**
 * Efficiency in bins of a parameter, such as the network SNR. Injections outside the edges are in no bin.
 *
 * @param edges in increasing order; bins are half-open.
 * @throws `argument` for edges that do not increase or fewer than two, `data` for columns of different lengths.
 *
 * @example
 * efficiencyByBins(snrs, [4, 6, 8, 10, 12], { statistics: recovery.statistics, threshold: 9.1 })
 */
export function efficiencyByBins(
  values: Float64Array,
  edges: ArrayLike<number>,
  { statistics, threshold, confidence = oneSigma }: EfficiencyOptions,
): EfficiencyBin[] {
  checkEdges(edges)
  checkLengths(values, statistics)
  const counts = countsOf([values], [edges], { statistics, threshold })
  return Array.from({ length: edges.length - 1 }, (_, i) => ({
    from: edges[i]!,
    to: edges[i + 1]!,
    ...efficiencyOf(counts.found[i]!, counts.count[i]!, confidence),
  }))
}

/**
 * Efficiency in cells of two parameters, such as both masses: row by row of the first, all columns of the second.
 *
 * @throws as `efficiencyByBins`.
 */
export function efficiencyByCells(
  [first, second]: readonly [Float64Array, Float64Array],
  [firstEdges, secondEdges]: readonly [ArrayLike<number>, ArrayLike<number>],
  { statistics, threshold, confidence = oneSigma }: EfficiencyOptions,
): EfficiencyCell[] {
  for (const edges of [firstEdges, secondEdges]) checkEdges(edges)
  for (const values of [first, second]) checkLengths(values, statistics)
  const counts = countsOf([first, second], [firstEdges, secondEdges], { statistics, threshold })
  const columns = secondEdges.length - 1
  return Array.from(counts.count, (count, cell) => {
    const [i, j] = [Math.floor(cell / columns), cell % columns]
    return {
      first: [firstEdges[i]!, firstEdges[i + 1]!],
      second: [secondEdges[j]!, secondEdges[j + 1]!],
      ...efficiencyOf(counts.found[cell]!, count, confidence),
    }
  })
}

const efficiencyOf = (found: number, count: number, confidence: number): Efficiency => ({
  count,
  found,
  ...(count > 0 && { efficiency: found / count }),
  interval: binomialInterval(found, count, { confidence }),
})

function countsOf(
  columns: readonly Float64Array[],
  edges: readonly ArrayLike<number>[],
  { statistics, threshold }: EfficiencyOptions,
) {
  const cells = edges.reduce((product, each) => product * (each.length - 1), 1)
  const counts = { count: new Uint32Array(cells), found: new Uint32Array(cells) }
  for (let i = 0; i < statistics.length; i++) {
    const cell = columns.reduce((at, values, axis) => {
      const bin = binOf(values[i]!, edges[axis]!)
      return bin < 0 || at < 0 ? -1 : at * (edges[axis]!.length - 1) + bin
    }, 0)
    if (cell < 0) continue
    counts.count[cell]!++
    if (statistics[i]! > threshold) counts.found[cell]!++
  }
  return counts
}

/** The half-open bin that holds a value, -1 outside. */
function binOf(value: number, edges: ArrayLike<number>): number {
  if (!(value >= edges[0]! && value < edges[edges.length - 1]!)) return -1
  let [low, high] = [0, edges.length - 1]
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (edges[middle]! <= value) low = middle
    else high = middle
  }
  return low
}

function checkEdges(edges: ArrayLike<number>): void {
  const isIncreasing = Array.from(edges).every((edge, i) => i === 0 || edge > edges[i - 1]!)
  if (edges.length < 2 || !isIncreasing)
    throw new QuadrupoleError(
      'argument',
      `search.efficiency: expected at least two edges in increasing order, got ${Array.from(edges).join(', ') || 'none'}`,
    )
}

function checkLengths(values: Float64Array, statistics: Float64Array): void {
  if (values.length !== statistics.length)
    throw new QuadrupoleError(
      'data',
      `search.efficiency: expected a value for each of ${statistics.length} injections, got ${values.length}`,
    )
}
