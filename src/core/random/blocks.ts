import { QuadrupoleError } from '../errors.ts'
import type { Key } from './key.ts'
import { threefry2x32 } from './threefry.ts'

/** Where a stretch of draws begins in the key's endless sequence. */
export interface Stretch {
  /** Index of the first draw: draws [offset, offset + count) are a slice of any longer draw of the same key. */
  readonly offset?: number
}

const chunkBlocks = 1024

const isIndex = (value: number): boolean => Number.isSafeInteger(value) && value >= 0

/**
 * Refuses a count or an offset that is not a non-negative integer, or an end beyond 2^53.
 *
 * @throws `argument`
 */
export function checkStretch(where: string, count: number, offset: number): void {
  for (const [name, value] of Object.entries({ count, offset, 'offset + count': offset + count }))
    if (!isIndex(value))
      throw new QuadrupoleError('argument', `core.${where}: expected ${name} from 0 to 2^53 - 1, got ${value}`, {
        details: { count, offset },
      })
}

/**
 * Refuses a parameter that is not finite.
 *
 * @throws `argument`
 */
export function checkFinite(where: string, parameters: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(parameters))
    if (!Number.isFinite(value))
      throw new QuadrupoleError('argument', `core.${where}: expected a finite ${name}, got ${value}`, {
        details: { ...parameters },
      })
}

/**
 * Calls `visit` with the blocks [offset, offset + count) of a key, in pieces that stay in the processor's cache: `words`
 * holds `length` blocks of two 32-bit words, the first of which is block `start` of the stretch. Draw i of most
 * distributions is a function of block i.
 */
export function forBlocks(
  key: Key,
  offset: number,
  count: number,
  visit: (words: Int32Array, start: number, length: number) => void,
): void {
  const words = new Int32Array(2 * Math.min(count, chunkBlocks))
  for (let start = 0; start < count; start += chunkBlocks) {
    const length = Math.min(chunkBlocks, count - start)
    const first = offset + start
    threefry2x32(words, length, key.k0, key.k1, first >>> 0, Math.floor(first / 2 ** 32))
    visit(words, start, length)
  }
}
