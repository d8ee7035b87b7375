import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { betaLower, betaQuantile } from './incomplete-beta.ts'
import { gammaQuantile, gammaTails } from './incomplete-gamma.ts'
import { binomialInterval, poissonInterval, poissonQuantile } from './intervals.ts'
import { stirlingError } from './saddle-point.ts'

// biome-ignore lint/suspicious/noExplicitAny: the shape of a fixture is the script's, and the tests fail where it is not
const golden: any = JSON.parse(readFileSync(new URL('./fixtures/statistics.json', import.meta.url), 'utf8'))

const relative = (actual: number, expected: number) =>
  expected === 0 ? Math.abs(actual) : Math.abs(actual / expected - 1)

describe('incomplete gamma and beta functions', () => {
  it('agree with SciPy to 1e-11 in both tails, for shapes up to 3e6', () => {
    for (const { a, x, lower, upper } of golden.gamma) {
      const tails = gammaTails(a, x)
      expect.soft(relative(tails.lower, lower), `P(${a}, ${x})`).toBeLessThan(1e-11)
      expect.soft(relative(tails.upper, upper), `Q(${a}, ${x})`).toBeLessThan(1e-11)
    }
    for (const { a, b, x, lower } of golden.beta)
      expect.soft(relative(betaLower(a, b, x), lower), `I_${x}(${a}, ${b})`).toBeLessThan(1e-11)
  })

  it('agree with mpmath 1.3.0 at a shape where SciPy is right to 1e-9 only', () => {
    expect(relative(gammaTails(3e6, 2.97e6).lower, 6.014197473931176135e-68)).toBeLessThan(1e-11)
  })

  it('are inverted by their quantiles', () => {
    for (const a of [0.5, 1, 7, 300, 1e5])
      for (const p of [1e-12, 1e-3, 0.2, 0.5, 0.9]) {
        expect(relative(gammaTails(a, gammaQuantile(a, { lower: p })).lower, p)).toBeLessThan(1e-9)
        expect(relative(gammaTails(a, gammaQuantile(a, { upper: p })).upper, p)).toBeLessThan(1e-9)
        expect(relative(betaLower(a, 3, betaQuantile(a, 3, p)), p)).toBeLessThan(1e-9)
      }
  })
})

describe('stirlingError', () => {
  it('is what the factorial says, to 2e-14', () => {
    let logFactorial = 0
    for (let n = 1; n <= 30; n++) {
      logFactorial += Math.log(n)
      const expected = logFactorial - (n + 0.5) * Math.log(n) + n - 0.5 * Math.log(2 * Math.PI)
      expect(Math.abs(stirlingError(n) - expected)).toBeLessThan(2e-14)
    }
  })
})

describe('poissonInterval', () => {
  it('agrees with the quantiles of chi-squared of SciPy to 1e-10', () => {
    for (const { count, confidence, interval } of golden.poisson) {
      const [lower, upper] = poissonInterval(count, { confidence })
      expect.soft(relative(lower, interval[0]), `lower ${count} ${confidence}`).toBeLessThan(1e-10)
      expect.soft(relative(upper, interval[1]), `upper ${count} ${confidence}`).toBeLessThan(1e-10)
    }
  })

  it('is by default the one of Astropy for one standard deviation, to 1e-10', () => {
    for (const { count, interval } of golden.poissonSigma) {
      const [lower, upper] = poissonInterval(count)
      expect(relative(lower, interval[0])).toBeLessThan(1e-10)
      expect(relative(upper, interval[1])).toBeLessThan(1e-10)
    }
  })

  it('refuses what is no count and no confidence', () => {
    expect(() => poissonInterval(-1)).toThrow(/integer of at least 0, got -1/)
    expect(() => poissonInterval(1.5)).toThrow(/integer of at least 0, got 1.5/)
    expect(() => poissonInterval(1, { confidence: 90 })).toThrow(/between 0 and 1, got 90/)
  })
})

describe('binomialInterval', () => {
  it('agrees with the exact interval of SciPy to 1e-9', () => {
    for (const { found, count, confidence, interval } of golden.binomial) {
      const [lower, upper] = binomialInterval(found, count, { confidence })
      expect.soft(relative(lower, interval[0]), `lower ${found} of ${count}`).toBeLessThan(1e-9)
      expect.soft(relative(upper, interval[1]), `upper ${found} of ${count}`).toBeLessThan(1e-9)
    }
  })

  it('leaves everything possible where nothing was tried, and refuses more found than there are', () => {
    expect(binomialInterval(0, 0)).toEqual([0, 1])
    expect(() => binomialInterval(3, 2)).toThrow(/at most 2 found, got 3/)
  })
})

describe('poissonQuantile', () => {
  it('agrees with SciPy', () => {
    for (const { mean, probability, count } of golden.poissonQuantiles)
      expect(poissonQuantile(mean, probability)).toBe(count)
    expect(poissonQuantile(0, 0.99)).toBe(0)
    expect(() => poissonQuantile(NaN, 0.5)).toThrow(/got NaN and 0.5/)
    expect(() => poissonQuantile(1, 1)).toThrow(/got 1 and 1/)
  })
})
