import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normal, randomKey } from '../../core/index.ts'
import { GpsTime, TimeSeries } from '../../gw/index.ts'
import { createFaultScanner, findFaults } from './strain-faults.ts'

const t0 = GpsTime.fromSeconds(1_126_259_447)
const sampleRate = 256
const noise = normal(randomKey(3), 16 * sampleRate, { standardDeviation: 1e-21 })

const faultsOf = (values: Float64Array, rate = sampleRate) =>
  findFaults(new TimeSeries(values, { t0, sampleRate: rate, channel: 'H1:STRAIN' })).map(
    ({ kind, span, samples }) => `${kind} ${span.start.minus(t0)} ${span.end.minus(t0)} ${samples}`,
  )
const changed = (from: number, to: number, change: (value: number, n: number) => number) =>
  noise.map((value, n) => (n >= from && n < to ? change(value, n) : value))

describe('findFaults', () => {
  it('finds nothing in noise', () => {
    expect(faultsOf(noise)).toEqual([])
    expect(faultsOf(noise.subarray(0, 1))).toEqual([])
    expect(faultsOf(new Float64Array(0))).toEqual([])
  })

  it('finds each kind where it is', () => {
    expect(faultsOf(changed(256, 259, () => Number.NaN))).toEqual(['not-finite 1 1.01171875 3'])
    expect(faultsOf(changed(0, 1, () => Number.POSITIVE_INFINITY))).toEqual(['not-finite 0 0.00390625 1'])
    expect(faultsOf(changed(512, 768, () => 0))).toEqual(['flat 2 3 256'])
    expect(faultsOf(changed(512, 768, () => 1e-25))).toEqual(['flat 2 3 256'])
    expect(faultsOf(changed(512, 1024, value => 1e-3 * value))).toEqual(['quiet 2 4 512'])
  })

  it('finds values cut off at either end, wherever they touch it three times in a row', () => {
    const wave = Float64Array.from({ length: 4096 }, (_, n) => 1e-20 * Math.sin(n / 7) + noise[n]! / 1e3)
    const clipped = faultsOf(
      wave.map(value => Math.max(-9e-21, Math.min(9.5e-21, value))),
      4096,
    )
    expect(clipped.length).toBeGreaterThan(100)
    expect(clipped.every(fault => fault.startsWith('clipped'))).toBe(true)
    expect(faultsOf(wave, 4096)).toEqual([])
    expect(
      faultsOf(
        wave.map((value, n) => (n < 3 ? 5e-21 : value)),
        4096,
      ),
    ).toEqual([])
    // Equal values that are not the extreme are what a coarse instrument gives.
    expect(faultsOf(changed(500, 503, () => 1e-23))).toEqual([])
  })

  it('finds the same whatever chunks it is given', () => {
    const values = changed(700, 900, (value, n) => (n < 760 ? Number.NaN : n < 830 ? 0 : value)).map(value =>
      Math.min(2e-21, value),
    )
    const whole = faultsOf(values)
    expect(whole.length).toBeGreaterThan(1)
    fc.assert(
      fc.property(fc.array(fc.nat(values.length), { maxLength: 6 }), cuts => {
        const edges = [0, ...cuts.sort((a, b) => a - b), values.length]
        const scanner = createFaultScanner({ t0, sampleRate })
        for (const [i, edge] of edges.entries()) if (i > 0) scanner.push(values.subarray(edges[i - 1]!, edge))
        expect(scanner.finish()).toEqual(findFaults(new TimeSeries(values, { t0, sampleRate, channel: 'H1' })))
      }),
    )
  })

  it('finds dead time in a series that is mostly dead', () => {
    const values = changed(0, 11 * sampleRate, value => 1e-4 * value)
    expect(faultsOf(values)).toEqual(['quiet 0 11 2816'])
  })
})
