import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normal, randomKey, split, uniform } from '../../core/index.ts'
import { type ClusterOptions, cluster, createClusterer } from './cluster.ts'
import { createIntegrator, integrate } from './integrate.ts'
import type { PeakTiming } from './peak-position.ts'

/** Cuts values where told, so that each piece follows the one before. */
const cutAt = <Values extends Float64Array>(values: Values, cuts: readonly number[]): Float64Array[] => {
  const places = [0, ...cuts.map(cut => cut % (values.length + 1)).sort((a, b) => a - b), values.length]
  return places.slice(1).map((to, i) => values.subarray(places[i]!, to))
}

const cuts = fc.array(fc.nat(200), { maxLength: 12 })

describe('integrate', () => {
  it('is the mean of each full window, and says which sample it belongs to', () => {
    expect(integrate(Float64Array.of(1, 2, 3, 4, 5), { length: 3 })).toEqual({
      values: Float64Array.of(2, 3, 4),
      offset: 2,
    })
    expect(integrate(Float64Array.of(1, 2, 3, 4, 5), { length: 4, alignment: 'centred' })).toEqual({
      values: Float64Array.of(2.5, 3.5),
      offset: 1.5,
    })
    expect(integrate(Float64Array.of(1, 2), { length: 3 }).values).toHaveLength(0)
    expect(integrate(Float32Array.of(1, 2), { length: 1 })).toEqual({ values: Float64Array.of(1, 2), offset: 0 })
  })

  it('agrees with sums of each window alone to 1e-14 of the largest value, for any length', () => {
    const values = normal(randomKey(3), 3000, { mean: 5 })
    for (const length of [1, 2, 7, 769]) {
      const { values: means } = integrate(values, { length })
      expect(means).toHaveLength(3000 - length + 1)
      means.forEach((mean, i) => {
        let sum = 0
        for (let k = i; k < i + length; k++) sum += values[k]!
        expect(Math.abs(mean - sum / length)).toBeLessThan(1e-13)
      })
    }
  })

  it('gives the same bits for a stream, however it is cut', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 150 }), fc.integer({ min: 1, max: 20 }), cuts, (count, length, places) => {
        const values = normal(randomKey(count), count)
        const integrator = createIntegrator({ length })
        const pieces = cutAt(values, places).map(piece => integrator.push(piece))
        expect(Float64Array.from(pieces.flatMap(piece => Array.from(piece)))).toEqual(
          integrate(values, { length }).values,
        )
      }),
    )
  })

  it('forgets a value that is not finite when the window has passed it', () => {
    const values = Float64Array.of(1, 1, Number.NaN, 1, 1, 1, 1)
    expect(Array.from(integrate(values, { length: 2 }).values, Number.isNaN)).toEqual([
      false,
      true,
      true,
      false,
      false,
      false,
    ])
  })

  it('refuses a length that is none', () => {
    expect(() => integrate(new Float64Array(4), { length: 2.5 })).toThrow(/positive integer, got 2.5/)
  })
})

describe('cluster', () => {
  // Runs of equal samples, some longer than any half window.
  const statistic = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.constantFrom(1, 1, 1, 2, 5, 15)), { maxLength: 50 })
    .map(runs => Float64Array.from(runs.flatMap(([value, count]) => Array<number>(count).fill(value))))
  const halfWindow = fc.integer({ min: 1, max: 9 })
  const timings: PeakTiming[] = [
    { method: 'sample' },
    { method: 'parabola' },
    { method: 'plateau', baseline: 0, reach: 13 },
    { method: 'plateau', baseline: -1, fraction: 0.9, reach: 2 },
  ]
  const timing = fc.constantFrom(...timings)

  it('finds each top that is the largest within half a window on either side, first of equals, and no other', () => {
    fc.assert(
      fc.property(statistic, halfWindow, fc.integer({ min: -1, max: 5 }), (values, half, threshold) => {
        const expected = Array.from(values.keys()).filter(i => {
          const before = values.subarray(Math.max(0, i - half), i)
          let end = i
          while (end < i + half && values[end + 1] === values[i]) end++
          const after = values.subarray(i + 1, end + half + 1)
          return (
            values[i]! >= threshold && Math.max(...before, -1e9) < values[i]! && Math.max(...after, -1e9) <= values[i]!
          )
        })
        const peaks = cluster(values, { halfWindow: half, threshold })
        expect(peaks.map(({ index }) => index)).toEqual(expected)
        expect(peaks.map(peak => peak.statistic)).toEqual(expected.map(i => values[i]))
      }),
    )
  })

  it('keeps events more than half a window apart, within the data, and always has the largest sample', () => {
    fc.assert(
      fc.property(statistic, halfWindow, (values, half) => {
        const peaks = cluster(values, { halfWindow: half })
        peaks.slice(1).forEach((peak, i) => {
          expect(peak.index - peaks[i]!.index).toBeGreaterThan(half)
          expect(peak.position - peaks[i]!.position).toBeGreaterThanOrEqual(half)
        })
        for (const { position } of peaks) {
          expect(position).toBeGreaterThanOrEqual(0)
          expect(position).toBeLessThanOrEqual(values.length - 1)
        }
        if (values.length > 0) expect(Math.max(...peaks.map(peak => peak.statistic))).toBe(Math.max(...values))
      }),
    )
  })

  it('gives the same events for a stream, however it is cut, and none later than its windows need', () => {
    fc.assert(
      fc.property(statistic, halfWindow, timing, cuts, (values, half, method, places) => {
        const options: ClusterOptions = { halfWindow: half, timing: method }
        const clusterer = createClusterer(options)
        const latest = Math.max(2 * half, method.method === 'plateau' ? method.reach + 1 : 1)
        const all = cluster(values, options)
        const peaks = []
        let seen = 0
        for (const piece of cutAt(values, places)) {
          seen += piece.length
          peaks.push(...clusterer.push(piece))
          expect(peaks).toEqual(all.slice(0, peaks.length))
          expect(peaks.length).toBeGreaterThanOrEqual(all.filter(({ index }) => index + latest < seen).length)
        }
        expect([...peaks, ...clusterer.finish()]).toEqual(all)
      }),
      { numRuns: 300 },
    )
  })

  it('finds events in the first and last sample of a stretch', () => {
    const peaks = cluster(Float64Array.of(5, 1, 0, 0, 0, 2, 4), { halfWindow: 3 })
    expect(peaks).toEqual([
      { index: 0, position: 0, statistic: 5 },
      { index: 6, position: 6, statistic: 4 },
    ])
  })

  it('takes a saturated stretch as one event in its middle', () => {
    const values = new Float64Array(100)
    values.fill(9, 40, 61)
    expect(cluster(values, { halfWindow: 30, threshold: 1 })).toEqual([{ index: 40, position: 50, statistic: 9 }])
  })

  it('takes no shoulder of a higher peak for an event', () => {
    const shoulder = Float64Array.of(0, 3, 3, 3, 3, 5, 0, 0)
    expect(cluster(shoulder, { halfWindow: 3 }).map(({ index }) => index)).toEqual([5])
  })

  it('refuses NaN and names its sample, wrong options, and samples after the end', () => {
    const clusterer = createClusterer({ halfWindow: 2 })
    clusterer.push(new Float64Array(10))
    expect(() => clusterer.push(Float64Array.of(0, Number.NaN))).toThrow(/sample 11 is NaN/)
    clusterer.finish()
    expect(() => clusterer.push(new Float64Array(1))).toThrow(/the stream is finished/)
    expect(() => cluster(new Float64Array(4), { halfWindow: 0 })).toThrow(/halfWindow to be a positive integer, got 0/)
    const plateau = { method: 'plateau', baseline: 0, reach: 3 } as const
    expect(() => cluster(new Float64Array(4), { halfWindow: 1, timing: { ...plateau, reach: 0 } })).toThrow(/reach/)
    expect(() => cluster(new Float64Array(4), { halfWindow: 1, timing: { ...plateau, fraction: 1 } })).toThrow(
      /fraction/,
    )
    expect(() => cluster(new Float64Array(4), { halfWindow: 1, timing: { ...plateau, baseline: NaN } })).toThrow(
      /baseline/,
    )
  })
})

describe('times of events finer than a sample', () => {
  it('are exact on a parabola, and within 1/50 sample on a smooth peak', () => {
    for (const centre of [50, 50.2, 49.7, 50.49]) {
      const at = (f: (x: number) => number) => Float64Array.from({ length: 101 }, (_, i) => f(i - centre))
      const parabola = cluster(
        at(x => 10 - x * x),
        { halfWindow: 30 },
      )[0]!
      expect(parabola.position).toBeCloseTo(centre, 10)
      const bump = cluster(
        at(x => Math.exp(-((x / 4) ** 2))),
        { halfWindow: 30 },
      )[0]!
      expect(Math.abs(bump.position - centre)).toBeLessThan(0.02)
    }
  })

  /** A statistic that is high while a window of 10 samples holds the signal, with noise; the centre is not on a sample. */
  const plateaus = Array.from({ length: 200 }, (_, trial) => {
    const [noiseKey, placeKey] = split(randomKey(trial), 2)
    const centre = 100 + uniform(placeKey!, 1)[0]!
    const values = normal(noiseKey!, 201).map((noise, i) => {
      // Each sample is the part of a smooth step that it covers.
      const overlap = Math.max(0, Math.min(1, 5.5 - Math.abs(i - centre)))
      return noise + 10 * overlap
    })
    return { centre, values }
  })
  const scatter = (position: (values: Float64Array) => number) =>
    Math.sqrt(plateaus.reduce((sum, { centre, values }) => sum + (position(values) - centre) ** 2, 0) / 200)
  const loudest = (values: Float64Array, timing: PeakTiming) =>
    cluster(values, { halfWindow: 200, timing })[0]!.position

  it('come from the middle of a plateau far better than from its highest sample', () => {
    const highest = scatter(values => loudest(values, { method: 'sample' }))
    const middle = scatter(values => loudest(values, { method: 'plateau', baseline: 0, reach: 20 }))
    // A uniform choice among 10 samples scatters by 2.9.
    expect(highest).toBeGreaterThan(2)
    expect(middle).toBeLessThan(0.5)
  })

  it('come from a mean over the length of the plateau about as well, without a baseline', () => {
    const averaged = scatter(values => {
      const { values: means, offset } = integrate(values, { length: 10, alignment: 'centred' })
      return loudest(means, { method: 'parabola' }) + offset
    })
    expect(averaged).toBeLessThan(0.7)
  })

  it('are cut off where the data end', () => {
    const values = Float64Array.of(0, 0, 0, 8, 8, 8)
    expect(cluster(values, { halfWindow: 5, timing: { method: 'plateau', baseline: 0, reach: 9 } })[0]!.position).toBe(
      (2.5 + 5) / 2,
    )
  })
})
