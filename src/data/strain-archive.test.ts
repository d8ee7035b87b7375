import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GpsTime } from '../gw/index.ts'
import { openStrainArchive } from './strain-archive.ts'
import { writeGwoscFile } from './testing/gwosc-file.ts'
import { writeSeriesFile } from './testing/series-file.ts'

const gpsStart = 1_238_205_077
const sampleRate = 16_384
const ramp = Float64Array.from({ length: 3 * sampleRate }, (_, n) => n * 1e-25)
const at = (sample: number) => GpsTime.fromSeconds(gpsStart).plus(sample / sampleRate)

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quadrupole-archive-'))
})
afterAll(() => rm(folder, { recursive: true }))

const second = (name: string, index: number, detector = 'H1', rate = sampleRate) =>
  writeGwoscFile(join(folder, name), {
    strain: ramp.subarray(index * sampleRate, index * sampleRate + rate),
    gpsStart: gpsStart + index,
    sampleRate: rate,
    detector,
  })
const failure = (promise: Promise<unknown>) =>
  promise.then(String, error => `${error.details.reason}: ${error.message.replaceAll(folder, 'DIR')}`)

describe('an archive of strain', () => {
  it('reads across files that follow on each other, to the sample', async () => {
    const paths = await Promise.all([second('c.hdf5', 2), second('a.hdf5', 0), second('b.hdf5', 1)])
    const archive = await openStrainArchive(paths)
    expect(archive.coverage('H1').spans.map(({ start, end }) => `${start}-${end}`)).toEqual(['1238205077-1238205080'])
    fc.assert(
      fc.property(fc.nat(ramp.length - 1), fc.integer({ min: 1, max: ramp.length }), (from, length) => {
        const to = Math.min(from + length, ramp.length)
        const { values, t0 } = archive.read('H1', { start: at(from), end: at(to) })
        expect(values).toEqual(ramp.subarray(from, to))
        expect(t0.minus(at(from))).toBeCloseTo(0, 8)
      }),
      { numRuns: 15 },
    )
    archive.close()
  })

  it('refuses gaps and detectors it does not have', async () => {
    const archive = await openStrainArchive(await Promise.all([second('a.hdf5', 0), second('c.hdf5', 2)]))
    const read = (detector: string, from: number, to: number) =>
      failure(Promise.resolve().then(() => archive.read(detector, { start: at(from), end: at(to) })))
    expect(await read('H1', 0, ramp.length)).toMatchInlineSnapshot(
      `"times: data.StrainArchive.read: there are no samples of H1:STRAIN at GPS 1238205078"`,
    )
    expect(await read('H1', -1, 9)).toMatchInlineSnapshot(
      `"times: data.StrainArchive.read: there are no samples of H1:STRAIN at GPS 1238205076.999938965"`,
    )
    expect(await read('H1', ramp.length - 5, ramp.length + 1)).toMatchInlineSnapshot(
      `"times: data.StrainArchive.read: there are no samples of H1:STRAIN at GPS 1238205080"`,
    )
    expect(await read('L1', 0, 9)).toMatchInlineSnapshot(
      `"detectors: data.StrainArchive: there is no strain of L1, only of H1"`,
    )
    archive.close()
  })

  it('refuses files that do not belong together', async () => {
    const a = await second('a.hdf5', 0)
    expect(await failure(openStrainArchive([a, a]))).toMatchInlineSnapshot(
      `"times: data.openStrainArchive: DIR/a.hdf5 and DIR/a.hdf5 both hold H1:STRAIN at GPS 1238205077 to 1238205078; leave one out"`,
    )
    expect(await failure(openStrainArchive([a, await second('l.hdf5', 0, 'L1', 4096)]))).toMatchInlineSnapshot(
      `"times: data.openStrainArchive: DIR/a.hdf5 is sampled at 16384 Hz, DIR/l.hdf5 at 4096 Hz; resample one"`,
    )
    expect(await failure(openStrainArchive([a], { channels: ['H1', 'V1'] }))).toMatchInlineSnapshot(
      `"detectors: data.openStrainArchive: no file has V1; pass files that do"`,
    )
    expect(await failure(openStrainArchive([]))).toMatchInlineSnapshot(
      `"detectors: data.openStrainArchive: expected at least one file of strain, got none"`,
    )
  })

  it('takes one channel of a detector that has several', async () => {
    const attributes = { x0: gpsStart, dx: 1 / 1024 }
    const path = await writeSeriesFile(join(folder, 'two.hdf5'), [
      { dataset: 'H1:CLEAN', values: ramp.slice(0, 1024), attributes },
      { dataset: 'H1:RAW', values: ramp.slice(1024, 2048), attributes },
    ])
    expect(await failure(openStrainArchive([path]))).toMatchInlineSnapshot(
      `"detectors: data.openStrainArchive: H1:CLEAN in DIR/two.hdf5 and H1:RAW in DIR/two.hdf5 are of one detector; pass one of them in channels"`,
    )
    const archive = await openStrainArchive([path], { channels: ['H1:RAW'] })
    expect(archive.pieces('H1').map(({ channel }) => channel)).toEqual(['H1:RAW'])
    archive.close()
  })
})
