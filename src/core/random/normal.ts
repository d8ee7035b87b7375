import { QuadrupoleError } from '../errors.ts'
import { checkFinite, checkStretch, forBlocks, type Stretch } from './blocks.ts'
import type { Key } from './key.ts'
import { normalQuantileOf } from './normal-quantile.ts'

/** Mean and standard deviation of `normal`. */
export interface NormalOptions extends Stretch {
  readonly mean?: number
  readonly standardDeviation?: number
}

/**
 * Normal float64 draws, the quantile function at a uniform of 53 bits (symmetric, out to 8.2 standard deviations); draw i
 * is a function of the key and i alone, so a stretch comes out the same alone, in pieces and on any number of workers.
 *
 * @throws `argument` if the mean is not finite, the standard deviation negative or not finite, or the stretch invalid.
 */
export function normal(key: Key, count: number, options: NormalOptions = {}): Float64Array {
  const { mean = 0, standardDeviation = 1, offset = 0 } = options
  checkStretch('normal', count, offset)
  checkFinite('normal', { mean, standardDeviation })
  if (standardDeviation < 0)
    throw new QuadrupoleError(
      'argument',
      `core.normal: expected a standardDeviation of at least 0, got ${standardDeviation}`,
      { details: { standardDeviation } },
    )
  const draws = new Float64Array(count)
  forBlocks(key, offset, count, (words, start, length) => {
    for (let i = 0; i < length; i++) {
      // Half-way between two of 2^53 steps, and centred: exact, never 0, and the tail keeps all its digits.
      const q = (words[2 * i]! * 2 ** 21 + (words[2 * i + 1]! >>> 11) + 0.5) * 2 ** -53
      draws[start + i] = mean + standardDeviation * normalQuantileOf(q, 0.5 - Math.abs(q))
    }
  })
  return draws
}
