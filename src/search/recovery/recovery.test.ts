import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exponential, randomKey, uniform } from '../../core/index.ts'
import { binomialInterval } from '../statistics/intervals.ts'
import { efficiencyByBins, efficiencyByCells } from './efficiency.ts'
import { matchInjections } from './match-injections.ts'

const match = (events: readonly (readonly [number, number])[], injections: readonly number[], windowSeconds: number) =>
  matchInjections(
    { times: Float64Array.from(events, each => each[0]), statistics: Float64Array.from(events, each => each[1]) },
    Float64Array.from(injections),
    { windowSeconds },
  )

/** All one-to-one pairings of events with injections within a window: for each event its injection, or -1. */
function pairings(events: readonly number[], injections: readonly number[], window: number): number[][] {
  const [first, ...rest] = events
  if (first === undefined) return [[]]
  const open = [-1, ...injections.keys()].filter(i => i < 0 || Math.abs(injections[i]! - first) <= window)
  const later = pairings(rest, injections, window)
  return open.flatMap(i => later.filter(others => i < 0 || !others.includes(i)).map(others => [i, ...others]))
}

describe('matchInjections', () => {
  it('pairs one to one within the window, with the loudest set of events that can be, as near as can be', () => {
    const time = fc.integer({ min: 0, max: 9 })
    fc.assert(
      fc.property(
        fc.array(time, { maxLength: 7 }),
        fc.array(time, { maxLength: 6 }),
        fc.integer({ min: 0, max: 4 }),
        fc.infiniteStream(fc.nat(1000)),
        (times, injections, window, order) => {
          // Powers of two, so that one louder event is worth more than all quieter ones.
          const ranks = times
            .map((_, i) => [order.next().value!, i] as const)
            .sort((a, b) => a[0] - b[0] || a[1] - b[1])
          const loudness = times.map((_, i) => 2 ** ranks.findIndex(([, each]) => each === i))
          const { eventOf, injectionOf, statistics, timeErrors } = match(
            times.map((each, i) => [each, loudness[i]!]),
            injections,
            window,
          )
          eventOf.forEach((event, injection) => {
            expect(statistics[injection]).toBe(event < 0 ? -Infinity : loudness[event])
            expect(timeErrors[injection]).toBe(event < 0 ? NaN : times[event]! - injections[injection]!)
            if (event >= 0) expect(injectionOf[event]).toBe(injection)
          })
          const pairs = Array.from(injectionOf)
          const worth = (pairing: readonly number[]) =>
            pairing.reduce((sum, injection, event) => sum + (injection < 0 ? 0 : loudness[event]!), 0)
          const all = pairings(times, injections, window)
          expect(all.map(String)).toContain(String(pairs))
          expect(worth(pairs)).toBe(Math.max(...all.map(worth)))
          const apart = (pairing: readonly number[]) =>
            pairing.reduce(
              (sum, injection, event) => sum + (injection < 0 ? 0 : Math.abs(times[event]! - injections[injection]!)),
              0,
            )
          const used = (pairing: readonly number[]) => String(pairing.filter(each => each >= 0).sort())
          const same = all.filter(each => worth(each) === worth(pairs) && used(each) === used(pairs))
          expect(apart(pairs)).toBe(Math.min(...same.map(apart)))
        },
      ),
      { numRuns: 500 },
    )
  })

  it('gives an injection the loudest of several events, and the others none', () => {
    const { eventOf, injectionOf } = match(
      [
        [9.9, 3],
        [10.1, 7],
        [10, 5],
      ],
      [10],
      0.2,
    )
    expect(Array.from(eventOf)).toEqual([1])
    expect(Array.from(injectionOf)).toEqual([-1, 0, -1])
  })

  it('lets a loud event make room where it can have another injection', () => {
    const { injectionOf } = match(
      [
        [10.2, 9],
        [9.9, 2],
      ],
      [10, 10.5],
      0.35,
    )
    expect(Array.from(injectionOf)).toEqual([1, 0])
  })

  it('does nothing without events or injections', () => {
    expect(match([], [1, 2], 1).statistics).toEqual(Float64Array.of(-Infinity, -Infinity))
    expect(match([[1, 1]], [], 1).injectionOf).toEqual(Int32Array.of(-1))
  })

  it('matches 300,000 events with 100,000 injections by chance as often as expected', () => {
    const count = 300_000
    const times = uniform(randomKey(1), count, { high: 2.4e6 })
    const injections = Float64Array.from({ length: 100_000 }, (_, i) => 24 * i + 10)
    const events = { times, statistics: exponential(randomKey(2), count) }
    const { eventOf } = matchInjections(events, injections, { windowSeconds: 0.2 })
    // 0.4 s at an event every 8 s: 1 - exp(-1/20) by chance; the count scatters by 1.4 % of itself.
    const byChance = eventOf.filter(event => event >= 0).length / 1e5
    expect(Math.abs(byChance / (1 - Math.exp(-1 / 20)) - 1)).toBeLessThan(0.06)
  })

  it('refuses windows and columns that are none', () => {
    expect(() => match([[1, 1]], [1], -1)).toThrow(/windowSeconds of at least 0, got -1/)
    expect(() => match([[NaN, 1]], [1], 1)).toThrow(/number 0 of the event times is NaN/)
    expect(() =>
      matchInjections({ times: new Float64Array(2), statistics: new Float64Array(1) }, new Float64Array(1), {
        windowSeconds: 1,
      }),
    ).toThrow(/a statistic for each of 2 events, got 1/)
  })
})

describe('efficiency', () => {
  const statistics = Float64Array.of(5, -Infinity, 7, 6, 8, 9)

  it('is the part found in half-open bins, with exact intervals', () => {
    const bins = efficiencyByBins(Float64Array.of(4, 5, 6, 6, 12, 8), [4, 6, 8, 12, 20], { statistics, threshold: 5 })
    expect(bins.map(({ from, to, count, found }) => [from, to, count, found])).toEqual([
      [4, 6, 2, 0],
      [6, 8, 2, 2],
      [8, 12, 1, 1],
      [12, 20, 1, 1],
    ])
    expect(bins[0]).toMatchObject({ efficiency: 0, interval: binomialInterval(0, 2) })
    const wide = efficiencyByBins(Float64Array.of(4, 5, 6, 6, 12, 8), [0, 5], {
      statistics,
      threshold: 4,
      confidence: 0.9,
    })
    expect(wide).toEqual([
      { from: 0, to: 5, count: 1, found: 1, efficiency: 1, interval: binomialInterval(1, 1, { confidence: 0.9 }) },
    ])
  })

  it('leaves it open where nothing was injected', () => {
    expect(efficiencyByBins(statistics, [100, 101], { statistics, threshold: 0 })).toEqual([
      { from: 100, to: 101, count: 0, found: 0, interval: [0, 1] },
    ])
  })

  it('has cells of two parameters, the second running faster', () => {
    const masses = [Float64Array.of(10, 20, 30, 30, 99, 10), Float64Array.of(5, 5, 25, 5, 5, 5)] as const
    const cells = efficiencyByCells(
      masses,
      [
        [10, 20, 40],
        [0, 10, 30],
      ],
      { statistics, threshold: 5 },
    )
    expect(cells.map(({ first, second, count, found }) => [...first, ...second, count, found])).toEqual([
      [10, 20, 0, 10, 2, 1],
      [10, 20, 10, 30, 0, 0],
      [20, 40, 0, 10, 2, 1],
      [20, 40, 10, 30, 1, 1],
    ])
  })

  it('refuses edges that do not increase and columns of other lengths', () => {
    expect(() => efficiencyByBins(statistics, [1, 1], { statistics, threshold: 0 })).toThrow(
      /increasing order, got 1, 1/,
    )
    expect(() => efficiencyByBins(statistics, [1], { statistics, threshold: 0 })).toThrow(/at least two edges/)
    expect(() => efficiencyByBins(new Float64Array(2), [0, 1], { statistics, threshold: 0 })).toThrow(
      /each of 6 injections, got 2/,
    )
  })
})
