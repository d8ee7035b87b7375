import type { Storage } from '../dtype.ts'
import { insertionSort, newKeys, writeKeys } from './order-keys.ts'

/** Below this length insertion is faster than counting digits. */
const shortRun = 32

/**
 * Sorts runs of one storage: gives the places of a run's elements from the smallest to the largest, or the other way
 * round. Stable: of equal elements the first comes first both ways. NaN counts as the largest, -0 equals 0.
 */
export class Sorter {
  readonly #keys: Uint32Array[]
  readonly #descending: boolean
  #order: Int32Array
  #spare: Int32Array

  /** @param length of every run. */
  constructor(length: number, kind: Storage, descending: boolean) {
    this.#keys = newKeys(kind, length)
    this.#descending = descending
    this.#order = new Int32Array(length)
    this.#spare = new Int32Array(length)
  }

  /** The order of the run that starts at an element, its neighbours at a distance; overwritten by the next call. */
  sort(data: Storage, start: number, stride: number): Int32Array {
    const order = this.#order
    for (let i = 0; i < order.length; i++) order[i] = i
    writeKeys(this.#keys, data, start, stride)
    if (this.#descending) for (const words of this.#keys) for (let i = 0; i < words.length; i++) words[i] = ~words[i]!
    if (order.length <= shortRun) insertionSort(order, order.length, this.#keys)
    // from the least significant word
    else for (const words of this.#keys) this.#countingSort(words)
    return this.#order
  }

  /** Sorts by one word, byte by byte, leaving equal ones in their order. */
  #countingSort(words: Uint32Array): void {
    const counts = new Int32Array(4 * 256)
    for (const word of words) {
      counts[word & 255]!++
      counts[256 + ((word >>> 8) & 255)]!++
      counts[512 + ((word >>> 16) & 255)]!++
      counts[768 + (word >>> 24)]!++
    }
    for (let digit = 0; digit < 4; digit++) {
      const shift = 8 * digit
      const places = counts.subarray(256 * digit, 256 * digit + 256)
      // all have the same digit
      if (places[(words[0]! >>> shift) & 255] === words.length) continue
      for (let value = 0, place = 0; value < 256; value++) {
        const count = places[value]!
        places[value] = place
        place += count
      }
      const [from, to] = [this.#order, this.#spare]
      for (let i = 0; i < from.length; i++) {
        const element = from[i]!
        to[places[(words[element]! >>> shift) & 255]!++] = element
      }
      this.#order = to
      this.#spare = from
    }
  }
}
