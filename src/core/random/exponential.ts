import { QuadrupoleError } from '../errors.ts'
import { checkStretch, forBlocks, type Stretch } from './blocks.ts'
import type { Key } from './key.ts'

/** Rate of `exponential`: the inverse of the mean. */
export interface ExponentialOptions extends Stretch {
  readonly rate?: number
}

/**
 * Exponential float64 draws, -log(1 - u) / rate with u uniform of 53 bits; draw i is a function of the key and i alone.
 *
 * @throws `argument` if the rate is not positive and finite or the stretch is invalid.
 */
export function exponential(key: Key, count: number, options: ExponentialOptions = {}): Float64Array {
  const { rate = 1, offset = 0 } = options
  checkStretch('exponential', count, offset)
  if (!(rate > 0 && rate < Infinity))
    throw new QuadrupoleError('argument', `core.exponential: expected a positive finite rate, got ${rate}`, {
      details: { rate },
    })
  const draws = new Float64Array(count)
  forBlocks(key, offset, count, (words, start, length) => {
    for (let i = 0; i < length; i++) {
      const n = (words[2 * i]! >>> 0) * 2 ** 21 + (words[2 * i + 1]! >>> 11)
      draws[start + i] = -Math.log(1 - n * 2 ** -53) / rate
    }
  })
  return draws
}
