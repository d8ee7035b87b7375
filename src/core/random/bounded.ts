import type { Key } from './key.ts'
import { threefry2x32 } from './threefry.ts'

const wordsInAll = 2 ** 32

/**
 * The integer in [0, range) of block `index` of a key, for a range up to 2^32, without bias: the high word of word times
 * range, the few words that would make some integers likelier being rejected. The two words given are block `index`;
 * after them come blocks of the same index with an attempt number above it, so the result depends on key and index alone.
 *
 * Lemire, "Fast random integer generation in an interval", ACM Transactions on Modeling and Computer Simulation 29 (2019).
 */
export function boundedInteger(key: Key, index: number, first: number, second: number, range: number): number {
  if (isFair(first, range)) return highWord(first, range)
  if (isFair(second, range)) return highWord(second, range)
  const words = new Int32Array(2)
  for (let attempt = 1; ; attempt++) {
    threefry2x32(words, 1, key.k0, key.k1, index >>> 0, Math.floor(index / wordsInAll) | (attempt << 21))
    for (const word of words) if (isFair(word, range)) return highWord(word, range)
  }
}

function isFair(word: number, range: number): boolean {
  const low = Math.imul(word, range) >>> 0
  // The remainder is a slow operation and seldom needed: no word whose low product reaches the range is rejected.
  return low >= range || low >= wordsInAll % range
}

/** floor(word * range / 2^32) for an unsigned word, by halves that are exact in float64. */
function highWord(word: number, range: number): number {
  const carried = Math.floor(((word & 0xffff) * range) / 65536)
  return Math.floor(((word >>> 16) * range + carried) / 65536)
}
