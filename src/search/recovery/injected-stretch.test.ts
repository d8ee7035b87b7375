import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { foldIn, normal, randomKey } from '../../core/index.ts'
import { sampleNumberFrom } from '../../data/index.ts'
import { writeGwoscFile } from '../../data/testing/gwosc-file.ts'
import { GpsTime, type Span } from '../../gw/index.ts'
import { openSearchStrain } from '../strain/search-strain.ts'
import { strainStretch } from '../strain/stretch.ts'
import { injectedStretch } from './injected-stretch.ts'
import { addSignal, createMergerSignals, type Merger } from './merger-signals.ts'

const detectors = ['H1', 'L1']
const start = GpsTime.fromSeconds(1_238_205_077)

const mergerAt = (seconds: number, distanceMpc = 400): Merger => ({
  time: start.plus(seconds),
  binary: { mass1Solar: 30, mass2Solar: 22, spin1z: 0.3, spin2z: -0.1, distanceMpc, inclination: 0.6, phase: 1.3 },
  rightAscension: 2.1,
  declination: -0.4,
  polarization: 0.9,
})

/** Noise of both detectors that is known at any time. */
function noise(sampleRate: number, seconds: number) {
  const all = detectors.map(detector =>
    normal(foldIn(randomKey(5), detector), seconds * sampleRate).map(x => x * 1e-21),
  )
  const origin = sampleNumberFrom(start, sampleRate)
  const read = (span: Span) => {
    const [from, to] = [span.start, span.end].map(time => sampleNumberFrom(time, sampleRate) - origin)
    const rows = new Float64Array(2 * (to! - from!))
    for (const [i, row] of all.entries()) rows.set(row.subarray(from, to), i * (to! - from!))
    return Promise.resolve(rows)
  }
  return strainStretch({ detectors, sampleRate, read }, { start, end: start.plus(seconds) })
}

describe('strain with signals', () => {
  const sampleRate = 1024
  const stretch = noise(sampleRate, 40)
  const mergers = [mergerAt(11.2345678), mergerAt(30.9)]

  it('is strain and signals added up, to the bit, and the other is strain as it was', async () => {
    const { injected, plain } = injectedStretch(stretch, mergers)
    const [sum, alone] = [await injected.read(stretch.span), await plain.read(stretch.span)]
    const base = await stretch.read(stretch.span)
    expect(alone).toEqual(base)
    const lowPass = { passBand: 0.9, attenuation: 80 }
    const signals = await createMergerSignals({ detectors, sampleRate, lowPass })(mergers)
    const expected = base.slice()
    for (const signal of signals)
      addSignal(expected, signal, { firstSample: sampleNumberFrom(start, sampleRate), detectors: 2 })
    expect(sum).toEqual(expected)
    const largest = sum.reduce((most, value, i) => Math.max(most, Math.abs(value - base[i]!)), 0)
    expect(largest).toBeGreaterThan(3e-22)
  })

  it('has the same bits in whatever parts it is read', async () => {
    const { injected } = injectedStretch(stretch, mergers)
    const whole = await injected.read(stretch.span)
    for (const [from, to] of [
      [0, 11.25],
      [11.25, 12],
      [30.5, 31.5],
    ] as const) {
      const part = await injected.read({ start: start.plus(from), end: start.plus(to) })
      const count = part.length / 2
      for (const [row] of detectors.entries()) {
        const first = row * 40 * sampleRate + from * sampleRate
        expect(part.slice(row * count, (row + 1) * count)).toEqual(whole.slice(first, first + count))
      }
    }
  })

  it('has the bits of strain where signals have no amplitude or lie elsewhere', async () => {
    const nothing = [mergerAt(20, 1e40), mergerAt(90), mergerAt(-30)]
    const { injected } = injectedStretch(stretch, nothing)
    expect(await injected.read(stretch.span)).toEqual(await stretch.read(stretch.span))
  })
})

describe('strain of files', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'quadrupole-injected-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('holds signals as if they had been in the files, sampled down with the strain', async () => {
    const rate = 4096
    const seconds = 24
    const mergers = [mergerAt(13.2345678)]
    const quiet = await noise(rate, seconds).read({ start, end: start.plus(seconds) })
    const loud = quiet.slice()
    for (const signal of await createMergerSignals({ detectors, sampleRate: rate })(mergers))
      addSignal(loud, signal, { firstSample: sampleNumberFrom(start, rate), detectors: 2 })
    const write = (rows: Float64Array, name: string) =>
      Promise.all(
        detectors.map((detector, i) =>
          writeGwoscFile(join(folder, `${name}-${detector}.hdf5`), {
            strain: rows.slice((i * rows.length) / 2, ((i + 1) * rows.length) / 2),
            gpsStart: start.seconds,
            sampleRate: rate,
            detector,
          }),
        ),
      )
    const open = async (rows: Float64Array, name: string) =>
      openSearchStrain(await write(rows, name), { detectors, sampleRate: 1024 })
    const [without, within] = [await open(quiet, 'quiet'), await open(loud, 'loud')]
    const { stretch } = without.stretches[0]!
    const { injected } = injectedStretch(stretch, mergers)
    const [sum, expected, base] = await Promise.all([
      injected.read(stretch.span),
      within.stretches[0]!.stretch.read(stretch.span),
      stretch.read(stretch.span),
    ])
    without.close()
    within.close()
    const largest = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - base[i]!)), 0)
    const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - sum[i]!)), 0)
    // The low-pass of each is flat to 1e-4.
    expect(worst / largest).toBeLessThan(3e-4)
  })
})
