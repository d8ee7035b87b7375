import { describe, expect, it } from 'vitest'
import { GpsTime, TimeSeries } from '../../gw/index.ts'
import type { DetectorNetwork } from '../dense/detector-network.ts'
import { slideNetwork } from './network.ts'

const t0 = GpsTime.fromSeconds(1_000_000_000)
const flat = (channel: string, duration = 16, value: (n: number) => number = () => 0) =>
  new TimeSeries(
    Float64Array.from({ length: duration * 1024 }, (_, n) => value(n)),
    { t0, sampleRate: 1024, channel },
  )

/** Sees a pulse anywhere in the middle half of its window, and remembers what it was shown. */
function watcher(seen: { windows: Float32Array; batch: number }[] = []): DetectorNetwork {
  return {
    name: 'watcher',
    sampleRate: 1024,
    window: 1024,
    detectors: ['H1', 'L1'],
    band: [35, 350],
    mergerRange: [0.25, 0.75],
    async run(windows, batch) {
      seen.push({ windows, batch })
      return Float32Array.from({ length: batch }, (_, row) =>
        Math.max(...windows.subarray(row * 2048 + 256, row * 2048 + 768)),
      )
    },
  }
}

describe('slideNetwork', () => {
  const pulse = flat('H1:STRAIN', 16, n => (n === 7 * 1024 ? 5 : 0))
  const silent = flat('L1:STRAIN')

  it('dates an event by the windows that see it, wherever in them it lies', async () => {
    const { time, strength, times, outputs, integrated } = await slideNetwork([silent, pulse], watcher(), 1)
    // 64 windows a second.
    expect(Math.abs(time.minus(t0) - 7)).toBeLessThan(1 / 64)
    // 32 of the 33 windows that are averaged.
    expect(strength.value).toBeCloseTo((5 * 32) / 33, 12)
    expect(strength.next).toBe(0)
    expect(times[0]).toBe(1.5)
    expect(times.at(-1)).toBe(14.5)
    expect(outputs.filter(value => value === 5)).toHaveLength(32)
    expect(integrated).toHaveLength(outputs.length)
  })

  it('shows the channels in the order of the network and leaves the edges out', async () => {
    const seen: { windows: Float32Array; batch: number }[] = []
    const ramp = flat('L1:STRAIN', 16, n => n)
    await slideNetwork([ramp, silent.with({ channel: 'H1:STRAIN' })], watcher(seen), 1)
    const { windows } = seen[0]!
    expect([...windows.subarray(0, 1024)].every(value => value === 0)).toBe(true)
    expect(windows[1024]).toBe(1024)
    const last = seen.at(-1)!
    expect(last.windows.at(-1)).toBe(15 * 1024 - 1)
  })

  it('gives the same whatever the batch', async () => {
    const one = await slideNetwork([pulse, silent], watcher(), 1, { batch: 1 })
    const many = await slideNetwork([pulse, silent], watcher(), 1, { batch: 100 })
    expect(one.outputs).toEqual(many.outputs)
  })

  it('reports progress up to the number of windows', async () => {
    const steps: string[] = []
    await slideNetwork([pulse, silent], watcher(), 1, {
      batch: 500,
      onProgress: (done, total) => steps.push(`${done}/${total}`),
    })
    expect(steps).toEqual(['500/833', '833/833'])
  })

  it('refuses other detectors, short series, and outputs that are missing or not finite', async () => {
    const virgo = flat('V1:STRAIN')
    await expect(slideNetwork([pulse, virgo], watcher(), 1)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: search.slideNetwork: watcher needs H1 and L1, got H1 and V1; pass files of its detectors]`,
    )
    const short = [flat('H1:STRAIN', 5), flat('L1:STRAIN', 5)]
    await expect(slideNetwork(short, watcher(), 1)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: search.slideNetwork: 5 s are too short to compare windows of 1 s; pass longer files]`,
    )
    const nan = {
      ...watcher(),
      run: async (_: Float32Array, batch: number) => new Float32Array(batch).fill(Number.NaN),
    }
    await expect(slideNetwork([pulse, silent], nan, 1)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: search.createDenseEvaluator: watcher gave 128 outputs (finite: false) for 128 windows, expected one finite number each]`,
    )
    const few = { ...watcher(), run: async () => new Float32Array(1) }
    await expect(slideNetwork([pulse, silent], few, 1)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: search.createDenseEvaluator: watcher gave 1 outputs (finite: true) for 128 windows, expected one finite number each]`,
    )
  })
})
