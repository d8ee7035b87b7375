import { QuadrupoleError } from '../../core/index.ts'
import { betaQuantile } from './incomplete-beta.ts'
import { gammaQuantile, gammaTails } from './incomplete-gamma.ts'

/** Lower and upper end of a confidence interval. */
export type Interval = readonly [lower: number, upper: number]

/** The confidence of one standard deviation of a normal variate, both sides. */
export const oneSigma = 0.6826894921370859

export interface ConfidenceOptions {
  /** Probability that the interval covers the truth, at least; one standard deviation by default. */
  readonly confidence?: number
}

/**
 * The exact central interval for the mean of a Poisson count (Garwood, Biometrika 28 (1936) 437): whatever the mean, it
 * is missed on either side with at most (1 - confidence) / 2. From zero for no counts.
 *
 * @throws `argument` for a count that is no integer of at least 0, or a confidence not between 0 and 1.
 *
 * @example
 * poissonInterval(0, { confidence: 0.9 }) // [0, 2.9957]
 */
export function poissonInterval(count: number, { confidence = oneSigma }: ConfidenceOptions = {}): Interval {
  checkCount('poissonInterval', 'count', count)
  const miss = missOf('poissonInterval', confidence)
  return [count === 0 ? 0 : gammaQuantile(count, { lower: miss }), gammaQuantile(count + 1, { upper: miss })]
}

/**
 * The exact central interval for the probability behind `found` successes of `count` (Clopper and Pearson, Biometrika 26
 * (1934) 404). Everything is possible where nothing was tried.
 *
 * @throws `argument` for counts that are no integers, more found than there are, or a confidence not between 0 and 1.
 *
 * @example
 * binomialInterval(0, 10, { confidence: 0.9 }) // [0, 0.2589]
 */
export function binomialInterval(
  found: number,
  count: number,
  { confidence = oneSigma }: ConfidenceOptions = {},
): Interval {
  checkCount('binomialInterval', 'found', found)
  checkCount('binomialInterval', 'count', count)
  if (found > count)
    throw new QuadrupoleError('argument', `search.binomialInterval: expected at most ${count} found, got ${found}`)
  const miss = missOf('binomialInterval', confidence)
  return [
    found === 0 ? 0 : betaQuantile(found, count - found + 1, miss),
    // The mirror image, so that a small part of failures keeps its digits.
    found === count ? 1 : 1 - betaQuantile(count - found, found + 1, miss),
  ]
}

/**
 * The smallest count that a Poisson variate of this mean does not exceed with at least a probability.
 *
 * @throws `argument` for a mean that is negative or not finite, or a probability not from 0 to below 1.
 */
export function poissonQuantile(mean: number, probability: number): number {
  if (!(mean >= 0 && mean < Infinity && probability >= 0 && probability < 1))
    throw new QuadrupoleError(
      'argument',
      `search.poissonQuantile: expected a mean of at least 0 and a probability from 0 to below 1, got ${mean} and ${probability}`,
    )
  if (mean === 0) return 0
  // Pr(X <= k) = Q(k + 1, mean).
  const isEnough = (k: number) => gammaTails(k + 1, mean).upper >= probability
  let high = Math.ceil(mean)
  while (!isEnough(high)) high = 2 * high + 1
  let low = -1
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (isEnough(middle)) high = middle
    else low = middle
  }
  return high
}

/** What is missed on either side. */
function missOf(where: string, confidence: number): number {
  if (!(confidence > 0 && confidence < 1))
    throw new QuadrupoleError(
      'argument',
      `search.${where}: expected a confidence between 0 and 1, got ${confidence}; 90 % is 0.9`,
    )
  return (1 - confidence) / 2
}

function checkCount(where: string, name: string, count: number): void {
  if (!Number.isSafeInteger(count) || count < 0)
    throw new QuadrupoleError(
      'argument',
      `search.${where}: expected ${name} to be an integer of at least 0, got ${count}`,
    )
}
