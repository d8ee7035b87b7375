import { describe, expect, it } from 'vitest'
import { randomBits } from './bits.ts'
import { exponential } from './exponential.ts'
import golden from './fixtures/random.json' with { type: 'json' }
import { foldIn, randomKey, split } from './key.ts'
import { normal } from './normal.ts'
import { normalQuantile } from './normal-quantile.ts'
import { uniform } from './uniform.ts'

const key = randomKey(golden.seed)
const count = 200_000

const worstRelative = (got: ArrayLike<number>, expected: readonly number[]) =>
  Math.max(...expected.map((value, i) => Math.abs(got[i]! - value) / Math.abs(value)))

/** sqrt(n) times Kolmogorov and Smirnov's distance; above 1.95 once in a thousand samples of the right distribution. */
const kolmogorovSmirnov = (draws: Float64Array, cumulative: (x: number) => number) => {
  let distance = 0
  draws.toSorted().forEach((x, i) => {
    const p = cumulative(x)
    distance = Math.max(distance, p - i / draws.length, (i + 1) / draws.length - p)
  })
  return distance * Math.sqrt(draws.length)
}

/** Chi-squared of equal cells in standard deviations from its mean. */
const chiSquaredExcess = (cells: ArrayLike<number>, total: number) => {
  const expected = total / cells.length
  let sum = 0
  for (let i = 0; i < cells.length; i++) sum += (cells[i]! - expected) ** 2 / expected
  return (sum - (cells.length - 1)) / Math.sqrt(2 * (cells.length - 1))
}

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length

const moment = (values: Float64Array, order: number) => mean(values.map(value => value ** order))

const correlation = (a: Float64Array, b: Float64Array) => mean(a.map((value, i) => value * b[i]!))

describe('draws', () => {
  it('agree with the independent implementation', () => {
    expect([...randomBits(key, golden.bits.length)]).toEqual(golden.bits)
    expect([...uniform(key, golden.uniform.length)]).toEqual(golden.uniform)
    expect(worstRelative(exponential(key, 32), golden.exponential)).toBeLessThan(4e-16)
    expect(worstRelative(normal(key, 64), golden.normal)).toBeLessThan(1e-15)
    expect(worstRelative(normal(key, 6, { offset: golden.far }), golden.normalFar)).toBeLessThan(1e-15)
  })

  const kinds = {
    bits: randomBits,
    uniform,
    normal,
    exponential,
  }
  it.each(Object.entries(kinds))('of %s are the same alone, in a longer stretch and in pieces', (_name, draw) => {
    const whole = draw(key, 5000)
    for (const [offset, length] of [
      [0, 1],
      [1, 1],
      [7, 2049],
      [1023, 2],
      [4999, 1],
      [5000, 0],
    ] as const)
      expect(draw(key, length, { offset })).toEqual(whole.slice(offset, offset + length))
  })

  it('take scale and place exactly', () => {
    const z = normal(key, 100)
    expect(normal(key, 100, { mean: 3, standardDeviation: 0.5 })).toEqual(z.map(value => 3 + 0.5 * value))
    expect(exponential(key, 100, { rate: 4 })).toEqual(exponential(key, 100).map(value => value / 4))
  })

  it('of uniform stay below the upper bound where rounding would reach it', () => {
    const high = 1 + 2 ** -51
    const draws = new Set(uniform(key, 1000, { low: 1, high }))
    expect([...draws].sort()).toEqual([1, 1 + 2 ** -52])
    expect(Math.max(...uniform(key, 1000, { low: -Number.MIN_VALUE, high: 0 }))).toBeLessThan(0)
    expect(Math.max(...uniform(key, 1000, { low: -1 - 2 ** -52, high: -1 }))).toBeLessThan(-1)
  })

  it('refuse wrong arguments, saying which', () => {
    expect(() => uniform(key, -1)).toThrow('core.uniform: expected count from 0 to 2^53 - 1, got -1')
    expect(() => normal(key, 1, { offset: 0.5 })).toThrow(/core.normal: expected offset/)
    expect(() => normal(key, 2, { offset: 2 ** 53 - 2 })).toThrow(/expected offset \+ count/)
    expect(() => uniform(key, 1, { low: 1, high: 1 })).toThrow(/expected low below high/)
    expect(() => uniform(key, 1, { low: -Number.MAX_VALUE, high: Number.MAX_VALUE })).toThrow(/high - low/)
    expect(() => normal(key, 1, { mean: NaN })).toThrow(/expected a finite mean, got NaN/)
    expect(() => normal(key, 1, { standardDeviation: -1 })).toThrow(/at least 0/)
    expect(() => exponential(key, 1, { rate: 0 })).toThrow(/positive finite rate/)
    expect(() => randomBits(key, 1.5)).toThrow(/core.randomBits/)
  })
})

describe('normalQuantile', () => {
  it('has a relative error below 1e-15 from 1e-300 to the centre', () => {
    expect(worstRelative(golden.probabilities.map(normalQuantile), golden.quantiles)).toBeLessThan(1e-15)
  })

  it('is odd about the centre and ends at infinities', () => {
    for (const p of [0.5, 0.25, 2 ** -10, 2 ** -40]) expect(normalQuantile(1 - p)).toBe(0 - normalQuantile(p))
    expect([0, 1, -0.1, 1.1, NaN].map(normalQuantile)).toEqual([-Infinity, Infinity, NaN, NaN, NaN])
  })
})

describe('statistics of 200,000 draws', () => {
  it('follow the uniform distribution', () => {
    const draws = uniform(key, count)
    expect(kolmogorovSmirnov(draws, x => x)).toBeLessThan(1.95)
    const cells = new Float64Array(1000)
    for (const draw of draws) cells[Math.floor(draw * 1000)]!++
    expect(Math.abs(chiSquaredExcess(cells, count))).toBeLessThan(4)
  })

  it('follow the exponential distribution', () => {
    const draws = exponential(key, count, { rate: 2 })
    expect(kolmogorovSmirnov(draws, x => 1 - Math.exp(-2 * x))).toBeLessThan(1.95)
  })

  it('follow the normal distribution', () => {
    const draws = normal(key, count)
    // An integral of the density by Simpson's rule, since the quantile function must not be its own judge.
    const cumulative = (x: number) => {
      const steps = 64
      const h = x / steps
      let sum = 0
      for (let i = 0; i <= steps; i++)
        sum += (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * Math.exp(-((i * h) ** 2) / 2)
      return 0.5 + (sum * h) / 3 / Math.sqrt(2 * Math.PI)
    }
    expect(kolmogorovSmirnov(draws, cumulative)).toBeLessThan(1.95)
    // Moments 1 to 4 in units of their standard errors: variances 1, 2, 15 and 96 over n.
    const scale = Math.sqrt(count)
    expect(Math.abs(moment(draws, 1)) * scale).toBeLessThan(4)
    expect((Math.abs(moment(draws, 2) - 1) * scale) / Math.sqrt(2)).toBeLessThan(4)
    expect((Math.abs(moment(draws, 3)) * scale) / Math.sqrt(15)).toBeLessThan(4)
    expect((Math.abs(moment(draws, 4) - 3) * scale) / Math.sqrt(96)).toBeLessThan(4)
  })

  it('set every bit of the words half of the time', () => {
    const words = randomBits(key, count)
    for (let bit = 0; bit < 32; bit++) {
      const ones = words.reduce((sum, word) => sum + ((word >>> bit) & 1), 0)
      expect(Math.abs(ones - count / 2) / Math.sqrt(count / 4)).toBeLessThan(4.5)
    }
  })

  it('are uncorrelated between split keys, folded keys, a key and its children, and neighbours in a stretch', () => {
    const draws = normal(key, count)
    const others = [...split(key, 3), foldIn(key, 0), foldIn(key, 1), foldIn(key, 'H1'), foldIn(key, 'L1')].map(child =>
      normal(child, count),
    )
    others.push(normal(key, count, { offset: 1 }), normal(key, count, { offset: count }))
    const all = [draws, ...others]
    for (let i = 0; i < all.length; i++)
      for (let j = 0; j < i; j++) expect(Math.abs(correlation(all[i]!, all[j]!)) * Math.sqrt(count)).toBeLessThan(4.5)
  })

  it('fill the square evenly with pairs from two split keys and with neighbours', () => {
    const [a, b] = split(key) as [typeof key, typeof key]
    const pairs: [Float64Array, Float64Array][] = [
      [uniform(a, count), uniform(b, count)],
      [uniform(a, count), uniform(a, count, { offset: 1 })],
    ]
    for (const [x, y] of pairs) {
      const cells = new Float64Array(32 * 32)
      for (let i = 0; i < count; i++) cells[Math.floor(x[i]! * 32) * 32 + Math.floor(y[i]! * 32)]!++
      expect(Math.abs(chiSquaredExcess(cells, count))).toBeLessThan(4)
    }
  })

  it('are even over the first draws of 200,000 sibling keys', () => {
    const cells = new Float64Array(1000)
    for (const child of split(key, count)) cells[Math.floor(uniform(child, 1)[0]! * 1000)]!++
    expect(Math.abs(chiSquaredExcess(cells, count))).toBeLessThan(4)
  })
})
