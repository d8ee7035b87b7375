import { QuadrupoleError } from '../errors.ts'
import { forBlocks } from './blocks.ts'
import { boundedInteger } from './bounded.ts'
import type { Key } from './key.ts'

/**
 * A uniformly random order of 0 to n - 1 (Fisher and Yates' shuffle).
 *
 * @throws `argument` if n is not an integer from 0 to 2^31 - 1.
 */
export function permutation(key: Key, n: number): Int32Array {
  if (!Number.isInteger(n) || n < 0 || n >= 2 ** 31)
    throw new QuadrupoleError('argument', `core.permutation: expected n from 0 to 2^31 - 1, got ${n}`, {
      details: { n },
    })
  return beginningOfPermutation(key, n, n)
}

/** The first `count` entries of `permutation(key, n)`. */
export function beginningOfPermutation(key: Key, n: number, count: number): Int32Array {
  const order = new Int32Array(n)
  for (let i = 0; i < n; i++) order[i] = i
  forBlocks(key, 0, count, (words, start, length) => {
    for (let i = 0; i < length; i++) {
      const at = start + i
      const from = at + boundedInteger(key, at, words[2 * i]!, words[2 * i + 1]!, n - at)
      const taken = order[from]!
      order[from] = order[at]!
      order[at] = taken
    }
  })
  return count === n ? order : order.slice(0, count)
}
