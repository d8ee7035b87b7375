import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createWorkerPool } from '../../core/index.ts'
import { aligoDesignPsd } from '../../data/index.ts'
import { psd } from '../../signal/index.ts'
import { challengePlan } from './plan.ts'
import { challengeStrain } from './strain.ts'

const plan = await challengePlan({ set: 1, seed: 11, durationSeconds: 7200 })
const { start } = plan.pieces[0]!
const span = (from: number, to: number) => ({ start: start.plus(from), end: start.plus(to) })

it('strain has the same bits whatever span is asked for, and in threads', async () => {
  await using pool = createWorkerPool({ size: 2 })
  const samples = 300 * 2048
  const whole = await challengeStrain(plan, { withSignals: true }).read(span(0, 300))
  const reader = challengeStrain(plan, { withSignals: true, pool })
  await fc.assert(
    fc.asyncProperty(fc.nat(samples - 1), fc.integer({ min: 1, max: 2048 * 20 }), async (from, length) => {
      const to = Math.min(samples, from + length)
      const part = await reader.read(span(from / 2048, to / 2048))
      for (const i of [0, 1])
        expect(part.subarray(i * (to - from), (i + 1) * (to - from))).toEqual(
          whole.subarray(i * samples + from, i * samples + to),
        )
    }),
    { numRuns: 15 },
  )
})

it('strain is noise of the PSD of the set, and signals make the difference', async () => {
  const noise = await challengeStrain(plan, { withSignals: false }).read(span(0, 256))
  const both = await challengeStrain(plan, { withSignals: true }).read(span(0, 256))
  const samples = noise.length / 2
  for (const i of [0, 1]) {
    const { values } = psd(noise.subarray(i * samples, (i + 1) * samples), { sampleRate: 2048, segmentLength: 8192 })
    const ratios = [...values.keys()].slice(80, 4080).map(k => values[k]! / aligoDesignPsd(k / 4))
    // 127 half-overlapping segments scatter by 9.1 % a bin; neighbours under a Hann window are not independent.
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length
    expect(Math.abs(mean - 1)).toBeLessThan((3 * 0.091 * 1.4) / Math.sqrt(ratios.length))
  }
  const signal = both.map((value, n) => value - noise[n]!).subarray(0, samples)
  for (const { time } of plan.injections[0]!.filter(each => each.time.minus(start) < 250)) {
    const at = Math.round(time.minus(start) * 2048)
    const near = signal.subarray(at - 2048, at + 1024).map(Math.abs)
    const peak = near.indexOf(near.reduce((a, b) => Math.max(a, b))) - 2048
    // Light takes 21 ms from the Earth's centre, and half a wave is 10 ms at most.
    expect(Math.abs(peak / 2048)).toBeLessThan(0.035)
    // Nothing is left a second after.
    expect(Math.max(...signal.subarray(at + 1024, at + 1536).map(Math.abs))).toBeLessThan(
      1e-6 * Math.max(...near) + 1e-26,
    )
  }
})

it('set 2 has the PSDs that its seed chose', async () => {
  const measured = await challengePlan({ set: 2, seed: 4, durationSeconds: 7200 })
  expect(measured.psdNames).toEqual([
    expect.stringMatching(/^H1\/psd-\d+\.hdf$/),
    expect.stringMatching(/^L1\/psd-\d+\.hdf$/),
  ])
  const strain = await challengeStrain(measured, { withSignals: true }).read(span(0, 64))
  const rms = (values: Float64Array) => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length)
  expect(rms(strain.subarray(0, 64 * 2048))).toBeGreaterThan(1e-21)
  expect(rms(strain.subarray(64 * 2048))).toBeGreaterThan(1e-21)
})

it('strain outside of the pieces is refused', async () => {
  await expect(challengeStrain(plan, { withSignals: true }).read(span(7199, 7201))).rejects.toThrow(
    /does not lie in one/,
  )
})
