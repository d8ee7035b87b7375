import { QuadrupoleError } from '../errors.ts'
import { checkStretch, forBlocks, type Stretch } from './blocks.ts'
import { boundedInteger } from './bounded.ts'
import type { Key } from './key.ts'

/** Range of `integers`: low is included, high is not. */
export interface IntegersOptions extends Stretch {
  readonly low?: number
  readonly high: number
}

/**
 * Uniform integers in [low, high), without bias (Lemire's multiplication with rejection); draw i is a function of the key
 * and i alone.
 *
 * @throws `argument` if low is not below high, a bound is not an integer in [-2^31, 2^31], or the stretch is invalid.
 */
export function integers(key: Key, count: number, options: IntegersOptions): Int32Array {
  const { low = 0, high, offset = 0 } = options
  checkStretch('integers', count, offset)
  if (!(Number.isInteger(low) && Number.isInteger(high) && low >= -(2 ** 31) && high <= 2 ** 31 && low < high))
    throw new QuadrupoleError(
      'argument',
      `core.integers: expected integers low < high within [-2^31, 2^31], got [${low}, ${high})`,
      { details: { low, high } },
    )
  const draws = new Int32Array(count)
  const range = high - low
  forBlocks(key, offset, count, (words, start, length) => {
    for (let i = 0; i < length; i++)
      draws[start + i] = low + boundedInteger(key, offset + start + i, words[2 * i]!, words[2 * i + 1]!, range)
  })
  return draws
}
