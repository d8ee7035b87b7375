import { QuadrupoleError } from '../errors.ts'
import { exponential } from './exponential.ts'
import { integers } from './integers.ts'
import type { Key } from './key.ts'
import { beginningOfPermutation } from './permutation.ts'
import { uniform } from './uniform.ts'

/** How many to choose, whether one can be chosen again, and how likely each is. */
export interface ChoiceOptions {
  readonly count?: number
  readonly replace?: boolean
  /** One for each of the n, adding up to 1; equal by default. */
  readonly probabilities?: ArrayLike<number>
}

/**
 * Chooses `count` of the integers 0 to n - 1, in random order. Without replacement and with probabilities, each choice
 * has the probabilities of those that are left (Efraimidis and Spirakis, "Weighted random sampling with a reservoir",
 * Information Processing Letters 97 (2006) 181).
 *
 * @throws `argument` if n or the count is invalid, if more are asked for than there are to choose from, or if the
 * probabilities are negative, not n in number or do not add up to 1 within 1e-6.
 */
export function choice(key: Key, n: number, options: ChoiceOptions = {}): Int32Array {
  const { count = 1, replace = true, probabilities } = options
  const isCount = (value: number) => Number.isInteger(value) && value >= 0 && value < 2 ** 31
  if (!isCount(n) || !isCount(count) || (n === 0 && count > 0))
    throw new QuadrupoleError('argument', `core.choice: can't choose ${count} of ${n}; expected integers, n positive`, {
      details: { n, count },
    })
  const possible = probabilities === undefined ? n : countPossible(probabilities, n)
  if (!replace && count > possible)
    throw new QuadrupoleError(
      'argument',
      `core.choice: can't choose ${count} of ${possible} without replacement; lower count or pass replace: true`,
      { details: { n, count, possible } },
    )
  if (count === 0) return new Int32Array(0)
  if (probabilities === undefined)
    return replace ? integers(key, count, { high: n }) : beginningOfPermutation(key, n, count)
  return replace ? weightedChoice(key, count, probabilities) : weightedOrder(key, count, probabilities)
}

function countPossible(probabilities: ArrayLike<number>, n: number): number {
  if (probabilities.length !== n)
    throw new QuadrupoleError('argument', `core.choice: expected ${n} probabilities, got ${probabilities.length}`, {
      details: { n, length: probabilities.length },
    })
  let sum = 0
  let possible = 0
  for (let i = 0; i < n; i++) {
    const probability = probabilities[i]!
    if (!(probability >= 0))
      throw new QuadrupoleError('argument', `core.choice: probability ${i} is ${probability}; expected at least 0`, {
        details: { index: i, probability },
      })
    sum += probability
    if (probability > 0) possible++
  }
  if (n > 0 && !(Math.abs(sum - 1) <= 1e-6))
    throw new QuadrupoleError('argument', `core.choice: probabilities add up to ${sum}; divide them by their sum`, {
      details: { sum },
    })
  return possible
}

function weightedChoice(key: Key, count: number, probabilities: ArrayLike<number>): Int32Array {
  const cumulative = new Float64Array(probabilities.length)
  let sum = 0
  for (let i = 0; i < cumulative.length; i++) cumulative[i] = sum += probabilities[i]!
  return Int32Array.from(uniform(key, count, { high: sum }), draw => {
    // The first entry above the draw; entries of probability 0 repeat the sum before them and are never the first.
    let low = 0
    let high = cumulative.length - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if (cumulative[middle]! > draw) high = middle
      else low = middle + 1
    }
    return low
  })
}

function weightedOrder(key: Key, count: number, probabilities: ArrayLike<number>): Int32Array {
  // The order in which exponential clocks of these rates ring is the order of successive choices.
  const times = exponential(key, probabilities.length)
  for (let i = 0; i < times.length; i++) times[i] = times[i]! / probabilities[i]!
  const order = Int32Array.from(times.keys()).filter(i => probabilities[i]! > 0)
  return order.sort((a, b) => times[a]! - times[b]! || a - b).slice(0, count)
}
