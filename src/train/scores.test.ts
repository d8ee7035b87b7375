import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normal, randomKey } from '../core/index.ts'
import { auroc, efficiencyAtFalseAlarmRate, efficiencyAtFalsePositiveRate, partialAuroc } from './scores.ts'

interface Scores {
  readonly signals: readonly number[]
  readonly noise: readonly number[]
}

// few values, so that there are many ties
const scoresOf = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 30 })
const anyScores = fc.record({ signals: scoresOf, noise: scoresOf })

/** The definition: pairs, one by one. */
const plainAuroc = ({ signals, noise }: Scores): number =>
  signals.flatMap(s => noise.map(n => (s > n ? 1 : s === n ? 0.5 : 0))).reduce((sum: number, x) => sum + x, 0) /
  (signals.length * noise.length)

/** The curve's points, a threshold each, counted anew for each. */
function curve({ signals, noise }: Scores): [number, number][] {
  const thresholds = [...new Set([...signals, ...noise])].toSorted((a, b) => b - a)
  const share = (scores: readonly number[], threshold: number) =>
    scores.filter(score => score >= threshold).length / scores.length
  return [[0, 0], ...thresholds.map((t): [number, number] => [share(noise, t), share(signals, t)])]
}

/** McClish's standardised area, by trapezoids over the points below the bound and one interpolated at it. */
function plainPartialAuroc(scores: Scores, bound: number): number {
  const points = curve(scores)
  const behind = points.findIndex(([x]) => x > bound)
  const cut = behind < 0 ? points : points.slice(0, behind)
  if (behind > 0) {
    const [[x0, y0], [x1, y1]] = [points[behind - 1]!, points[behind]!]
    cut.push([bound, y0 + ((y1 - y0) * (bound - x0)) / (x1 - x0)])
  }
  const area = cut.slice(1).reduce((sum, [x, y], i) => sum + ((x - cut[i]![0]) * (y + cut[i]![1])) / 2, 0)
  return 0.5 * (1 + (area - bound ** 2 / 2) / (bound - bound ** 2 / 2))
}

/** The best of all thresholds that let no more than a number of noise scores above them. */
const plainEfficiency = ({ signals, noise }: Scores, allowed: number): number =>
  Math.max(
    ...[Number.NEGATIVE_INFINITY, ...noise].map(t =>
      noise.filter(n => n > t).length > allowed ? 0 : signals.filter(s => s > t).length / signals.length,
    ),
  )

describe('auroc', () => {
  it('is the share of pairs in which the signal is above', () => {
    fc.assert(
      fc.property(anyScores, scores => {
        expect(auroc(scores)).toBeCloseTo(plainAuroc(scores), 12)
      }),
    )
  })

  it('is that of two normal distributions', () => {
    const signals = normal(randomKey(1), 40_000).map(x => x + 1)
    // the normal distribution's share below 1 / sqrt(2); the standard error is 0.002
    expect(Math.abs(auroc({ signals, noise: normal(randomKey(2), 40_000) }) - 0.76025)).toBeLessThan(0.006)
  })

  it('knows infinite scores, and refuses NaN and none', () => {
    expect(auroc({ signals: [Infinity, 0], noise: [-Infinity, 0] })).toBe(0.875)
    expect(() => auroc({ signals: [1, Number.NaN], noise: [1] })).toThrow('score 1 of signals is NaN')
    expect(() => auroc({ signals: [1], noise: [] })).toThrow('there are no scores of noise')
  })
})

describe('partialAuroc', () => {
  it('is the standardised area under the curve up to the bound', () => {
    fc.assert(
      fc.property(anyScores, fc.constantFrom(0.001, 0.1, 1 / 3, 0.5, 0.9), (scores, maxFalsePositiveRate) => {
        const expected = plainPartialAuroc(scores, maxFalsePositiveRate)
        expect(partialAuroc(scores, { maxFalsePositiveRate })).toBeCloseTo(expected, 10)
      }),
    )
  })

  it('is the whole area with a bound of 1', () => {
    fc.assert(
      fc.property(anyScores, scores => {
        expect(partialAuroc(scores, { maxFalsePositiveRate: 1 })).toBeCloseTo(auroc(scores), 12)
      }),
    )
  })

  it('is 1 of a perfect score and near 0.5 of one that tells nothing', () => {
    expect(partialAuroc({ signals: [2, 3], noise: [0, 1] }, { maxFalsePositiveRate: 0.01 })).toBe(1)
    const draw = (seed: number) => normal(randomKey(seed), 20_000)
    const area = partialAuroc({ signals: draw(1), noise: draw(2) }, { maxFalsePositiveRate: 0.1 })
    expect(Math.abs(area - 0.5)).toBeLessThan(0.01)
    expect(() => partialAuroc({ signals: [1], noise: [1] }, { maxFalsePositiveRate: 0 })).toThrow('above 0')
  })
})

describe('efficiencies', () => {
  it('are those of the best threshold that lets no more noise through', () => {
    fc.assert(
      fc.property(anyScores, fc.integer({ min: 0, max: 30 }), (scores, count) => {
        const allowed = Math.min(count, scores.noise.length)
        const falsePositiveRate = allowed / scores.noise.length
        const expected = plainEfficiency(scores, allowed)
        expect(efficiencyAtFalsePositiveRate(scores, { falsePositiveRate })).toBe(expected)
        if (allowed > 0)
          expect(efficiencyAtFalseAlarmRate(scores, { falseAlarmRate: 1e-4, livetime: allowed * 1e4 })).toBe(expected)
      }),
    )
  })

  it('at a rate of alarms need a livetime that can tell it', () => {
    const options = { falseAlarmRate: 1 / 86_400, livetime: 3600 }
    expect(() => efficiencyAtFalseAlarmRate({ signals: [1], noise: [0] }, options)).toThrow(
      /3600 s of noise can't tell a rate of .* Hz; it takes 86400 s/,
    )
    expect(efficiencyAtFalseAlarmRate({ signals: [1, 2], noise: [] }, { falseAlarmRate: 1, livetime: 1 })).toBe(1)
  })

  it('refuse rates out of range', () => {
    const scores = { signals: [1], noise: [0] }
    expect(() => efficiencyAtFalsePositiveRate(scores, { falsePositiveRate: 2 })).toThrow('from 0 to 1, got 2')
    expect(() => efficiencyAtFalseAlarmRate(scores, { falseAlarmRate: 0, livetime: 1 })).toThrow('got 0 Hz and 1 s')
  })
})
