import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normal, randomKey } from '../../core/index.ts'
import { GpsTime } from '../../gw/index.ts'
import { resample } from '../../signal/index.ts'
import { createGridResampler, type GridResampler } from './grid-resampler.ts'

const filter = { attenuation: 80, passBand: 0.9 }
const second = 1_167_559_864
const noise = normal(randomKey(1), 16_384)

/** Outputs `first` and `count - 1` more of a series that begins with sample 0, block by block. */
function outputs(resampler: GridResampler, values: Float64Array, first: number, count: number): Float64Array {
  const out = new Float64Array(count)
  for (let done = 0; done < count; done += resampler.block) {
    const block = { first: first + done, count: Math.min(resampler.block, count - done) }
    const input = resampler.inputOf(block)
    const made = out.subarray(done, done + block.count)
    resampler.fill(made, block, values.subarray(input.first, input.first + input.count))
  }
  return out
}

const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)

describe('a resampler to a grid', () => {
  it.each([
    [4096, 2048, 1e-14],
    [16_384, 2048, 1e-14],
    [16_384, 1024, 1e-14],
    // Where the filter lies between input samples in several ways, each is scaled on its own: the ripple apart.
    [5000, 2048, 1e-4],
  ])('from %i to %i Hz is that of signal, whose grid begins with the series, within %f', (from, to, tolerance) => {
    const resampler = createGridResampler({ t0: GpsTime.fromSeconds(second), from, to, ...filter })
    const expected = resample(noise, { from, to, ...filter })
    const margin = Math.ceil((resampler.reach * to) / from)
    const count = expected.length - 2 * margin
    const got = outputs(resampler, noise, second * to + margin, count)
    expect(count).toBeGreaterThan(500)
    expect(largest(got.map((value, n) => value - expected[margin + n]!))).toBeLessThan(tolerance * largest(expected))
  })

  it.each([
    // The start of a file of cogwheel, 1/4 of a sample off; and starts that lie nowhere in particular.
    [1024, 1024, 599_853_516n],
    [2048, 2048, 123_456_789n],
    [4096, 2048, 7n],
    [16_384, 2048, 987_654_321n],
    [5000, 1024, 314_159_265n],
  ])(
    'gives a tone of the pass band its value at each sample from %i to %i Hz, begun %i ns after a second',
    (from, to, ns) => {
      const t0 = GpsTime.fromNanoseconds(BigInt(second) * 1_000_000_000n + ns)
      const resampler = createGridResampler({ t0, from, to, ...filter })
      const length = 2 * from
      for (const frequency of [1, 0.2 * to, 0.44 * to]) {
        const cycle = (seconds: number): number => Math.sin(2 * Math.PI * frequency * seconds + 0.7)
        const values = Float64Array.from({ length }, (_, n) => cycle(Number(ns) / 1e9 + n / from))
        const first = second * to + 1.25 * to
        const got = outputs(resampler, values, first, Math.floor(to / 2))
        expect(largest(got.map((value, n) => value - cycle(1.25 + n / to)))).toBeLessThan(1e-4)
      }
    },
  )

  it.each([1024, 2048])('keeps what would alias out at %i Hz', to => {
    const t0 = GpsTime.fromNanoseconds(BigInt(second) * 1_000_000_000n + 123_456n)
    const resampler = createGridResampler({ t0, from: 4096, to, ...filter })
    for (const frequency of [to / 2, 0.55 * to, 0.8 * to]) {
      const values = Float64Array.from({ length: 8192 }, (_, n) => Math.sin((2 * Math.PI * frequency * n) / 4096 + 1))
      expect(largest(outputs(resampler, values, second * to + to, Math.floor(to / 2)))).toBeLessThan(1e-4)
    }
  })

  it('passes samples on that lie on the grid, though their times are rounded to nanoseconds', () => {
    for (const sample of [0, 1, 3, 1234]) {
      const t0 = GpsTime.fromSeconds(second).plus(sample / 2048)
      const resampler = createGridResampler({ t0, from: 2048, to: 2048, ...filter })
      expect(resampler.reach).toBe(0)
      expect(outputs(resampler, noise, second * 2048 + sample + 5, 100)).toEqual(noise.slice(5, 105))
    }
  })

  it('makes an output of the same samples whatever range it is made in', () => {
    const t0 = GpsTime.fromNanoseconds(BigInt(second) * 1_000_000_000n + 42n)
    for (const [from, to] of [
      [4096, 2048],
      [5000, 2048],
      [2048, 2048],
    ] as const) {
      const resampler = createGridResampler({ t0, from, to, ...filter })
      const start = second * to + Math.ceil((resampler.reach * to) / from) + 1
      const whole = outputs(resampler, noise, start, 5000)
      fc.assert(
        fc.property(fc.nat(4998), fc.integer({ min: 1, max: 300 }), (skip, count) => {
          const fewer = Math.min(count, 5000 - skip)
          const part = outputs(resampler, noise, start + skip, fewer)
          // Blocks differ in the rounding of their transforms.
          expect(largest(part.map((value, n) => value - whole[skip + n]!))).toBeLessThan(1e-14)
        }),
        { numRuns: 30 },
      )
    }
  })
})
