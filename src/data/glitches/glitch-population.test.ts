import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { randomKey } from '../../core/index.ts'
import { GpsTime } from '../../gw/index.ts'
import { powerLaw } from '../../priors/index.ts'
import { glitchesIn } from './draw-glitches.ts'
import { glitchPopulation } from './glitch-population.ts'
import { glitchFamilies } from './shapes/shapes.ts'

const key = randomKey(11)
const start = GpsTime.fromSeconds(1_238_205_077)
const spanOf = (from: number, to: number) => ({ start: start.plus(from), end: start.plus(to) })

/** Largest distance of the values' distribution from one that is known (Kolmogorov and Smirnov). */
const distanceFrom = (values: readonly number[], cdf: (value: number) => number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return Math.max(
    ...sorted.map((value, i) => Math.max((i + 1) / sorted.length - cdf(value), cdf(value) - i / sorted.length)),
  )
}

describe('glitches of a population', () => {
  const rate = 0.5
  const seconds = 40_000
  const glitches = glitchesIn(glitchPopulation({ rate }), { key, detector: 'H1' }, spanOf(0, seconds))

  it('come at the rate asked for, as a Poisson process', () => {
    const expected = rate * seconds
    expect(Math.abs(glitches.length - expected)).toBeLessThan(4 * Math.sqrt(expected))
    const gaps = glitches.slice(1).map(({ time }, i) => time.minus(glitches[i]!.time))
    expect(gaps.every(gap => gap >= 0)).toBe(true)
    // Of 20,000 values 1.95 / sqrt(n) is exceeded once in 1000 (Kolmogorov).
    expect(distanceFrom(gaps, gap => 1 - Math.exp(-rate * gap))).toBeLessThan(1.95 / Math.sqrt(gaps.length))
    const counts = new Array<number>(seconds / 10).fill(0)
    for (const { time } of glitches) counts[Math.floor(time.minus(start) / 10)]! += 1
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
    const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length
    // Scatter of a variance of n Poisson counts: sqrt(2 / n) of it and a little.
    expect(Math.abs(variance / mean - 1)).toBeLessThan(4 * Math.sqrt(2.2 / counts.length))
  })

  it('are of families by their shares, each with parameters in its ranges', () => {
    const { families } = glitchPopulation({ rate })
    expect(families.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12)
    for (const { family, share, ranges, snr } of families) {
      const own = glitches.filter(glitch => glitch.family === family)
      const expected = share * glitches.length
      expect(Math.abs(own.length - expected), family).toBeLessThan(4 * Math.sqrt(expected))
      const strange = own.filter(({ parameters }) => {
        const values: Readonly<Record<string, number>> = { ...parameters }
        const isWithin = Object.entries(ranges).every(([name, { low, high, scale }]) => {
          const value = values[name]!
          const isOfScale = scale === 'linear' || scale === 'log' || (Number.isInteger(value) && value !== 0)
          return value >= low && value <= high && (isOfScale || name === 'seed')
        })
        return !isWithin || `${Object.keys(values)}` !== `${Object.keys(ranges)}`
      })
      expect(strange).toEqual([])
      expect(own.filter(glitch => !(glitch.snr >= snr.minimum && glitch.snr <= snr.maximum))).toEqual([])
      const distance = distanceFrom(
        own.map(glitch => glitch.snr),
        powerLaw(snr).cdf,
      )
      expect(distance, family).toBeLessThan(1.95 / Math.sqrt(own.length))
    }
    const gaussians = glitches.filter(glitch => glitch.family === 'sine-gaussian')
    const logarithms = gaussians.map(({ parameters }) => Math.log(parameters.frequency / 20) / Math.log(25))
    expect(distanceFrom(logarithms, value => value)).toBeLessThan(1.95 / Math.sqrt(gaussians.length))
  })

  it('are those of the whole in every part', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 2000, noNaN: true }), fc.nat(500), (from, length) => {
        const span = spanOf(from, from + length)
        const part = glitchesIn(glitchPopulation({ rate }), { key, detector: 'H1' }, span)
        expect(part).toEqual(
          glitches.filter(
            ({ time }) => time.nanoseconds >= span.start.nanoseconds && time.nanoseconds < span.end.nanoseconds,
          ),
        )
      }),
      { numRuns: 50 },
    )
  })

  it('are independent between detectors, keys and times', () => {
    const population = glitchPopulation({ rate: 1 })
    const timesOf = (identity: { key: typeof key; detector: string }, from = 0) =>
      glitchesIn(population, identity, spanOf(from, from + 5000)).map(({ time }) => time.minus(start) - from)
    const one = timesOf({ key, detector: 'H1' })
    for (const other of [
      timesOf({ key, detector: 'L1' }),
      timesOf({ key: randomKey(12), detector: 'H1' }),
      timesOf({ key, detector: 'H1' }, 64 * 100),
    ]) {
      // Coincidences within 10 ms by chance: 5000 * (1 - exp(-0.02)).
      const near = one.filter(time => other.some(value => Math.abs(value - time) < 0.01)).length
      expect(Math.abs(near - 99)).toBeLessThan(4 * 10)
    }
  })

  it('have the families, laws and ranges asked for', () => {
    const population = glitchPopulation({
      rate: 0.1,
      snr: { index: -4, minimum: 8, maximum: 20 },
      families: {
        blip: 3,
        'koi-fish': 0,
        'power-line': {
          share: 1,
          snr: { index: 0, minimum: 50, maximum: 60 },
          ranges: { lineFrequency: [49.9, 50.1], harmonics: [2, 2] },
        },
      },
    })
    expect(population.families.map(({ family, share }) => ({ family, share }))).toEqual([
      { family: 'blip', share: 0.75 },
      { family: 'koi-fish', share: 0 },
      { family: 'power-line', share: 0.25 },
    ])
    const drawn = glitchesIn(population, { key, detector: 'V1' }, spanOf(0, 5000))
    expect(new Set(drawn.map(({ family }) => family))).toEqual(new Set(['blip', 'power-line']))
    for (const glitch of drawn) {
      expect(glitch.detector).toBe('V1')
      if (glitch.family !== 'power-line') expect(glitch.snr).toBeLessThanOrEqual(20)
      else {
        expect(glitch.snr).toBeGreaterThanOrEqual(50)
        expect(Math.abs(glitch.parameters.lineFrequency - 50)).toBeLessThanOrEqual(0.1)
        expect(glitch.parameters.harmonics).toBe(2)
      }
    }
    expect(glitchesIn(glitchPopulation({ rate: 0 }), { key, detector: 'H1' }, spanOf(0, 1e6))).toEqual([])
    expect(glitchPopulation().families.map(({ family }) => family)).toEqual(glitchFamilies)
  })

  it('are none before GPS 0, and exact next to it', () => {
    const span = { start: GpsTime.fromSeconds(-1000), end: GpsTime.fromSeconds(100) }
    const early = glitchesIn(glitchPopulation({ rate: 0.5 }), { key, detector: 'H1' }, span)
    expect(early.length).toBeGreaterThan(20)
    expect(early[0]!.time.nanoseconds).toBeGreaterThanOrEqual(0n)
    const before = { start: GpsTime.fromSeconds(-1000), end: GpsTime.fromSeconds(-10) }
    expect(glitchesIn(glitchPopulation({ rate: 0.5 }), { key, detector: 'H1' }, before)).toEqual([])
  })

  it('are refused where they make no sense', () => {
    expect(() => glitchPopulation({ rate: -1 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.glitchPopulation: expected a rate of at least 0 a second, got -1]`,
    )
    expect(() => glitchPopulation({ families: { blip: 0 } })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.glitchPopulation: no family has a share above 0]`,
    )
    expect(() => glitchPopulation({ families: { blip: -1 } })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.glitchPopulation: expected a share of blip of at least 0, got -1]`,
    )
    expect(() => glitchPopulation({ families: { blib: 1 } as never })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.glitchPopulation: there is no family blib; there are blip, sine-gaussian, tomte, low-frequency-burst, koi-fish, scattered-light, whistle, power-line, spike, step, extremely-loud]`,
    )
    expect(() => glitchPopulation({ snr: { index: -3, minimum: 0, maximum: 5 } })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.glitchPopulation: expected a least snr of blip above 0, got 0]`,
    )
    expect(() => glitchPopulation({ snr: { index: -3, minimum: 9, maximum: 5 } })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.glitchPopulation: the snr of blip has no power law of index -3 from 9 to 5]`,
    )
    expect(() =>
      glitchPopulation({ families: { 'sine-gaussian': { share: 1, ranges: { frequency: [5, 500] } } } }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.glitchPopulation: the ranges of sine-gaussian allow glitches of 49.51739738864084 s; narrow them, for at most 13 s]`,
    )
    expect(() =>
      glitchPopulation({ families: { whistle: { share: 1, ranges: { sweep: [500, 100] } } } }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.glitchPopulation: sweep of whistle can't lie between 500 and 100 (log)]`,
    )
    expect(() =>
      glitchPopulation({ families: { whistle: { share: 1, ranges: { pitch: [1, 2] } as never } } }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.glitchPopulation: whistle has no pitch; it has lowFrequency, sweep, duration, phase]`,
    )
  })
})
