import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { createWorkerPool, silentProgress } from '../../core/index.ts'
import { injectionsOf, readLedger } from '../../data/index.ts'
import { GpsTime } from '../../gw/index.ts'
import { readSearchModel } from '../model/search-model.ts'
import { injectedStretch } from '../recovery/injected-stretch.ts'
import type { Merger } from '../recovery/merger-signals.ts'
import { openSearchStrain } from '../strain/search-strain.ts'
import { measureSensitivity, planSensitivity } from './measure-sensitivity.ts'
import { findCandidates, searchOfModel } from './search-stretches.ts'

const inPackage = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url))
const model = await readSearchModel(inPackage('models/bbh'))
const files = ['H-H1', 'L-L1'].map(site => inPackage(`examples/data/${site}_GWOSC_4KHZ_R1-1126259447-32.hdf5`))
const folder = await mkdtemp(join(tmpdir(), 'quadrupole-sensitivity-'))
const pool = createWorkerPool({ size: 2 })
afterAll(async () => {
  await pool.close()
  await rm(folder, { recursive: true })
})

const event = GpsTime.parse('1126259462.423')
const options = { model, pool, count: 2, seed: 4, populations: ['30-25'] }

describe('signals in strain', async () => {
  const { detectors, sampleRate } = model
  const strain = await openSearchStrain(files, { detectors, sampleRate, minDuration: 8 })
  afterAll(() => strain.close())
  const { stretch } = strain.stretches[0]!
  const search = searchOfModel(model, pool)
  const signal = (distanceMpc: number): Merger => ({
    time: GpsTime.parse('1126259453.1'),
    binary: { mass1Solar: 30, mass2Solar: 24, spin1z: 0, spin2z: 0, distanceMpc, inclination: 0.4, phase: 2 },
    rightAscension: 1.2,
    declination: -1.1,
    polarization: 0.3,
  })
  const searched = async (distanceMpc: number) => {
    const { injected, plain } = injectedStretch(stretch, [signal(distanceMpc)], { pool })
    return findCandidates(injected, { search, noise: plain })
  }

  it('of amplitude zero leave every candidate its bits, and loud ones are found without being taken for glitches', async () => {
    const plain = await findCandidates(stretch, { search })
    expect(await searched(1e40)).toEqual(plain)
    const { table, gates } = await searched(250)
    expect(gates).toEqual([[], []])
    const isSignal = (row: number) =>
      Math.abs(GpsTime.fromNanoseconds(table.times[2 * row]!).minus(signal(250).time)) < 0.05
    const row = Array.from({ length: table.count }, (_, i) => i).findIndex(isSignal)
    expect(table.snr[row]).toBeGreaterThan(20)
  }, 300_000)
})

describe('measureSensitivity', () => {
  it('finds signals where the strain has room, one to one, and never the event of the strain itself', async () => {
    const to = join(folder, 'first')
    const planned = await planSensitivity(files, { ...options, folder: to })
    expect(planned).toMatchObject({ isComplete: false, plan: { done: 0 } })
    expect(planned.passes).toBeGreaterThanOrEqual(2)
    const { outcome, files: written } = await measureSensitivity(files, { ...options, folder: to })
    const { injections, rates, populations, search, livetime } = outcome
    expect(injections).toMatchObject({ count: 2, prior: 'injections-real-strain', seed: 4, window: 0.2 })
    expect(search.events).toHaveLength(1)
    // Of 29 s, those around the event are not open.
    expect(livetime).toBeGreaterThan(12)
    expect(livetime).toBeLessThan(14)
    expect(rates.map(rate => 'threshold' in rate)).toEqual([true, true, true, true, false, false])
    expect(populations.map(({ name }) => name)).toEqual(['30-25'])

    const ledger = await readLedger(written.injections)
    const { times, snrs, drawn, parameters } = injectionsOf(ledger)
    expect(drawn).toBe(2 + injections.rejected)
    expect((await readLedger(written.rejected)).length).toBe(injections.rejected)
    times.forEach((time, i) => {
      expect(Math.abs(time.minus(event))).toBeGreaterThan(8 - 0.03)
      const statistic = parameters.detection_statistic![i]!
      // The event of the strain is louder than all.
      expect(statistic > search.events[0]!.statistic - 1).toBe(false)
      expect(Number.isNaN(statistic)).toBe(Number.isNaN(parameters.far![i]!))
      if (!Number.isNaN(statistic)) expect(Math.abs(parameters.time_error![i]!)).toBeLessThan(0.2)
      expect(snrs![i]).toBeGreaterThanOrEqual(4)
    })
    expect(parameters.detection_statistic!.filter(each => !Number.isNaN(each))).toHaveLength(injections.recovered)
    const again = await planSensitivity(files, { ...options, folder: to })
    expect(again.isComplete).toBe(true)
    expect(again.plan.done).toBe(again.plan.steps.length)
    expect(JSON.parse(await readFile(written.outcome, 'utf8')).injections).toEqual(injections)

    // Stopped after its first pass and run again: the same, and what was done is not done again.
    const cut = join(folder, 'second')
    const stop = new AbortController()
    let finished = 0
    const progress = {
      begin: (work: string) => ({
        ...silentProgress.begin(work),
        finish: () => {
          if (work.endsWith('search') && ++finished === 2) setTimeout(() => stop.abort(), 20)
        },
      }),
    }
    const stopped = measureSensitivity(files, { ...options, folder: cut, progress, signal: stop.signal })
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' })
    const steps = async () => (await readdir(join(cut, 'steps'))).filter(name => /^(pass|strain)/.test(name))
    const done = await steps()
    expect(done.length).toBeGreaterThanOrEqual(1)
    const resumed = await measureSensitivity(files, { ...options, folder: cut })
    expect(resumed.outcome).toEqual(outcome)
    expect(await steps()).toEqual(expect.arrayContaining(done))
    expect(await readFile(resumed.files.outcome)).toEqual(await readFile(written.outcome))
    expect(await readLedger(resumed.files.injections)).toEqual(ledger)
  }, 300_000)

  it('refuses what it can not do before it searches', async () => {
    const refused = (change: object) =>
      measureSensitivity(files, { ...options, folder: join(folder, 'none'), ...change })
    await expect(refused({ count: 0 })).rejects.toThrow(/a positive number of injections, got 0/)
    await expect(refused({ spacing: 7 })).rejects.toThrow(/a spacing of at least 8 s, which templates last, got 7/)
    await expect(refused({ minimumSnr: -1 })).rejects.toThrow(/a least SNR of 0 or more, got -1/)
    await expect(refused({ prior: 'none.toml' })).rejects.toMatchObject({ code: 'io' })
    await expect(refused({ populations: ['mlgwsc1-set1'] })).rejects.toMatchObject({ code: 'config' })
    await expect(refused({ model: { ...model, background: undefined } })).rejects.toThrow(/no background.json/)
    await expect(readdir(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
