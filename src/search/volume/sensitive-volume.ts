import { QuadrupoleError } from '../../core/index.ts'
import { argsort, Tensor } from '../../tensor/index.ts'

/** Injections with the weights that make them a population's. */
export interface WeightedInjections {
  /**
   * Logarithm of the full density of the target population over that of the draws, normalised both, redshift included: as
   * `logDensityRatio` of `quadrupole/priors` gives. One an injection in the data.
   */
  readonly logWeights: Float64Array
  /** The statistic each was recovered with, -Infinity where it was not. */
  readonly statistics: Float64Array
  /**
   * The draws that were never injected since they were too quiet to be found: their log weights, or only how many. They
   * count as missed.
   */
  readonly rejected: Float64Array | number
}

export interface SensitiveVolumeOptions {
  /** Statistics that found injections exceed; one volume each. */
  readonly thresholds: ArrayLike<number>
  /** Volume that the target population fills, Gpc^3: `observableVolumeGpc3` over its redshifts. */
  readonly totalVolumeGpc3: number
  /**
   * What the weights of found injections are divided by: the number of draws, which is unbiased and needs normalised
   * densities, or the sum of all weights, which does not and needs the weights of rejected draws.
   */
  readonly normalization?: 'draws' | 'weights'
  /** Effective number of found injections below which to warn. */
  readonly minimumEffective?: number
  /**
   * The part of the target population that lies where injections are drawn, and its standard deviation: what the weights
   * of all draws average to. All of it unless given; what lies elsewhere counts as missed.
   */
  readonly coverage?: readonly [part: number, error: number]
}

/** What of space a search surveys at each threshold. */
export interface SensitiveVolume {
  readonly thresholds: Float64Array
  /** Gpc^3, and one standard deviation. */
  readonly volumeGpc3: Float64Array
  readonly volumeErrorGpc3: Float64Array
  /** Radius of the Euclidean sphere of that volume, Mpc. */
  readonly distanceMpc: Float64Array
  readonly distanceErrorMpc: Float64Array
  /** Injections found, and how many equally weighted ones they are worth: (sum w)^2 / sum w^2. */
  readonly found: Float64Array
  readonly effectiveFound: Float64Array
  /** Draws, rejected ones included. */
  readonly draws: number
  /** Mean weight of all draws and its standard deviation: 1 for normalised densities. Absent without all weights. */
  readonly meanWeight?: readonly [mean: number, error: number]
  /** What makes the result doubtful, in sentences. */
  readonly warnings: readonly string[]
}

/**
 * The sensitive volume of a search by importance sampling: of N draws theta_i from p_draw, with w_i = p_target / p_draw,
 *
 * V = V0 mu, mu = 1/N sum over found of w_i, var(mu) = (sum over found of w_i^2 - N mu^2) / (N (N - 1)),
 *
 * (Tiwari, arXiv:1712.00482; Farr, arXiv:1904.10879), or normalised by the weights, mu = sum over found of w_i / sum of
 * all w_i, var(mu) = sum of all (w_i (found_i - mu))^2 / (sum of all w_i)^2. All draws count in both, rejected ones too.
 * V is the volume whose events at the detectors, at the rate density of the target, the search finds.
 *
 * @throws `argument` for a volume that is not positive, or weights asked for that are not there; `data` for columns of
 * different lengths, NaN, or no draws.
 *
 * @example
 * sensitiveVolume(injections, { thresholds: [9.1], totalVolumeGpc3: observableVolumeGpc3({ maximumRedshift: 2 }) })
 */
export function sensitiveVolume(injections: WeightedInjections, options: SensitiveVolumeOptions): SensitiveVolume {
  const { totalVolumeGpc3, normalization = 'draws', minimumEffective = 100, coverage = [1, 0] } = options
  check(injections, options)
  const thresholds = Float64Array.from(options.thresholds)
  const { found, sum, squares } = foundAbove(injections, thresholds)
  const all = totalsOf(injections)
  const estimates = Array.from(thresholds, (_, i) =>
    normalization === 'draws'
      ? overDraws({ sum: sum[i]!, squares: squares[i]! }, all.draws)
      : overWeights({ sum: sum[i]!, squares: squares[i]! }, all.weights!),
  )
  const volume = Float64Array.from(estimates, ({ mean }) => totalVolumeGpc3 * mean)
  const error = Float64Array.from(estimates, each => totalVolumeGpc3 * each.error)
  const distance = volume.map(each => 1000 * Math.cbrt((3 * each) / (4 * Math.PI)))
  const effectiveFound = sum.map((each, i) => (each > 0 ? each ** 2 / squares[i]! : 0))
  const meanWeight = all.weights && overDraws(all.weights, all.draws)
  return {
    thresholds,
    volumeGpc3: volume,
    volumeErrorGpc3: error,
    distanceMpc: distance,
    // d goes with V^(1/3).
    distanceErrorMpc: distance.map((each, i) => (volume[i]! > 0 ? (each * error[i]!) / (3 * volume[i]!) : 0)),
    found,
    effectiveFound,
    draws: all.draws,
    ...(meanWeight && { meanWeight: [meanWeight.mean, meanWeight.error] as const }),
    warnings: [
      ...scarceFound(effectiveFound, minimumEffective),
      ...(normalization === 'draws' && meanWeight && isTelling(all.weights!) ? oddWeights(meanWeight, coverage) : []),
    ],
  }
}

interface Sums {
  readonly sum: number
  readonly squares: number
}

function overDraws({ sum, squares }: Sums, draws: number) {
  const mean = sum / draws
  return { mean, error: Math.sqrt(Math.max(0, squares - draws * mean ** 2) / (draws * Math.max(1, draws - 1))) }
}

function overWeights({ sum, squares }: Sums, all: Sums) {
  const mean = sum / all.sum
  const variance = squares * (1 - mean) ** 2 + (all.squares - squares) * mean ** 2
  return { mean, error: Math.sqrt(Math.max(0, variance)) / all.sum }
}

/** Number, sum and sum of squares of the weights of injections above each threshold. */
function foundAbove({ logWeights, statistics }: WeightedInjections, thresholds: Float64Array) {
  const loudFirst = argsort(Tensor.of(statistics), { descending: true }).dataAs('int32')
  const order = argsort(Tensor.of(thresholds), { descending: true }).dataAs('int32')
  const [found, sum, squares] = [0, 1, 2].map(() => new Float64Array(thresholds.length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  let next = 0
  let [total, totalOfSquares] = [0, 0]
  for (const i of order) {
    for (; next < loudFirst.length && statistics[loudFirst[next]!]! > thresholds[i]!; next++) {
      const weight = Math.exp(logWeights[loudFirst[next]!]!)
      total += weight
      totalOfSquares += weight ** 2
    }
    found[i] = next
    sum[i] = total
    squares[i] = totalOfSquares
  }
  return { found, sum, squares }
}

/** The number of draws, and what all their weights add up to where these are known. */
function totalsOf({ logWeights, rejected }: WeightedInjections): { draws: number; weights?: Sums } {
  const count = typeof rejected === 'number' ? rejected : rejected.length
  const draws = logWeights.length + count
  if (typeof rejected === 'number' && rejected > 0) return { draws }
  let [sum, squares] = [0, 0]
  for (const column of [logWeights, ...(typeof rejected === 'number' ? [] : [rejected])])
    for (const logWeight of column) {
      const weight = Math.exp(logWeight)
      sum += weight
      squares += weight ** 2
    }
  return { draws, weights: { sum, squares } }
}

function scarceFound(effective: Float64Array, minimum: number): string[] {
  const least = effective.reduce((smallest, each) => Math.min(smallest, each), Infinity)
  if (least >= minimum) return []
  return [
    `the found injections are worth ${least.toPrecision(3)} equally weighted ones at the highest threshold, fewer than ` +
      `${minimum}: the volume may jump with a single one; draw more, or nearer to the target population`,
  ]
}

/** Effective number of draws from which on the error of their mean weight can be believed. */
const tellingDraws = 50

const isTelling = ({ sum, squares }: Sums): boolean => sum ** 2 >= tellingDraws * squares

function oddWeights(
  { mean, error }: { readonly mean: number; readonly error: number },
  [part, partError]: readonly [number, number],
): string[] {
  if (Math.abs(mean - part) <= Math.max(5 * Math.hypot(error, partError), 1e-3)) return []
  return [
    `the weights of all draws average to ${mean.toPrecision(4)} +/- ${error.toPrecision(2)}, not ${Number(part.toPrecision(4))}: ` +
      'the densities are not normalised, not those of the draws, or the target reaches where nothing was drawn',
  ]
}

function check(
  { logWeights, statistics, rejected }: WeightedInjections,
  { totalVolumeGpc3, normalization }: SensitiveVolumeOptions,
): void {
  const refuse = (code: 'argument' | 'data', message: string) => {
    throw new QuadrupoleError(code, `search.sensitiveVolume: ${message}`)
  }
  if (!(totalVolumeGpc3 > 0 && totalVolumeGpc3 < Infinity))
    refuse('argument', `expected a positive totalVolumeGpc3, got ${totalVolumeGpc3}`)
  if (logWeights.length !== statistics.length)
    refuse('data', `expected a statistic for each of ${logWeights.length} weights, got ${statistics.length}`)
  const columns = { logWeights, statistics, ...(typeof rejected !== 'number' && { rejected }) }
  for (const [name, values] of Object.entries(columns)) {
    const bad = values.findIndex(value => Number.isNaN(value) || (name !== 'statistics' && value === Infinity))
    if (bad >= 0) refuse('data', `${name}[${bad}] is ${values[bad]}; expected numbers`)
  }
  if (typeof rejected === 'number') {
    if (!Number.isSafeInteger(rejected) || rejected < 0)
      refuse('argument', `expected rejected to be a number of draws, got ${rejected}`)
    if (rejected > 0 && normalization === 'weights')
      refuse(
        'argument',
        'normalising by weights needs those of rejected draws; pass their log weights, not their number',
      )
  }
  if (logWeights.length + (typeof rejected === 'number' ? rejected : rejected.length) === 0)
    refuse('data', 'expected draws, got none')
}
