import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GpsTime, type Span } from '../../gw/index.ts'
import { segmentsOfMask } from './mask-segments.ts'
import { coincident, SegmentSet } from './segment-set.ts'

const at = (nanoseconds: number) => GpsTime.fromNanoseconds(1_126_259_447_000_000_000n + BigInt(nanoseconds))
const span = (start: number, end: number): Span => ({ start: at(start), end: at(end) })

/** A set and the same as one truth value a nanosecond, over 60 ns. */
const range = 60
const segments = fc
  .array(fc.tuple(fc.nat(range), fc.nat(range)), { maxLength: 8 })
  .map(pairs => pairs.map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const))
const made = (pairs: readonly (readonly [number, number])[]) => SegmentSet.of(pairs.map(([a, b]) => span(a, b)))
const truth = (pairs: readonly (readonly [number, number])[]) =>
  Array.from({ length: range }, (_, t) => pairs.some(([a, b]) => a <= t && t < b))

/** Checks that a set has just these times, and that it is in normal form. */
function expectTimes(set: SegmentSet, times: readonly boolean[]): void {
  expect(Array.from({ length: range }, (_, t) => set.has(at(t)))).toEqual(times)
  expect(set.livetimeNanoseconds).toBe(BigInt(times.filter(Boolean).length))
  const edges = set.spans.flatMap(({ start, end }) => [start.nanoseconds, end.nanoseconds])
  expect(edges.every((edge, i) => i === 0 || edge > edges[i - 1]!)).toBe(true)
}

describe('SegmentSet', () => {
  it('has just the times of the spans it is made of', () => {
    fc.assert(fc.property(segments, pairs => expectTimes(made(pairs), truth(pairs))))
  })

  it('unites, intersects and subtracts as sets of single times do', () => {
    fc.assert(
      fc.property(segments, segments, (a, b) => {
        const [inA, inB] = [truth(a), truth(b)]
        expectTimes(
          made(a).union(made(b)),
          inA.map((is, t) => is || inB[t]!),
        )
        expectTimes(
          made(a).intersect(made(b)),
          inA.map((is, t) => is && inB[t]!),
        )
        expectTimes(
          made(a).subtract(made(b)),
          inA.map((is, t) => is && !inB[t]!),
        )
      }),
    )
  })

  it('obeys the laws of sets', () => {
    fc.assert(
      fc.property(segments, segments, segments, (x, y, z) => {
        const [a, b, c] = [made(x), made(y), made(z)]
        expect(a.subtract(b.union(c)).equals(a.subtract(b).intersect(a.subtract(c)))).toBe(true)
        expect(a.subtract(b).union(a.intersect(b)).equals(a)).toBe(true)
        expect(coincident([a, b, c]).equals(c.intersect(a.intersect(b)))).toBe(true)
        expect(a.union(b).livetimeNanoseconds).toBe(
          a.livetimeNanoseconds + b.livetimeNanoseconds - a.intersect(b).livetimeNanoseconds,
        )
      }),
    )
  })

  it('contracts so that a time is in it whose neighbourhood was', () => {
    fc.assert(
      fc.property(segments, fc.nat(10), fc.nat(10), (pairs, before, after) => {
        const [set, contracted] = [made(pairs), made(pairs).contract(before * 1e-9, after * 1e-9)]
        for (let t = 0; t < range; t++) expect(contracted.has(at(t))).toBe(set.holds(span(t - before, t + after + 1)))
      }),
    )
  })

  it('holds a span if it has all of its times', () => {
    fc.assert(
      fc.property(segments, fc.nat(range - 1), fc.nat(range), (pairs, start, length) => {
        const end = Math.min(start + length, range)
        expect(made(pairs).holds(span(start, end))).toBe(truth(pairs).slice(start, end).every(Boolean))
      }),
    )
  })

  it('is exact to the nanosecond at times of today', () => {
    const set = made([
      [0, 10],
      [10, 20],
      [21, 22],
    ])
    expect(set.spans.map(({ start, end }) => `${start} ${end}`)).toEqual([
      '1126259447 1126259447.00000002',
      '1126259447.000000021 1126259447.000000022',
    ])
    expect(`${set} ${set.shift(1).extent?.start} ${set.atLeast(20e-9).size} ${set.atLeast(21e-9).size}`).toBe(
      'SegmentSet(2 segments, 2.1e-8 s) 1126259448 1 0',
    )
    expect(SegmentSet.empty.extent).toBeUndefined()
    expect(coincident([]).size).toBe(0)
    expect(
      made([
        [0, 10],
        [20, 30],
      ]).contract(-5e-9).size,
    ).toBe(1)
  })

  it('refuses a span that ends before it starts', () => {
    expect(() => SegmentSet.of([span(2, 1)])).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.SegmentSet.of: a segment ends before it starts: 1126259447.000000002 to 1126259447.000000001]`,
    )
  })
})

describe('segmentsOfMask', () => {
  const mask = {
    bits: Uint32Array.of(3, 3, 1, 0, 3, 2),
    names: ['DATA', 'CBC_CAT1'],
    t0: GpsTime.fromSeconds(100),
    spacing: 1,
  }
  const shown = (tests?: readonly string[]) =>
    segmentsOfMask(mask, tests).spans.map(({ start, end }) => `${start}-${end}`)

  it('has the times at which all tests are passed, or those named', () => {
    expect(shown()).toEqual(['100-102', '104-105'])
    expect(shown(['DATA'])).toEqual(['100-103', '104-105'])
    expect(shown(['CBC_CAT1'])).toEqual(['100-102', '104-106'])
    expect(shown([])).toEqual(['100-106'])
    expect(() => shown(['CBC_CAT9'])).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.segmentsOfMask: the mask has no test CBC_CAT9; it has DATA, CBC_CAT1]`,
    )
  })
})
