import type { Storage } from '../dtype.ts'
import { insertionSort, newKeys, writeKeys } from './order-keys.ts'

/** Up to this many candidates are sorted. */
const fewCandidates = 24

const digitBits = 11

/** One digit of the keys. */
interface Digit {
  readonly words: Uint32Array
  readonly shift: number
  readonly mask: number
}

/**
 * Finds where elements of given ranks stand in runs of one storage: counts digits from the most significant one, and goes
 * on with the elements that share a rank's digit. Of equal elements the first has the lowest rank; -0 equals 0.
 */
export class Selector {
  readonly #keys: Uint32Array[]
  readonly #digits: readonly Digit[]
  readonly #ranks: readonly number[]
  readonly #places: Int32Array
  readonly #all: Int32Array
  /** The candidates of each digit. */
  readonly #candidates: readonly Int32Array[]
  readonly #counts = new Int32Array(1 << digitBits)

  /**
   * @param length of every run.
   * @param ranks increasing.
   */
  constructor(length: number, kind: Storage, ranks: readonly number[]) {
    this.#keys = newKeys(kind, length)
    this.#digits = this.#keys.toReversed().flatMap(words => [
      { words, shift: 21, mask: 2047 },
      { words, shift: 10, mask: 2047 },
      { words, shift: 0, mask: 1023 },
    ])
    this.#ranks = ranks
    this.#places = new Int32Array(ranks.length)
    this.#all = Int32Array.from({ length }, (_, i) => i)
    this.#candidates = this.#digits.map(() => new Int32Array(length))
  }

  /**
   * Where the elements of the ranks stand in the run that starts at an element, its neighbours at a distance; in a run
   * with a NaN, the first NaN for every rank. Overwritten by the next call.
   */
  select(data: Storage, start: number, stride: number): Int32Array {
    const nan = writeKeys(this.#keys, data, start, stride)
    if (nan >= 0) return this.#places.fill(nan)
    this.#descend(0, { from: this.#all, count: this.#all.length, below: 0, first: 0, end: this.#ranks.length })
    return this.#places
  }

  #descend(level: number, { from, count, below, first, end }: Candidates): void {
    const digit = this.#digits[level]
    if (!digit || (level > 0 && count <= fewCandidates)) {
      if (digit) insertionSort(from, count, this.#keys)
      for (let r = first; r < end; r++) this.#places[r] = from[this.#ranks[r]! - below]!
      return
    }
    const { words, shift, mask } = digit
    const counts = this.#counts.fill(0)
    for (let i = 0; i < count; i++) counts[(words[from[i]!]! >>> shift) & mask]!++
    for (const { value, ...group } of this.#groupsOf(counts, below, first, end)) {
      let next = from
      if (group.count < count) {
        next = this.#candidates[level]!
        let to = 0
        // written always and kept where it belongs: a branch here would be mispredicted
        for (let i = 0; i < count; i++) {
          const place = from[i]!
          next[to] = place
          to += +(((words[place]! >>> shift) & mask) === value)
        }
      }
      this.#descend(level + 1, { from: next, ...group })
    }
  }

  /** The digit values that ranks fall on. */
  #groupsOf(counts: Int32Array, below: number, first: number, end: number): (Omit<Candidates, 'from'> & Value)[] {
    const groups: (Omit<Candidates, 'from'> & Value)[] = []
    let [value, at, r] = [0, below, first]
    while (r < end) {
      while (at + counts[value]! <= this.#ranks[r]!) at += counts[value++]!
      const start = r
      while (r < end && this.#ranks[r]! < at + counts[value]!) r++
      groups.push({ value, count: counts[value]!, below: at, first: start, end: r })
    }
    return groups
  }
}

interface Value {
  readonly value: number
}

/** Places whose elements share all digits so far, in their order, and the ranks (by position) that are among them. */
interface Candidates {
  readonly from: Int32Array
  readonly count: number
  /** How many elements of the run are smaller. */
  readonly below: number
  readonly first: number
  readonly end: number
}
