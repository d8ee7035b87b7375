import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { butterworth } from './butterworth.ts'
import { createCausalFilter, filterZeroPhase } from './sos-filter.ts'
import { expectClose, expectEachClose, golden, goldenNoise } from './testing/golden.ts'

interface Case {
  readonly kind: 'lowpass' | 'highpass' | 'bandpass' | 'bandstop'
  readonly order: number
  readonly low: number | null
  readonly high: number | null
  readonly sampleRate: number
  readonly sos: number[]
  readonly filtered: number[]
  readonly causal: number[]
  readonly steady: number[]
  readonly state: number[]
}

const cases = golden.butterworth as Case[]
const design = ({ kind, order, low, high, sampleRate }: Case) =>
  butterworth({
    order,
    sampleRate,
    ...(low === null ? {} : { low }),
    ...(high === null ? {} : { high }),
    ...(kind === 'bandstop' && { band: 'stop' }),
  })
const nameOf = ({ kind, order, low, high, sampleRate }: Case) =>
  `${kind} ${order}, ${low} to ${high} of ${sampleRate} Hz`
const x = goldenNoise(260, 3).map(value => value + 0.2)

describe('butterworth', () => {
  it('gives the sections of SciPy butter, in its order, each coefficient to 1e-10', () => {
    for (const one of cases) {
      const { coefficients, sections } = design(one)
      expect(sections).toBe(one.sos.length / 6)
      const present = one.sos.map((value, i) => ({ value, i })).filter(({ value }) => value !== 0)
      expectEachClose(
        Float64Array.from(present, ({ i }) => coefficients[i]!),
        present.map(({ value }) => value),
      )
      // Zeros in SciPy's table are exact ones, but for rounding of a double root.
      one.sos.forEach((value, i) => {
        if (value === 0) expect(Math.abs(coefficients[i]!)).toBeLessThan(1e-15)
      })
    }
  })

  it('refuses edges out of order or range', () => {
    const base = { order: 4, sampleRate: 1024 }
    expect(() => butterworth({ ...base, low: 300, high: 30 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.butterworth: the lower edge must be below the upper, got 300 and 30 Hz]`,
    )
    expect(() => butterworth({ ...base, high: 512 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.butterworth: an edge must be above 0 and below the Nyquist frequency 512 Hz, got 512 Hz]`,
    )
    expect(() => butterworth(base)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.butterworth: neither low nor high is given; pass the edges of the pass band]`,
    )
    expect(() => butterworth({ ...base, order: 0, high: 100 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.butterworth: order must be a positive integer, got 0]`,
    )
    expect(() => butterworth({ ...base, low: 100, band: 'stop' })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.butterworth: a band to be stopped needs both edges, low and high]`,
    )
  })
})

describe('filterZeroPhase', () => {
  it.each(cases.map(one => [nameOf(one), one] as const))(
    'equals SciPy sosfiltfilt, ends included, to 1e-10: %s',
    (_, one) => {
      expectClose(filterZeroPhase(x, design(one)), one.filtered)
    },
  )

  it('refuses a signal no longer than its extension', () => {
    const filter = butterworth({ order: 4, low: 30, high: 300, sampleRate: 1024 })
    expect(() => filterZeroPhase(new Float64Array(27), filter)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: signal.filterZeroPhase: expected more than 27 samples for 4 sections, got 27]`,
    )
  })
})

describe('createCausalFilter', () => {
  it.each(cases.map(one => [nameOf(one), one] as const))(
    'equals SciPy sosfilt from rest and from zi to 1e-10: %s',
    (_, one) => {
      expectClose(createCausalFilter(design(one)).push(x), one.causal)
      const steady = createCausalFilter(design(one), { start: 'steady' })
      expectClose(steady.push(x), one.steady)
      expectClose(steady.state, one.state)
    },
  )

  it.each(['rest', 'steady'] as const)('cut anywhere gives the bits of the whole, from %s', start => {
    const sections = butterworth({ order: 6, low: 20, high: 300, sampleRate: 2048 })
    const whole = createCausalFilter(sections, { start }).push(x)
    const filter = createCausalFilter(sections, { channels: 2, start })
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 })), lengths => {
        filter.reset()
        const rows: number[][] = [[], []]
        let from = 0
        for (const length of [...lengths, 260]) {
          const part = x.subarray(from, (from = Math.min(260, from + length)))
          const y = filter.push(Float64Array.from([...part, ...part.map(value => 2 * value)]))
          rows.forEach((row, channel) => {
            row.push(...y.subarray(channel * part.length, (channel + 1) * part.length))
          })
        }
        expect(rows[0]).toEqual([...whole])
        expect(rows[1]).toEqual([...whole.map(value => 2 * value)])
      }),
    )
  })

  it('refuses NaN by its place in the stream, and goes on without it', () => {
    const filter = createCausalFilter(butterworth({ order: 2, high: 20, sampleRate: 100 }))
    filter.push(x)
    expect(() => filter.push(x.with(3, Number.NaN))).toThrow('the sample at index 263 is NaN')
    expect(filter.push(x).every(Number.isFinite)).toBe(true)
  })
})
