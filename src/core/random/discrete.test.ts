import { describe, expect, it } from 'vitest'
import { choice } from './choice.ts'
import golden from './fixtures/random.json' with { type: 'json' }
import { integers } from './integers.ts'
import { foldIn, randomKey } from './key.ts'
import { permutation } from './permutation.ts'

const key = randomKey(golden.seed)

/** Chi-squared in standard deviations from its mean. */
const chiSquaredExcess = (observed: ArrayLike<number>, expected: readonly number[]) => {
  const sum = expected.reduce((total, value, i) => total + (observed[i]! - value) ** 2 / value, 0)
  return (sum - (expected.length - 1)) / Math.sqrt(2 * (expected.length - 1))
}

describe('integers', () => {
  it('agree with the independent implementation where a quarter of all words is rejected', () => {
    const draws = integers(key, 64, { low: -(2 ** 31), high: golden.integersRange - 2 ** 31 })
    expect([...draws]).toEqual(golden.integers)
  })

  it('are even over a small range and over the residues of a large one', () => {
    const count = 200_000
    const small = new Float64Array(7)
    for (const draw of integers(key, count, { low: -3, high: 4 })) small[draw + 3]!++
    expect(Math.abs(chiSquaredExcess(small, Array(7).fill(count / 7)))).toBeLessThan(4)
    // Without rejection the residues of this range would come 3 : 3 : 2.
    const thirds = new Float64Array(3)
    for (const draw of integers(key, count, { low: 0, high: 3 * 2 ** 29 })) thirds[draw % 3]!++
    expect(Math.abs(chiSquaredExcess(thirds, Array(3).fill(count / 3)))).toBeLessThan(4)
  })

  it('reach the ends of the whole 32-bit range and of one value', () => {
    const draws = integers(key, 50_000, { low: -(2 ** 31), high: 2 ** 31 })
    expect(Math.min(...draws)).toBeLessThan(-(2 ** 31) * 0.999)
    expect(Math.max(...draws)).toBeGreaterThan(2 ** 31 * 0.999)
    expect([...integers(key, 3, { low: 5, high: 6 })]).toEqual([5, 5, 5])
  })

  it('are the same alone and in a longer stretch', () => {
    const options = { high: golden.integersRange - 2 ** 31 }
    expect(integers(key, 100, { ...options, offset: 1000 })).toEqual(integers(key, 1200, options).slice(1000, 1100))
  })

  it('refuse an empty, fractional or too large range', () => {
    for (const [low, high] of [
      [0, 0],
      [0, 1.5],
      [0, 2 ** 31 + 1],
      [-(2 ** 31) - 1, 0],
      [NaN, 1],
    ])
      expect(() => integers(key, 1, { low: low!, high: high! })).toThrow(/core.integers: expected integers low < high/)
  })
})

describe('permutation', () => {
  it('agrees with the independent implementation and keeps every index', () => {
    expect([...permutation(key, 20)]).toEqual(golden.permutation)
    expect([...permutation(key, 5000).toSorted()]).toEqual(Array.from({ length: 5000 }, (_, i) => i))
    expect([...permutation(key, 0)]).toEqual([])
  })

  it('gives each of the 24 orders of four equally often', () => {
    const counts = new Map<string, number>()
    for (let i = 0; i < 24_000; i++) {
      const order = permutation(foldIn(key, i), 4).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).toBe(24)
    expect(Math.abs(chiSquaredExcess([...counts.values()], Array(24).fill(1000)))).toBeLessThan(4)
  })

  it('refuses what is no length', () => {
    expect(() => permutation(key, -1)).toThrow(/core.permutation: expected n/)
    expect(() => permutation(key, 2 ** 31)).toThrow(/core.permutation/)
  })
})

describe('choice', () => {
  const probabilities = [0, 0.1, 0.2, 0, 0.3, 0.4, 0]

  it('draws with replacement as the probabilities say and never what is impossible', () => {
    const counts = new Float64Array(7)
    for (const chosen of choice(key, 7, { count: 100_000, probabilities })) counts[chosen]!++
    expect([counts[0], counts[3], counts[6]]).toEqual([0, 0, 0])
    const possible = [1, 2, 4, 5]
    const excess = chiSquaredExcess(
      possible.map(i => counts[i]!),
      possible.map(i => probabilities[i]! * 100_000),
    )
    expect(Math.abs(excess)).toBeLessThan(4)
  })

  it('draws without replacement with the probabilities of successive choices', () => {
    const weights = [0.5, 0.3, 0.2]
    const counts = new Map<string, number>()
    const repeats = 30_000
    for (let i = 0; i < repeats; i++) {
      const pair = choice(foldIn(key, i), 3, { count: 2, replace: false, probabilities: weights }).join('')
      counts.set(pair, (counts.get(pair) ?? 0) + 1)
    }
    const pairs = ['01', '02', '10', '12', '20', '21']
    const expected = pairs.map(pair => {
      const [first, second] = [...pair].map(Number)
      return (repeats * weights[first!]! * weights[second!]!) / (1 - weights[first!]!)
    })
    const observed = pairs.map(pair => counts.get(pair) ?? 0)
    expect(Math.abs(chiSquaredExcess(observed, expected))).toBeLessThan(4)
  })

  it('draws without replacement the beginning of a permutation', () => {
    expect(choice(key, 1000, { count: 10, replace: false })).toEqual(permutation(key, 1000).slice(0, 10))
    expect([...choice(key, 7, { count: 4, replace: false, probabilities }).toSorted()]).toEqual([1, 2, 4, 5])
  })

  it('draws one with replacement by default', () => {
    expect(choice(key, 1000)).toEqual(integers(key, 1, { high: 1000 }))
    expect([...choice(key, 0, { count: 0 })]).toEqual([])
  })

  it('refuses impossible requests, saying why', () => {
    expect(() => choice(key, 3, { count: 4, replace: false })).toThrow(/can't choose 4 of 3 without replacement/)
    expect(() => choice(key, 7, { count: 5, replace: false, probabilities })).toThrow(/can't choose 5 of 4/)
    expect(() => choice(key, 0)).toThrow(/can't choose 1 of 0/)
    expect(() => choice(key, 2, { probabilities: [1] })).toThrow(/expected 2 probabilities, got 1/)
    expect(() => choice(key, 2, { probabilities: [0.5, 0.4] })).toThrow(/add up to 0.9; divide them by their sum/)
    expect(() => choice(key, 2, { probabilities: [1.5, -0.5] })).toThrow(/probability 1 is -0.5/)
    expect(() => choice(key, 2, { probabilities: [NaN, 1] })).toThrow(/probability 0 is NaN/)
  })
})
