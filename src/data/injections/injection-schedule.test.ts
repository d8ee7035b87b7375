import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { randomKey } from '../../core/index.ts'
import { GpsTime } from '../../gw/index.ts'
import { SegmentSet } from '../segments/segment-set.ts'
import { gridInjectionTimes, stepInjectionTimes } from './injection-schedule.ts'

const at = (seconds: number) => GpsTime.fromSeconds(1_238_205_077).plus(seconds)
const set = (...pairs: readonly (readonly [number, number])[]) =>
  SegmentSet.of(pairs.map(([start, end]) => ({ start: at(start), end: at(end) })))
const secondsOf = (times: readonly GpsTime[]) => times.map(time => time.minus(at(0)))
const key = randomKey(4)

describe("MLGWSC-1's schedule", () => {
  it('keeps distances to neighbours and to edges, and leaves no hole', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 1, maxLength: 8 }),
        fc.nat(),
        (lengths, seed) => {
          let start = 0
          const segments = set(
            ...lengths.map(length => {
              const from = start
              start += length + 10
              return [from, from + length] as const
            }),
          )
          const times = stepInjectionTimes(randomKey(seed), segments)
          const inner = segments.contract(30)
          for (const { start, end } of segments.spans) {
            const own = secondsOf(times.filter(time => time.minus(start) >= 0 && time.minus(end) < 0))
            const edges = [start.minus(at(0)) + 30, ...own, end.minus(at(0)) - 30]
            for (let i = 1; i < edges.length; i++) {
              const gap = edges[i]! - edges[i - 1]!
              const isInner = i > 1 && i < edges.length - 1
              expect(gap).toBeLessThanOrEqual(30 + 1e-6)
              if (isInner) expect(gap).toBeGreaterThanOrEqual(24 - 1e-6)
            }
          }
          expect(times.every(time => inner.has(time))).toBe(true)
        },
      ),
    )
  })

  it('is the same for a segment whatever segments there are beside it', () => {
    const both = secondsOf(stepInjectionTimes(key, set([0, 900], [1000, 2000])))
    expect(both.filter(time => time > 950)).toEqual(secondsOf(stepInjectionTimes(key, set([1000, 2000]))))
  })

  it('has one in 27 s, and every time is as likely', () => {
    const segments = SegmentSet.of(
      Array.from({ length: 5000 }, (_, i) => ({ start: at(400 * i), end: at(400 * i + 200) })),
    )
    const times = secondsOf(stepInjectionTimes(key, segments)).map(time => time % 400)
    // 140 s of each segment are not within 30 s of an edge. Counts in a second are nearly Poisson.
    expect(times.length / ((5000 * 140) / 27)).toBeCloseTo(1, 2)
    const counts = Array.from(
      { length: 35 },
      (_, i) => times.filter(time => time >= 30 + 4 * i && time < 34 + 4 * i).length,
    )
    const expected = (5000 * 4) / 27
    const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    expect(chiSquared).toBeLessThan(35 + 4 * Math.sqrt(70))
    const firsts = segments.spans.map(
      ({ start }) => stepInjectionTimes(key, SegmentSet.of([{ start, end: start.plus(100) }]))[0],
    )
    const late = (after: number) =>
      firsts.filter((time, i) => time!.minus(segments.spans[i]!.start) > 30 + after).length / 5000
    // The integral of the probability that a gap is longer, from there to 30 s, over 27 s; four standard deviations.
    expect(Math.abs(late(24) - 3 / 27)).toBeLessThan(0.018)
    expect(Math.abs(late(27) - 0.75 / 27)).toBeLessThan(0.01)
    expect(stepInjectionTimes(key, set([0, 2_592_000])).length).toBeCloseTo(96_000, -3)
  })

  it('refuses steps that stand still', () => {
    expect(() => stepInjectionTimes(key, set([0, 9]), { step: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.stepInjectionTimes: injections would be 0 s apart; expected more than 0]`,
    )
    expect(() => stepInjectionTimes(key, set([0, 9]), { edge: Number.NaN })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.stepInjectionTimes: expected edge of at least 0 s, got NaN]`,
    )
  })
})

describe("aframe's schedule", () => {
  it('is a grid between the edges of what is analysed', () => {
    // From 64 + 16 + 4 to 300 - 16 - 4 by 16 + 8.
    expect(secondsOf(gridInjectionTimes(key, set([0, 300]), { jitter: 0 }))).toEqual([
      84, 108, 132, 156, 180, 204, 228, 252, 276,
    ])
    expect(secondsOf(gridInjectionTimes(key, set([0, 300]), { jitter: 0, shifts: [0, 8] })).at(-1)).toBe(252)
    expect(gridInjectionTimes(key, set([0, 104]), { jitter: 0 }).length).toBe(1)
    expect(gridInjectionTimes(key, set([0, 103.9]), { jitter: 0 }).length).toBe(0)
  })

  it('is jittered by the key, the segment and the shifts alone', () => {
    const [plain, jittered] = [0, 0.1].map(jitter => secondsOf(gridInjectionTimes(key, set([0, 5000]), { jitter })))
    const moves = jittered!.map((time, i) => time - plain![i]!)
    expect(Math.max(...moves.map(Math.abs))).toBeLessThanOrEqual(0.1)
    expect(new Set(moves).size).toBe(moves.length)
    const both = secondsOf(gridInjectionTimes(key, set([0, 5000], [6000, 7000])))
    expect(both.slice(0, moves.length)).toEqual(jittered)
    expect(secondsOf(gridInjectionTimes(key, set([0, 5000]), { shifts: [0, 1] }))).not.toEqual(jittered)
    expect(secondsOf(gridInjectionTimes(key, set([0, 5000]), { shifts: [0, 0] }))).toEqual(jittered)
  })

  it('refuses a jitter by which injections change places', () => {
    expect(() => gridInjectionTimes(key, set([0, 300]), { spacing: 0, jitter: 5 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.gridInjectionTimes: injections would be -2 s apart; expected more than 0]`,
    )
  })
})
