import { QuadrupoleError } from '../errors.ts'
import { threefry2x32 } from './threefry.ts'

/**
 * A key of the counter-based generator: a 64-bit value from which every draw is computed. There is no state: the same
 * key gives the same draws, so a key is used for one thing, and `split` or `foldIn` make further ones. It is a plain
 * frozen object and crosses to a worker as it is.
 */
export interface Key {
  readonly k0: number
  readonly k1: number
}

/**
 * The top three bits of a counter say what it is for, so that the keys derived from a key never repeat its draws. Below
 * them come eight bits for the attempt (draws that reject) and 53 for the index.
 */
const purposes = { split: 1, foldNumber: 2, foldText: 3 } as const

const makeKey = (k0: number, k1: number): Key => Object.freeze({ k0: k0 >>> 0, k1: k1 >>> 0 })

const counterHigh = (purpose: keyof typeof purposes, high = 0): number => ((purposes[purpose] << 29) | high) >>> 0

const isIndex = (value: number): boolean => Number.isSafeInteger(value) && value >= 0

const encipher = (key: Key, c0: number, c1: number): Key => {
  const block = new Int32Array(2)
  threefry2x32(block, 1, key.k0, key.k1, c0, c1)
  return makeKey(block[0]!, block[1]!)
}

const foldText = (key: Key, text: string): Key => {
  const bytes = new TextEncoder().encode(text)
  const padded = new DataView(new ArrayBuffer(Math.ceil(bytes.length / 8) * 8))
  bytes.forEach((byte, i) => {
    padded.setUint8(i, byte)
  })
  // The length goes in first, so that padding with zeros can't make two texts equal.
  let folded = encipher(key, bytes.length, counterHigh('foldText'))
  for (let at = 0; at < padded.byteLength; at += 8)
    folded = encipher(folded, padded.getUint32(at, true), padded.getUint32(at + 4, true))
  return folded
}

/**
 * The key of a seed: an integer from 0 to 2^64 - 1 (a number only up to 2^53 - 1), or a text. Decimal digits in a text
 * are the integer they spell, so `randomKey(42)`, `randomKey(42n)` and `randomKey('42')` are the same key.
 *
 * @throws `argument` if a number or bigint is negative, not an integer or too large.
 */
export function randomKey(seed: number | bigint | string): Key {
  const isInteger = typeof seed === 'string' ? /^(0|[1-9]\d{0,19})$/.test(seed) : true
  if (!isInteger) return foldText(makeKey(0, 0), seed as string)
  if (typeof seed === 'number' && !isIndex(seed))
    throw new QuadrupoleError(
      'argument',
      `core.randomKey: expected an integer seed from 0 to 2^53 - 1, got ${seed}; pass a bigint for larger ones`,
      { details: { seed } },
    )
  const value = BigInt(seed)
  if (value < 0n || value >= 2n ** 64n)
    throw new QuadrupoleError('argument', `core.randomKey: expected a seed from 0 to 2^64 - 1, got ${seed}`, {
      details: { seed },
    })
  return makeKey(Number(value & 0xffffffffn), Number(value >> 32n))
}

/**
 * Makes `n` independent keys of one; use them instead of it. The first keys do not depend on `n`.
 *
 * @throws `argument` if `n` is not a positive integer below 2^32.
 */
export function split(key: Key, n = 2): Key[] {
  if (!Number.isInteger(n) || n < 1 || n > 0xffffffff)
    throw new QuadrupoleError('argument', `core.split: expected n from 1 to 2^32 - 1, got ${n}`, { details: { n } })
  const words = new Int32Array(2 * n)
  threefry2x32(words, n, key.k0, key.k1, 0, counterHigh('split'))
  return Array.from({ length: n }, (_, i) => makeKey(words[2 * i]!, words[2 * i + 1]!))
}

/**
 * The key that belongs to a number (an epoch, a segment's index) or to a text (a detector, a channel) under a key.
 *
 * @throws `argument` if a number is not an integer from 0 to 2^53 - 1.
 */
export function foldIn(key: Key, data: number | string): Key {
  if (typeof data === 'string') return foldText(key, data)
  if (!isIndex(data))
    throw new QuadrupoleError(
      'argument',
      `core.foldIn: expected an integer from 0 to 2^53 - 1 or a text, got ${data}; write other values as text`,
      { details: { data } },
    )
  return encipher(key, data >>> 0, counterHigh('foldNumber', Math.floor(data / 2 ** 32)))
}
