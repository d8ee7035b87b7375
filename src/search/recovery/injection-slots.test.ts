import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { randomKey } from '../../core/index.ts'
import { SegmentSet } from '../../data/index.ts'
import { GpsTime } from '../../gw/index.ts'
import { type InjectionRoom, injectionSlots, passesFor } from './injection-slots.ts'

const at = (seconds: number) => GpsTime.fromSeconds(1_126_259_000 + seconds)
const set = (...pairs: readonly (readonly [number, number])[]) =>
  SegmentSet.of(pairs.map(([start, end]) => ({ start: at(start), end: at(end) })))

const room = (from: number, to: number, ...closed: readonly (readonly [number, number])[]): InjectionRoom => ({
  span: { start: at(from), end: at(to) },
  open: set([from, to]).subtract(set(...closed)),
})

describe('injectionSlots', () => {
  it('gives as many as asked for, where times are open, the spacing and more apart in each pass', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 8, max: 40 }),
        fc.array(fc.integer({ min: 5, max: 300 }), { minLength: 1, maxLength: 4 }),
        fc.nat(),
        (count, spacing, lengths, seed) => {
          let start = 0
          const rooms = lengths.map(length => {
            const from = start
            start += length + 50
            return room(from, from + length, [from + 2, from + 4])
          })
          const slots = injectionSlots(randomKey(seed), rooms, { count, spacing })
          expect(slots).toHaveLength(count)
          for (const [i, { pass, stretch, time }] of slots.entries()) {
            expect(rooms[stretch]!.open.has(time)).toBe(true)
            const next = slots[i + 1]
            if (next === undefined) continue
            expect(next.pass).toBeGreaterThanOrEqual(pass)
            if (next.pass === pass && next.stretch === stretch)
              expect(next.time.minus(time)).toBeGreaterThanOrEqual(spacing - 1e-6)
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  it('begins a longer run with the passes of a shorter one, but for its last', () => {
    const rooms = [room(0, 400), room(500, 700)]
    const [short, long] = [50, 120].map(count => injectionSlots(randomKey(3), rooms, { count, spacing: 24 }))
    const whole = short!.at(-1)!.pass
    const before = (slots: typeof short) => slots!.filter(({ pass }) => pass < whole)
    expect(before(short).length).toBeGreaterThan(20)
    expect(before(long)).toEqual(before(short))
  })

  it('spreads the last pass over all strain', () => {
    const rooms = [room(0, 100_000)]
    const slots = injectionSlots(randomKey(1), rooms, { count: 200, spacing: 24 })
    expect(slots.every(({ pass }) => pass === 0)).toBe(true)
    const late = slots.filter(({ time }) => time.minus(at(0)) > 50_000).length
    // Binomial, four standard deviations.
    expect(Math.abs(late - 100)).toBeLessThan(29)
    expect(passesFor(100_000, { count: 200, spacing: 24 })).toBe(1)
    expect(passesFor(280, { count: 200, spacing: 24 })).toBe(20)
  })

  it('makes every open time as likely, in short stretches as in long ones', () => {
    const slots = injectionSlots(randomKey(8), [room(0, 11, [5, 6]), room(50, 300)], { count: 20_000, spacing: 24 })
    const share = slots.filter(({ stretch }) => stretch === 0).length / slots.length
    expect(Math.abs(share - 10 / 260)).toBeLessThan(4 * Math.sqrt(0.0385 / 20_000))
    const early = slots.filter(({ stretch, time }) => stretch === 0 && time.minus(at(0)) < 5).length
    expect(Math.abs(early / slots.length / share - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / 770))
  })

  it('says so where there is no room', () => {
    const rooms = [room(0, 10, [0, 10])]
    expect(() => injectionSlots(randomKey(1), rooms, { count: 1, spacing: 24 })).toThrow(
      /^search.injectionSlots: there is no time at which a signal could be injected: .*pass more strain/,
    )
  })
})
