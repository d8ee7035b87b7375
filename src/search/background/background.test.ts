import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exponential, foldIn, normal, randomKey, split, uniform } from '../../core/index.ts'
import { julianYearSeconds } from '../rate-units.ts'
import { poissonInterval } from '../statistics/intervals.ts'
import { compactBackground, createBackground } from './background.ts'
import { readBackground, writeBackground } from './background-file.ts'
import { cumulativeEvents } from './cumulative-events.ts'
import { countAtLeast, falseAlarmProbability, falseAlarmRate } from './false-alarm-rate.ts'
import { thresholdAtRate } from './threshold-at-rate.ts'

const year = julianYearSeconds
/** Too few events for a tail. */
const ten = createBackground(Float64Array.of(3, 1, 2, 5, 4, 4, 10, 7, 8, 9), { livetimeSeconds: 2 * year })

describe('falseAlarmRate', () => {
  it('is (N + 1) / T with the exact interval of N, events as loud included', () => {
    const { perYear, perYearInterval, perMonth, count, kind } = falseAlarmRate(ten, 4)
    expect({ count, kind }).toEqual({ count: 7, kind: 'counted' })
    expect(perYear).toBeCloseTo(8 / 2, 12)
    expect(perMonth).toBeCloseTo((8 / 2) * (30 / 365.25), 12)
    expect(perYearInterval[0]).toBeCloseTo(poissonInterval(7)[0] / 2, 12)
    expect(perYearInterval[1]).toBeCloseTo(poissonInterval(7)[1] / 2, 12)
    const plain = falseAlarmRate(ten, 4, { isInclusive: false, confidence: 0.9 })
    expect(plain.perYear).toBeCloseTo(7 / 2, 12)
    expect(plain.perYearInterval[1]).toBeCloseTo(poissonInterval(7, { confidence: 0.9 })[1] / 2, 12)
  })

  it('counts as a sentence says, in any order and with ties', () => {
    const statistic = fc.integer({ min: 0, max: 9 })
    fc.assert(
      fc.property(fc.array(statistic, { maxLength: 30 }), fc.integer({ min: -1, max: 10 }), (values, threshold) => {
        const background = createBackground(Float64Array.from(values), { livetimeSeconds: 1 })
        expect(countAtLeast(background, threshold)).toBe(values.filter(value => value >= threshold).length)
      }),
    )
  })

  it('says where it is a limit or a floor', () => {
    expect(falseAlarmRate(ten, 10.1)).toMatchObject({ kind: 'limit', count: 0, perYear: 0.5 })
    expect(falseAlarmRate(ten, 10.1).perYearInterval).toEqual([0, poissonInterval(0)[1] / 2])
    expect(falseAlarmRate(ten, 0.9)).toMatchObject({ kind: 'floor', count: 10 })
    const none = createBackground(new Float64Array(0), { livetimeSeconds: year })
    expect(falseAlarmRate(none, 0)).toMatchObject({ kind: 'limit', perYear: 1 })
  })

  it('never rises with the statistic, nor do the ends of its interval, across the loudest event', () => {
    for (let seed = 0; seed < 20; seed++) {
      const background = createBackground(exponential(randomKey(seed), 500), { livetimeSeconds: year })
      const rates = Array.from({ length: 400 }, (_, i) => falseAlarmRate(background, i / 20))
      rates.slice(1).forEach(({ perYear, perYearInterval }, i) => {
        expect(perYear).toBeLessThanOrEqual(rates[i]!.perYear)
        expect(perYearInterval[1]).toBeLessThanOrEqual(rates[i]!.perYearInterval[1] * (1 + 1e-12))
      })
    }
  })

  it('refuses NaN, livetimes that are none and statistics that are not finite', () => {
    expect(() => falseAlarmRate(ten, NaN)).toThrow(/got NaN/)
    expect(() => createBackground(new Float64Array(1), { livetimeSeconds: 0 })).toThrow(/livetimeSeconds.*got 0/)
    expect(() => createBackground(Float64Array.of(1, Infinity), { livetimeSeconds: 1 })).toThrow(/number 1 is Infinity/)
  })
})

describe('the fitted tail', () => {
  const trials = 2000
  /** Backgrounds of a year with 1,000 events on average a unit above zero and slope 1.5, the count Poisson. */
  const backgrounds = Array.from({ length: trials }, (_, seed) => {
    const [countKey, key] = split(randomKey(seed), 2)
    const count = Math.round(1000 + Math.sqrt(1000) * normal(countKey!, 1)[0]!)
    return createBackground(exponential(key!, count, { rate: 1.5 }), { livetimeSeconds: year })
  })
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

  it('has the slope of the exponential it was drawn from, without bias', () => {
    // Each scatters by 10 %, so the mean of 2,000 by 0.22 %.
    expect(mean(backgrounds.map(({ tail }) => tail!.slope / 1.5))).toBeCloseTo(1, 2)
    expect(backgrounds[0]!.tail).toMatchObject({ events: 100, ratePerSecond: 100 / year })
  })

  it('is found not to be exponential in 1 % of exponential samples, and nearly always in others', () => {
    const refused = backgrounds.filter(({ tail }) => !tail!.isExponential).length
    // 20 +/- 4.5 expected.
    expect(refused).toBeGreaterThan(6)
    expect(refused).toBeLessThan(40)
    const heavy = Float64Array.from(uniform(randomKey(5), 1000), draw => (1 - draw) ** -0.8)
    expect(createBackground(heavy, { livetimeSeconds: 1 }).tail?.isExponential).toBe(false)
  })

  it('covers the true rate beyond the loudest event with the interval that it states', () => {
    // Once in 50 and once in 1,000 years, where about one background in 50 has an event and few extrapolate to the limit.
    for (const rarity of [50, 1000]) {
      const statistic = Math.log(1000 * rarity) / 1.5
      const rates = backgrounds
        .filter(({ tail, statistics }) => tail!.isExponential && statistics.at(-1)! < statistic)
        .map(background => falseAlarmRate(background, statistic))
      expect(rates.every(({ kind }) => kind === 'extrapolated')).toBe(true)
      const covered = rates.filter(({ perYearInterval: [low, high] }) => low <= 1 / rarity && 1 / rarity <= high)
      // 68.3 % asked for; the count of 2,000 scatters by 1 %.
      expect(covered.length / rates.length).toBeGreaterThan(0.63)
      expect(covered.length / rates.length).toBeLessThan(0.73)
      const logarithms = rates.map(({ perYear }) => Math.log(perYear * rarity))
      expect(Math.abs(mean(logarithms))).toBeLessThan(0.1)
    }
  })

  it('is r exp(-s (x - u)), and its logarithm scatters by sqrt((1 + (s (x - u))^2) / k)', () => {
    const tail = { threshold: 5, events: 100, ratePerSecond: 3 / year, slope: 0.5, distance: 0.5, isExponential: true }
    const background = { statistics: Float64Array.of(5), counts: Float64Array.of(1), livetimeSeconds: year / 10, tail }
    const { perYear, perYearInterval, kind } = falseAlarmRate(background, 7)
    expect(kind).toBe('extrapolated')
    expect(perYear).toBeCloseTo(3 * Math.exp(-1), 12)
    expect(perYearInterval[0]).toBeCloseTo(3 * Math.exp(-1 - Math.sqrt(2 / 100)), 9)
    expect(perYearInterval[1]).toBeCloseTo(3 * Math.exp(-1 + Math.sqrt(2 / 100)), 9)
    // Beyond what no event in a tenth of a year allows.
    expect(falseAlarmRate({ ...background, livetimeSeconds: year }, 7).perYear).toBe(1)
  })

  it('is left out with few events, and on request', () => {
    expect(createBackground(exponential(randomKey(1), 20), { livetimeSeconds: 1 }).tail).toBeUndefined()
    expect(createBackground(exponential(randomKey(1), 21), { livetimeSeconds: 1 }).tail?.events).toBe(20)
    expect(createBackground(new Float64Array(50), { livetimeSeconds: 1 }).tail).toBeUndefined()
    expect(falseAlarmRate(backgrounds[0]!, 20, { isExtrapolated: false }).kind).toBe('limit')
  })
})

describe('false-alarm rates', () => {
  it('are those at which noise makes events: Poisson over 400 seeds of pure noise', () => {
    // A day of zero lag, 50 days of background, 200 events a day, of a statistic with no exponential tail.
    const day = 86_400
    const perDay = [0.02, 0.1, 1, 10]
    const observed = perDay.map(() => [] as number[])
    const draw = (key: ReturnType<typeof randomKey>, mean: number) => {
      const [countKey, statisticKey] = split(key, 2)
      const count = Math.round(mean + Math.sqrt(mean) * normal(countKey!, 1)[0]!)
      return normal(statisticKey!, count).map(value => value ** 3)
    }
    for (let seed = 0; seed < 400; seed++) {
      const key = randomKey(seed)
      const background = createBackground(draw(foldIn(key, 1), 200 * 50), { livetimeSeconds: 50 * day })
      // One above 1 is much more frequent than ten a day.
      const loud = draw(foldIn(key, 2), 200).filter(statistic => statistic > 1)
      const rates = Array.from(loud, statistic => falseAlarmRate(background, statistic, { isExtrapolated: false }))
      perDay.forEach((limit, k) => {
        const perYear = limit * 365.25 * (1 + 1e-9)
        observed[k]!.push(rates.filter(rate => rate.perYear <= perYear).length)
      })
    }
    perDay.forEach((limit, k) => {
      const counts = observed[k]!
      const total = counts.reduce((sum, count) => sum + count, 0)
      const expected = 400 * limit
      // The background's own count adds 1/50 to the variance.
      expect(Math.abs(total - expected), `${limit} a day`).toBeLessThan(4 * Math.sqrt(expected * (1 + 1 / 50)))
      const dispersion = counts.reduce((sum, count) => sum + (count - limit) ** 2, 0) / expected
      expect(Math.abs(dispersion - (1 + limit / 50)), `${limit} a day`).toBeLessThan(
        4 * Math.sqrt((2 + 1 / limit) / 400),
      )
    })
  })

  it('give the probability of an event in a time searched', () => {
    expect(falseAlarmProbability(2, { livetimeSeconds: year / 4 })).toBeCloseTo(1 - Math.exp(-0.5), 14)
    expect(falseAlarmProbability(1e-20, { livetimeSeconds: year })).toBeCloseTo(1e-20, 30)
    expect(() => falseAlarmProbability(1, { livetimeSeconds: 0 })).toThrow(/positive/)
  })
})

describe('thresholdAtRate', () => {
  it('is the lowest statistic above which the rate stays at or below the one asked for', () => {
    const statistic = fc.integer({ min: 0, max: 9 })
    fc.assert(
      fc.property(
        fc.array(statistic, { minLength: 1, maxLength: 15 }),
        fc.integer({ min: 1, max: 20 }),
        (values, rate) => {
          const background = createBackground(Float64Array.from(values), { livetimeSeconds: year })
          const found = thresholdAtRate(background, rate)!
          expect(found.kind).toBe('counted')
          expect(falseAlarmRate(background, found.threshold + 0.5).perYear).toBeLessThanOrEqual(rate)
          const isLowest = found.threshold === background.statistics[0]
          if (!isLowest) expect(falseAlarmRate(background, found.threshold).perYear).toBeGreaterThan(rate)
        },
      ),
    )
  })

  it('goes on along the tail for rarer events, from the loudest, and ends without one', () => {
    const background = createBackground(exponential(randomKey(4), 5000), { livetimeSeconds: year })
    for (const rate of [1e-1, 1e-3]) {
      const { threshold, kind } = thresholdAtRate(background, rate)!
      expect(kind).toBe('extrapolated')
      expect(falseAlarmRate(background, threshold + 1e-9).perYear).toBeCloseTo(rate, 6)
    }
    expect(thresholdAtRate(background, 0.999)!.threshold).toBeGreaterThanOrEqual(background.statistics.at(-1)!)
    expect(thresholdAtRate(ten, 0.4)).toBeUndefined()
    expect(thresholdAtRate(ten, 0.5)).toEqual({ threshold: 10, kind: 'counted' })
    expect(() => thresholdAtRate(ten, 0)).toThrow(/positive rate per year, got 0/)
  })
})

describe('cumulativeEvents', () => {
  it('counts events up to each rate beside the mean and the bands of noise', () => {
    const background = createBackground(exponential(randomKey(1), 10_000), { livetimeSeconds: 10 * year })
    const statistics = exponential(randomKey(2), 100)
    const { perYear, observed, expected, bands, eventYears } = cumulativeEvents(statistics, background, {
      livetimeSeconds: year / 10,
    })
    expect(perYear.at(-1)).toBeCloseTo(1000.1, 9)
    expect(observed.at(-1)).toBe(100)
    expect(expected.at(-1)).toBeCloseTo(100.01, 9)
    observed.forEach((count, i) => {
      expect(count).toBe(eventYears.filter(years => 1 / years <= perYear[i]! * (1 + 1e-12)).length)
      expect(bands[2]!.lower[i]).toBeLessThanOrEqual(expected[i]!)
      // Five standard deviations and one for the discreteness.
      expect(Math.abs(count - expected[i]!)).toBeLessThan(5 * Math.sqrt(expected[i]!) + 1)
    })
    expect(bands.map(({ confidence }) => confidence)).toEqual([0.6826894921370859, 0.9545, 0.9973])
    // The bands of a mean of 100.01, by SciPy: poisson.ppf([0.1587, 0.8413], 100.01).
    expect([bands[0]!.lower.at(-1), bands[0]!.upper.at(-1)]).toEqual([90, 110])
    const floor = cumulativeEvents(Float64Array.of(-1), background, { livetimeSeconds: year })
    expect(floor.observed.at(-1)).toBe(1)
    expect(eventYears[0]).toBeCloseTo(1 / falseAlarmRate(background, Math.max(...statistics)).perYear, 12)
  })

  it('has room for no events and no background', () => {
    const none = new Float64Array(0)
    const empty = cumulativeEvents(none, createBackground(none, { livetimeSeconds: year }), { livetimeSeconds: year })
    expect(empty.observed.every(count => count === 0)).toBe(true)
    expect(empty.perYear.at(-1)).toBe(1)
  })
})

describe('a compact background', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'quadrupole-background-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const full = createBackground(exponential(randomKey(9), 300_000), { livetimeSeconds: 3 * year })

  it('gives the loudest exactly, and the rest not too few nor more than 5 % too many', () => {
    const compact = compactBackground(full)
    expect(compact.statistics.length).toBeLessThan(400)
    for (let i = 0; i < 2000; i++) {
      const statistic = i / 150
      const [exact, stored] = [countAtLeast(full, statistic), countAtLeast(compact, statistic)]
      expect(stored).toBeGreaterThanOrEqual(exact)
      expect(stored).toBeLessThanOrEqual(exact <= 200 ? exact : exact * 1.05)
    }
    expect(falseAlarmRate(compact, 20)).toEqual(falseAlarmRate(full, 20))
    expect(compactBackground(ten)).toEqual(ten)
    // Compacting again loses nothing more of the loudest.
    expect(countAtLeast(compactBackground(compact), full.statistics.at(-150)!)).toBe(150)
  })

  it('comes back from a file of ten kilobytes as it was', async () => {
    const path = join(folder, 'background.json')
    const source = { model: 'coherent', slides: [1, 2] }
    await writeBackground(path, full, { source })
    expect((await readFile(path)).length).toBeLessThan(16_000)
    expect(await readBackground(path)).toEqual({ background: compactBackground(full), source })
    await writeBackground(path, ten)
    expect(await readBackground(path)).toEqual({ background: ten, source: {} })
  })

  it('is refused from a file that holds something else', async () => {
    const path = join(folder, 'other.json')
    await writeFile(path, '{')
    await expect(readBackground(path)).rejects.toThrow(/is no background: it is not JSON/)
    const good = {
      format: 'quadrupole-background',
      formatVersion: 1,
      livetimeSeconds: 1,
      statistics: [1, 2],
      counts: [2, 1],
    }
    const failure = async (change: object) => {
      await writeFile(path, JSON.stringify({ ...good, ...change }))
      return readBackground(path).then(
        () => 'nothing',
        error => `${error.code} ${error.message.split('is no background: ')[1]}`,
      )
    }
    expect(await failure({})).toBe('nothing')
    expect(await failure({ livetimeSeconds: 0 })).toMatch(/^format livetimeSeconds: /)
    expect(await failure({ statistics: [2, 1] })).toMatch(/^format statistics: expected increasing numbers/)
    expect(await failure({ counts: [1, 2] })).toMatch(/^format counts: expected decreasing/)
    expect(await failure({ counts: [1] })).toMatch(/^format it: expected as many counts/)
    expect(await failure({ extra: 1 })).toMatch(/extra/)
    await expect(readBackground(join(folder, 'absent.json'))).rejects.toThrow(/absent.json/)
  })
})
