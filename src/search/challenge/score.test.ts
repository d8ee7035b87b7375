import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import * as h5wasm from 'h5wasm/node'
import { describe, expect, it } from 'vitest'
import { exponential, randomKey, split, uniform } from '../../core/index.ts'
import {
  type ChallengeEvents,
  type ChallengeInjections,
  readChallengeEvents,
  readChallengeInjections,
} from '../../data/index.ts'
import { GpsTime } from '../../gw/index.ts'
import { challengeDistances } from './distances.ts'
import { injectionsInside } from './injections-inside.ts'
import { type ChallengeScore, scoreChallenge } from './score.ts'

const fixtures = fileURLToPath(new URL('./fixtures/mlgwsc1', import.meta.url))
const shared = fileURLToPath(new URL('../../../../shared/data/mlgwsc1', import.meta.url))

async function official(folder: string): Promise<Record<string, { shape: number[]; values: number[] }>> {
  await h5wasm.ready
  const file = new h5wasm.File(join(folder, 'set1-official-score.hdf'), 'r')
  try {
    return Object.fromEntries(
      file.keys().map(name => {
        const { shape, value } = file.get(name) as h5wasm.Dataset
        return [name, { shape: shape!, values: Array.from(value as ArrayLike<number | bigint>, Number) }]
      }),
    )
  } finally {
    file.close()
  }
}

const read = async (folder: string) => ({
  foreground: await readChallengeEvents(join(folder, 'set1-foreground-events.hdf')),
  background: await readChallengeEvents(join(folder, 'set1-background-events.hdf')),
  injections: await readChallengeInjections(join(folder, 'set1-injections.hdf')),
})

async function expectOfficial(folder: string): Promise<void> {
  const score = scoreChallenge(await read(folder), { duration: 7200 })
  const expected = await official(folder)
  expect(
    Object.keys(score)
      .filter(name => name !== 'thresholds')
      .sort(),
  ).toEqual(Object.keys(expected).sort())
  for (const [name, { shape, values }] of Object.entries(expected)) {
    const field = score[name as keyof ChallengeScore]
    const rows = Array.isArray(field) ? (field as Float64Array[]) : [field as Float64Array]
    expect(rows.map(row => row.length)).toEqual(Array(rows.length).fill(shape.at(-1)))
    const actual = rows.flatMap(row => Array.from(row))
    const worst = actual.reduce((most, value, i) => {
      const error = Math.abs(value - values[i]!)
      return Math.max(most, values[i] === 0 ? error : error / Math.abs(values[i]!))
    }, 0)
    expect({ name, count: actual.length, isClose: worst <= 1e-9 }).toEqual({
      name,
      count: values.length,
      isClose: true,
    })
  }
}

const events = (rows: readonly (readonly [time: number, stat: number, tolerance: number])[]): ChallengeEvents => ({
  time: Float64Array.from(rows, row => row[0]),
  stat: Float64Array.from(rows, row => row[1]),
  var: Float64Array.from(rows, row => row[2]),
})

const injectionsAt = (
  rows: readonly (readonly [tc: number, distance: number, mass: number])[],
  isWeighted: boolean,
): ChallengeInjections => ({
  tc: Float64Array.from(rows, row => row[0]),
  distance: Float64Array.from(rows, row => row[1]),
  mass1: Float64Array.from(rows, row => row[2]),
  mass2: Float64Array.from(rows, row => row[2]),
  ...(isWeighted && { chirp_distance: Float64Array.from(rows, () => 200) }),
})

/** The rules as sentences: quadratic, and nothing of the scorer's own. */
function bruteForce({ foreground, background, injections }: Parameters<typeof scoreChallenge>[0], duration: number) {
  const { tc, distance, mass1, chirp_distance } = injections
  const ofEvent = Array.from(foreground.time, (time, i) => {
    const gaps = Array.from(tc, each => Math.abs(each - time))
    const smallest = Math.min(...gaps)
    const latest = Math.max(...tc.filter((_, k) => gaps[k] === smallest))
    return smallest <= foreground.var[i]! ? { tc: latest, stat: foreground.stat[i]! } : undefined
  })
  const weight = (k: number) => (chirp_distance ? (mass1[k]! * 2 ** -0.2) ** 2.5 : 1)
  const all = Array.from(tc, (_, k) => weight(k))
  const sphere = (4 / 3) * Math.PI * Math.max(...distance) ** 3
  const sorted = Array.from(background.stat).sort((a, b) => a - b)
  return sorted.map((threshold, i) => {
    const isFound = Array.from(tc, each => ofEvent.some(event => event?.tc === each && event.stat > threshold))
    const found = all.filter((_, k) => isFound[k])
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
    const scale = sphere / (Math.max(...all) * tc.length)
    const norm = sum(all.map(each => Math.max(...all) / each))
    return {
      far: (sorted.length - 1 - i) / duration,
      volume: scale * sum(found),
      error: scale * Math.sqrt(Math.max(0, sum(found.map(each => each ** 2)) - sum(found) ** 2 / norm)),
      fraction: found.length / norm,
    }
  })
}

describe('scoreChallenge', () => {
  it('gives every field of the official program to 1e-9', () => expectOfficial(fixtures))

  it.skipIf(!existsSync(shared))(
    'gives the same on the files of the shared data (skipped where these are absent)',
    () => expectOfficial(shared),
  )

  it('follows the rules on random events with ties, doubles and injections in any order, of either weighting', () => {
    // Times on a coarse grid, so that equal times and equal distances to two injections are met.
    const time = fc.integer({ min: 0, max: 400 }).map(n => n / 8)
    const stat = fc.integer({ min: 0, max: 12 })
    const event = fc.tuple(time, stat, fc.constantFrom(0, 0.125, 0.5))
    const injection = fc.tuple(time, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 10, max: 50 }))
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 40 }),
        fc.array(stat, { maxLength: 20 }),
        fc.uniqueArray(injection, { minLength: 1, maxLength: 12, selector: row => row[0] }),
        fc.boolean(),
        (foreground, background, injected, isWeighted) => {
          const result = {
            foreground: events(foreground),
            background: events(background.map(each => [0, each, 0.1])),
            injections: injectionsAt(injected, isWeighted),
          }
          const score = scoreChallenge(result, { duration: 50 })
          const expected = bruteForce(result, 50)
          expect(score.far).toHaveLength(expected.length)
          expected.forEach(({ far, volume, error, fraction }, i) => {
            expect(score.far[i]).toBeCloseTo(far, 12)
            expect(score['sensitive-volume'][i]).toBeCloseTo(volume, 8)
            // The root of a difference of two nearly equal numbers.
            expect(score['sensitive-volume-error'][i]).toBeCloseTo(error, 4)
            expect(score['sensitive-fraction'][i]).toBeCloseTo(fraction, 12)
            expect(score['sensitive-distance'][i]! ** 3 * 4 * Math.PI).toBeCloseTo(3 * volume, 6)
          })
        },
      ),
    )
  })

  it('keeps the loudest of several events of an injection, and gives the later of two injections equally near', () => {
    const score = scoreChallenge(
      {
        foreground: events([
          [10.1, 3, 0.2],
          [9.9, 5, 0.2],
          [30, 9, 10],
        ]),
        background: events([[0, 4, 0.1]]),
        injections: injectionsAt(
          [
            [40, 1, 10],
            [20, 1, 10],
            [10, 1, 10],
          ],
          false,
        ),
      },
      { duration: 100 },
    )
    expect(Array.from(score['found-indices'])).toEqual([2, 2, 0])
    expect(Array.from(score['missed-indices'])).toEqual([1])
    expect(Array.from(score['true-positive-event-indices'])).toEqual([0, 1, 2])
    expect(score['sensitive-fraction'][0]).toBeCloseTo(2 / 3, 12)
  })

  it('counts nothing found without events, and has no thresholds without background events', () => {
    const injections = injectionsAt([[10, 100, 10]], true)
    const none = events([])
    const found = events([[10, 5, 0.1]])
    const quiet = scoreChallenge({ foreground: none, background: events([[0, 1, 0.1]]), injections }, { duration: 9 })
    expect(Array.from(quiet['sensitive-distance'])).toEqual([0])
    expect(quiet['fg-far']).toHaveLength(0)
    expect(scoreChallenge({ foreground: found, background: none, injections }, { duration: 9 }).far).toHaveLength(0)
  })

  it('takes the background as long as it is, if told', () => {
    const result = {
      foreground: events([[50, 1, 0.1]]),
      background: events([
        [0, 1, 0.1],
        [1, 2, 0.1],
      ]),
      injections: injectionsAt([[10, 100, 10]], true),
    }
    const score = scoreChallenge(result, { duration: 10, backgroundDuration: 40 })
    expect(Array.from(score.far)).toEqual([1 / 40, 0])
    expect(Array.from(score['fg-far'])).toEqual([0])
  })

  it('refuses no injections, columns that do not fit, values that are not finite and durations that are none', () => {
    const background = events([[0, 1, 0.1]])
    const injections = injectionsAt([[10, 100, 10]], true)
    const score = (change: object, duration = 10) =>
      scoreChallenge({ foreground: background, background, injections, ...change }, { duration })
    expect(() => score({ injections: injectionsAt([], true) })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: search.scoreChallenge: expected injections, got none; no volume follows from them]`,
    )
    expect(() => score({ foreground: { ...background, var: new Float64Array(3) } })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: search.scoreChallenge: foreground has 1 values of time but 3 of var; pass one of each]`,
    )
    expect(() => score({ background: events([[0, Number.NaN, 0.1]]) })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: search.scoreChallenge: stat[0] of background is NaN; expected finite numbers]`,
    )
    expect(() => score({ injections: injectionsAt([[10, 0, 10]], true) })).toThrow(/distance\[0\] of injections is 0/)
    expect(() => score({}, 0)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: search.scoreChallenge: expected duration to be a positive number of seconds, got 0]`,
    )
  })

  it('scores 100,000 injections and a million events in about a second', () => {
    const keys = split(randomKey(1), 6)
    const count = 1_000_000
    const make = (key: number): ChallengeEvents => ({
      time: uniform(keys[key]!, count, { high: 2_592_000 }),
      stat: exponential(keys[key + 1]!, count),
      var: new Float64Array(count).fill(0.2),
    })
    const n = 100_000
    const injections = {
      tc: Float64Array.from({ length: n }, (_, i) => 25.9 * i + 10),
      distance: uniform(keys[4]!, n, { low: 700, high: 6900 }),
      mass1: uniform(keys[5]!, n, { low: 10, high: 50 }),
      mass2: uniform(keys[5]!, n, { low: 10, high: 50 }),
      chirp_distance: new Float64Array(n),
    }
    const result = { foreground: make(0), background: make(2), injections }
    const started = performance.now()
    const score = scoreChallenge(result, { duration: 2_592_000 })
    // The rest is for a machine that does other things too; anything quadratic takes far longer.
    expect(performance.now() - started).toBeLessThan(15_000)
    expect(score.far).toHaveLength(count)
  })
})

describe('challengeDistances', () => {
  const month = 2_592_000
  /** Thresholds 0, 1, 2 ..., each of which the injections above it exceed. */
  const scoreOf = (thresholds: number, duration: number) =>
    scoreChallenge(
      {
        foreground: events(Array.from({ length: thresholds }, (_, i) => [10 * i, i + 0.5, 0.1])),
        background: events(Array.from({ length: thresholds }, (_, i) => [0, i, 0.1])),
        injections: injectionsAt(
          Array.from({ length: thresholds }, (_, i) => [10 * i, 100, 10]),
          false,
        ),
      },
      { duration },
    )

  it('is set by the second loudest background event at one a month in a month', () => {
    const score = scoreOf(2000, month)
    const [thousand, , , one] = challengeDistances(score)
    expect(one).toMatchObject({ falseAlarmsPerMonth: 1, attainedPerMonth: 1, threshold: 1998 })
    expect(one).toMatchObject({ sensitiveDistance: score['sensitive-distance'][1998] })
    // 2 of 2000 found: V = 1e-3 of the sphere of 100 Mpc; relative error of d a third of sqrt(2)/2.
    expect(one).toHaveProperty('interpolatedDistance', expect.closeTo(10, 9))
    expect(one).toHaveProperty('sensitiveDistanceError', expect.closeTo((10 / 3) * Math.sqrt((1 - 1e-3) / 2), 9))
    expect(thousand).toMatchObject({ attainedPerMonth: 1000, threshold: 999 })
  })

  it('takes the next lower rate between two, and draws a line in its logarithm', () => {
    const score = scoreOf(100, month / 2)
    const [found] = challengeDistances(score, { falseAlarmsPerMonth: [3] })
    const [four, two] = [score['sensitive-distance'][97]!, score['sensitive-distance'][98]!]
    expect(found).toMatchObject({ attainedPerMonth: 2, sensitiveDistance: two })
    const step = Math.log(3 / 2) / Math.log(4 / 2)
    expect(found).toHaveProperty('interpolatedDistance', expect.closeTo(two + step * (four - two), 9))
  })

  it('says which rates a short background can not resolve', () => {
    expect(challengeDistances(scoreOf(100, month / 2), { falseAlarmsPerMonth: [1] })).toEqual([
      { falseAlarmsPerMonth: 1, lowestPerMonth: expect.closeTo(2, 9) },
    ])
    expect(challengeDistances(scoreOf(1, month))).toHaveLength(4)
    expect(challengeDistances(scoreOf(1, month))[0]).toEqual({ falseAlarmsPerMonth: 1000 })
  })

  it('has all events above the quietest background event where there are too few for a rate', () => {
    expect(challengeDistances(scoreOf(10, month))[0]).toMatchObject({ attainedPerMonth: 9, threshold: 0 })
  })

  it('refuses a rate of zero', () => {
    expect(() => challengeDistances(scoreOf(10, month), { falseAlarmsPerMonth: [0] })).toThrow(/zero false alarms/)
  })
})

describe('injectionsInside', () => {
  it('keeps those 30 s from the ends of a span, both included', () => {
    const spans = [{ start: GpsTime.fromSeconds(100), end: GpsTime.fromSeconds(200) }]
    const rows = [129.9, 130, 150, 170, 170.1].map(tc => [tc, 100, 10] as const)
    expect(Array.from(injectionsInside(injectionsAt(rows, true), spans).tc)).toEqual([130, 150, 170])
    expect(injectionsInside(injectionsAt(rows, false), spans).chirp_distance).toBeUndefined()
    expect(injectionsInside(injectionsAt(rows, true), spans, { paddingSeconds: 0 }).tc).toHaveLength(5)
  })
})
