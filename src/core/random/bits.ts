import { checkStretch, forBlocks, type Stretch } from './blocks.ts'
import type { Key } from './key.ts'

/**
 * Uniform 32-bit words; word i is half of the key's block i / 2.
 *
 * @throws `argument` if the count or the offset is not a non-negative integer.
 */
export function randomBits(key: Key, count: number, options: Stretch = {}): Uint32Array {
  const { offset = 0 } = options
  checkStretch('randomBits', count, offset)
  const firstBlock = Math.floor(offset / 2)
  const blocks = Math.ceil((offset + count) / 2) - firstBlock
  const bits = new Int32Array(2 * blocks)
  forBlocks(key, firstBlock, blocks, (words, start, length) => {
    bits.set(words.subarray(0, 2 * length), 2 * start)
  })
  return new Uint32Array(bits.buffer, (offset % 2) * 4, count)
}
