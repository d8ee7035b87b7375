import type { Storage } from '../dtype.ts'

const signBit = 0x80000000
const allBut = ~signBit

/** Room for a run's elements as unsigned words: one word each, or two for elements of 8 bytes. */
export const newKeys = (kind: Storage, length: number): Uint32Array[] =>
  Array.from({ length: kind.BYTES_PER_ELEMENT === 8 ? 2 : 1 }, () => new Uint32Array(length))

/**
 * Writes a run as unsigned words that are in the elements' order, the least significant first: NaN is the largest, -0 is 0.
 *
 * @param start of the run, whose neighbours are at a distance of `stride` elements.
 * @returns where the first NaN is, -1 without one.
 */
export function writeKeys([low, high]: readonly Uint32Array[], data: Storage, start: number, stride: number): number {
  const words = new Int32Array(data.buffer, data.byteOffset, high ? 2 * data.length : data.length)
  if (data instanceof Float32Array) return float32Keys(low!, words, start, stride)
  if (data instanceof Float64Array) return float64Keys(low!, high!, words, start, stride)
  const width = high ? 2 : 1
  const top = high ?? low!
  for (let i = 0, at = width * start; i < top.length; i++, at += width * stride) {
    top[i] = words[at + width - 1]! ^ signBit
    if (high) low![i] = words[at]!
  }
  return -1
}

// Positive numbers get their sign bit set, of negative ones all bits turn round: then unsigned order is that of numbers.

function float32Keys(keys: Uint32Array, words: Int32Array, start: number, stride: number): number {
  let firstNaN = -1
  for (let i = 0, at = start; i < keys.length; i++, at += stride) {
    const magnitude = words[at]! & allBut
    const word = magnitude === 0 ? 0 : words[at]!
    keys[i] = word ^ ((word >> 31) | signBit)
    if (magnitude > 0x7f800000) {
      keys[i] = -1
      if (firstNaN < 0) firstNaN = i
    }
  }
  return firstNaN
}

function float64Keys(low: Uint32Array, high: Uint32Array, words: Int32Array, start: number, stride: number): number {
  let firstNaN = -1
  for (let i = 0, at = 2 * start; i < low.length; i++, at += 2 * stride) {
    const rest = words[at]!
    const magnitude = words[at + 1]! & allBut
    const word = (magnitude | rest) === 0 ? 0 : words[at + 1]!
    high[i] = word ^ ((word >> 31) | signBit)
    low[i] = rest ^ (word >> 31)
    if (magnitude > 0x7ff00000 || (magnitude === 0x7ff00000 && rest !== 0)) {
      high[i] = low[i] = -1
      if (firstNaN < 0) firstNaN = i
    }
  }
  return firstNaN
}

/** Sorts the first places of a list by their keys, leaving equal ones in their order. */
export function insertionSort(order: Int32Array, count: number, [low, high]: readonly Uint32Array[]): void {
  const isAfter = high
    ? (a: number, b: number) => high[a]! > high[b]! || (high[a] === high[b] && low![a]! > low![b]!)
    : (a: number, b: number) => low![a]! > low![b]!
  for (let i = 1; i < count; i++) {
    const element = order[i]!
    let at = i
    for (; at > 0 && isAfter(order[at - 1]!, element); at--) order[at] = order[at - 1]!
    order[at] = element
  }
}
