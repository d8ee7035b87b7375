import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GpsTime, type Span } from '../../gw/index.ts'
import { slideLivetime, slidePieces, type TimeSlideOptions } from './slide.ts'
import { planSlides } from './slide-plan.ts'

const second = 1_000_000_000n
const span = (start: number, end: number): Span => ({
  start: GpsTime.fromSeconds(start),
  end: GpsTime.fromSeconds(end),
})
const spansOf = (rows: readonly (readonly [number, number])[]): Span[] =>
  rows.map(([start, length]) => span(start, start + length))

/** Spans on whole seconds of two or three detectors; some overlap within a detector. */
const detectorSpans = (detectors: number, length = 40) =>
  fc.array(fc.array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: length })), { minLength: 1, maxLength: 4 }), {
    minLength: detectors,
    maxLength: detectors,
  })

/** The seconds that a detector has data in. */
const secondsOf = (rows: readonly (readonly [number, number])[]) =>
  new Set(rows.flatMap(([start, length]) => Array.from({ length }, (_, i) => start + i)))

/** Runs of seconds without a gap. */
function runsOf(seconds: ReadonlySet<number>): [number, number][] {
  const runs: [number, number][] = []
  for (const each of [...seconds].sort((a, b) => a - b)) {
    const last = runs.at(-1)
    if (last && last[0] + last[1] === each) last[1]++
    else runs.push([each, 1])
  }
  return runs
}

/** For each second of the pieces, the second of each detector's own time that is seen. */
const pairsOf = (spans: Span[][], shifts: readonly bigint[], options: TimeSlideOptions): number[][] =>
  slidePieces(spans, shifts, options).flatMap(({ starts, nanoseconds }) =>
    Array.from({ length: Number(nanoseconds / second) }, (_, i) => starts.map(start => start.seconds + i)),
  )

describe('slideLivetime', () => {
  it('counts the seconds in which all shifted detectors have data', () => {
    fc.assert(
      fc.property(detectorSpans(2), fc.integer({ min: -70, max: 70 }), (rows, shift) => {
        const [first, other] = rows.map(secondsOf) as [Set<number>, Set<number>]
        const expected = [...first].filter(each => other.has(each - shift)).length
        const shifts = [0n, BigInt(shift) * second]
        expect(slideLivetime(rows.map(spansOf), shifts)).toBe(BigInt(expected) * second)
      }),
    )
  })

  it('takes what is dead off each unbroken stretch, and counts whole strides', () => {
    fc.assert(
      fc.property(
        detectorSpans(3),
        fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 3, maxLength: 3 }),
        (rows, shifts) => {
          const seen = rows.map((each, d) => new Set([...secondsOf(each)].map(at => at + shifts[d]!)))
          const common = new Set([...seen[0]!].filter(at => seen.every(set => set.has(at))))
          const expected = runsOf(common).reduce(
            (sum, [, length]) => sum + 3 * Math.floor(Math.max(0, length - 4) / 3),
            0,
          )
          const options = { deadSeconds: 4, strideSeconds: 3 }
          expect(
            slideLivetime(
              rows.map(spansOf),
              shifts.map(each => BigInt(each) * second),
              options,
            ),
          ).toBe(BigInt(expected) * second)
        },
      ),
    )
  })

  it('is exact to the nanosecond over years', () => {
    const spans = [
      [span(1_238_166_018, 1_269_363_618)],
      [{ start: GpsTime.parse('1238166018.000000001'), end: GpsTime.parse('1269363618') }],
    ]
    expect(slideLivetime(spans, [0n, 0n])).toBe(31_197_600n * second - 1n)
    expect(slideLivetime(spans, [0n, -3n])).toBe(31_197_600n * second - 3n)
  })

  it('of a ring keeps all of a coincident stretch but its seams', () => {
    const spans = [
      [span(0, 100), span(200, 230)],
      [span(10, 110), span(200, 230)],
    ]
    const ring = { wrap: 'ring', deadSeconds: 2 } as const
    // [10, 100): cut once, at 7; [200, 230): at 7. Two pieces each, and 2 s of each are dead.
    expect(slideLivetime(spans, [0n, 7n * second], ring)).toBe((90n + 30n - 4n * 2n) * second)
    // 35 s is more than 30: what a shift of 5 gives already.
    expect(slideLivetime(spans, [0n, 35n * second], ring)).toBe((90n - 2n * 2n) * second)
    // 29.5 s is less than the minimum shift from a full turn of the second stretch.
    expect(slideLivetime(spans, [0n, (59n * second) / 2n], ring)).toBe((90n - 2n * 2n) * second)
    expect(slideLivetime(spans, [0n, 0n], ring)).toBe(0n)
  })
})

describe('slidePieces', () => {
  it('hold data that each detector has, at the relative shift of the slide', () => {
    fc.assert(
      fc.property(detectorSpans(2), fc.integer({ min: -30, max: 30 }), (rows, shift) => {
        const has = rows.map(secondsOf)
        for (const [a, b] of pairsOf(rows.map(spansOf), [0n, BigInt(shift) * second], {})) {
          expect(has[0]!.has(a!) && has[1]!.has(b!)).toBe(true)
          expect(a! - b!).toBe(shift)
        }
      }),
    )
  })

  it('of a ring are at that relative shift up to whole turns', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 40 }), fc.integer({ min: 1, max: 39 }), (length, shift) => {
        const spans = [[span(100, 100 + length)], [span(0, 100 + length)]]
        const seen = pairsOf(spans, [0n, BigInt(shift) * second], { wrap: 'ring' })
        expect(seen).toHaveLength(shift < length ? length : 0)
        for (const [a, b] of seen) expect((a! - b! + length) % length).toBe(shift)
      }),
    )
  })

  it('of a ring hold each second of each detector once, and none at its true alignment', () => {
    fc.assert(
      fc.property(detectorSpans(3), fc.integer({ min: 1, max: 30 }), (rows, shift) => {
        const shifts = [0n, BigInt(shift) * second, 2n * BigInt(shift) * second]
        const seen = pairsOf(rows.map(spansOf), shifts, { wrap: 'ring' })
        for (const d of [0, 1, 2]) expect(new Set(seen.map(times => times[d])).size).toBe(seen.length)
        for (const [a, b, c] of seen) for (const apart of [a! - b!, b! - c!, a! - c!]) expect(apart).not.toBe(0)
      }),
    )
  })

  it('refuse another number of shifts than of detectors, and durations below zero', () => {
    expect(() => slidePieces([[span(0, 1)], [span(0, 1)]], [0n])).toThrow(/a shift for each of 2 detectors, got 1/)
    expect(() => slideLivetime([[span(0, 1)]], [0n], { deadSeconds: -1 })).toThrow(/deadSeconds of at least 0/)
    expect(() => slideLivetime([[span(0, 1)]], [0n], { strideSeconds: 0 })).toThrow(/strideSeconds above 0/)
  })
})

describe('planSlides', () => {
  const options = fc.record({
    wrap: fc.constantFrom('none' as const, 'ring' as const),
    stepSeconds: fc.integer({ min: 2, max: 5 }),
    livetimeSeconds: fc.integer({ min: 1, max: 3000 }),
    deadSeconds: fc.constantFrom(0, 3),
  })

  it('adds up to the livetime of its slides, not more than one slide beyond the target', () => {
    fc.assert(
      fc.property(detectorSpans(2), options, (rows, choice) => {
        const spans = rows.map(spansOf)
        const { slides, livetimeNanoseconds, isReached } = planSlides(spans, choice)
        const each = slides.map(({ shifts }) => slideLivetime(spans, shifts, choice))
        expect(slides.map(slide => slide.livetimeNanoseconds)).toEqual(each)
        expect(each.every(livetime => livetime > 0n)).toBe(true)
        const target = BigInt(choice.livetimeSeconds) * second
        expect(each.reduce((sum, livetime) => sum + livetime, 0n)).toBe(livetimeNanoseconds)
        expect(isReached).toBe(livetimeNanoseconds >= target)
        if (isReached) expect(livetimeNanoseconds - each.at(-1)!).toBeLessThan(target)
      }),
    )
  })

  it('never pairs moments within the minimum shift, and no two moments twice, over all slides the data have', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 3 }).chain(count => detectorSpans(count, 25)),
        options,
        (rows, choice) => {
          const spans = rows.map(spansOf)
          const { slides, isReached } = planSlides(spans, { ...choice, deadSeconds: 0, livetimeSeconds: 1e9 })
          expect(isReached).toBe(false)
          const seen = slides.flatMap(({ shifts }) => pairsOf(spans, shifts, choice))
          for (const times of seen)
            times.forEach((a, d) => {
              for (const b of times.slice(0, d)) expect(Math.abs(a - b)).toBeGreaterThanOrEqual(1)
            })
          expect(new Set(seen.map(String)).size).toBe(seen.length)
        },
      ),
    )
  })

  it('reaches a year from a day of data with the smallest shifts', () => {
    const day = [span(0, 86_400)]
    const { slides, livetimeNanoseconds } = planSlides([day, day], { livetimeSeconds: 31_557_600, stepSeconds: 4 })
    // Slide k of either sign has 86,400 - 4 k seconds; 366 of them have 31,487,520.
    expect(slides).toHaveLength(367)
    expect(slides.slice(0, 3).map(({ shifts }) => shifts[1])).toEqual([4n * second, -4n * second, 8n * second])
    const expected = slides.reduce((sum, _, i) => sum + 86_400 - 4 * (1 + (i >> 1)), 0)
    expect(livetimeNanoseconds).toBe(BigInt(expected) * second)
  })

  it('refuses one detector, no livetime, and steps that let detectors see a signal together', () => {
    const day = [span(0, 86_400)]
    expect(() => planSlides([day], { livetimeSeconds: 1 })).toThrow(/at least two detectors, got 1/)
    expect(() => planSlides([day, day], { livetimeSeconds: 0 })).toThrow(/livetimeSeconds above 0/)
    expect(() => planSlides([day, day], { livetimeSeconds: 1, stepSeconds: 0.5 })).toThrow(
      /at least the minimum shift, 1 s/,
    )
  })
})
