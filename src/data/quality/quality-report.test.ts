import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { normal, randomKey } from '../../core/index.ts'
import { GpsTime } from '../../gw/index.ts'
import { psd } from '../../signal/index.ts'
import { SegmentSet } from '../segments/segment-set.ts'
import { openStrainArchive } from '../strain-archive.ts'
import { writeGwoscFile } from '../testing/gwosc-file.ts'
import { checkQuality, goodStretches } from './quality-report.ts'

const events = fileURLToPath(new URL('../../../../shared/data/strain-fd', import.meta.url))
const reference = join(events, 'GW190720_000836.npz')
const gpsStart = 1_126_259_447
const at = (seconds: number) => GpsTime.fromSeconds(gpsStart + seconds)
const span = (from: number, to: number) => ({ start: at(from), end: at(to) })
const sampleRate = 256
const noise = (seed: number, seconds: number) =>
  normal(randomKey(seed), seconds * sampleRate, { standardDeviation: 1e-21 })

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quadrupole-quality-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** H1: 32 s, then 16 s after a gap of 8 s; L1: 56 s without a gap. Each with faults of its own. */
async function writtenFiles(): Promise<readonly string[]> {
  const hanford = noise(1, 32)
  hanford.fill(Number.NaN, 3 * sampleRate, 3.5 * sampleRate)
  hanford[20 * sampleRate] = Number.POSITIVE_INFINITY
  const livingston = noise(2, 56)
  livingston.fill(0, 10 * sampleRate, 11 * sampleRate)
  const flags = new Uint32Array(56).fill(127)
  flags.fill(127 & ~2, 28, 30)
  flags[30] = 0
  flags[40] = 127 & ~8 // CBC_CAT3 is not required
  const write = (name: string, content: Parameters<typeof writeGwoscFile>[1]) =>
    writeGwoscFile(join(folder, name), { sampleRate, ...content })
  return [
    await write('H-2.hdf5', { strain: noise(3, 16), gpsStart: gpsStart + 40 }),
    await write('H-1.hdf5', { strain: hanford, gpsStart }),
    await write('L.hdf5', { strain: livingston, gpsStart, detector: 'L1', quality: flags }),
  ]
}

describe('checkQuality', () => {
  it('reports every fault with its GPS times, and what is left is good', async () => {
    const archive = await openStrainArchive(await writtenFiles())
    const { faults, good } = checkQuality(archive)
    expect(
      faults.map(fault => {
        const [from, to] = [fault.span.start.minus(at(0)), fault.span.end.minus(at(0))]
        const file = fault.path?.replace(folder, '') ?? 'no file'
        return `${fault.detector} ${fault.kind} ${from}-${to} ${file} ${fault.tests ?? ''}`.trim()
      }),
    ).toEqual([
      'H1 not-finite 3-3.5 /H-1.hdf5',
      'H1 not-finite 20-20.00390625 /H-1.hdf5',
      'H1 missing 32-40 no file',
      'L1 flat 10-11 /L.hdf5',
      'L1 flagged 28-30 /L.hdf5 CBC_CAT1',
      'L1 flagged 30-31 /L.hdf5 DATA,CBC_CAT1,CBC_CAT2',
    ])
    const shown = (set: SegmentSet) => set.spans.map(({ start, end }) => `${start.minus(at(0))}-${end.minus(at(0))}`)
    expect(shown(good.get('H1')!)).toEqual(['0-3', '3.5-20', '20.00390625-32', '40-56'])
    expect(shown(good.get('L1')!)).toEqual(['0-10', '11-28', '31-56'])
    archive.close()
  })

  it('gives stretches that are good in all detectors and long enough, whose PSDs are finite', async () => {
    const archive = await openStrainArchive(await writtenFiles())
    const report = checkQuality(archive, { padding: 0.25, vetoes: SegmentSet.of([span(41, 42)]) })
    const stretches = goodStretches(report, { minDuration: 4 })
    expect(stretches.spans.map(({ start, end }) => `${start.minus(at(0))}-${end.minus(at(0))}`)).toEqual([
      '3.75-9.75',
      '11.25-19.75',
      '20.25390625-28',
      '42-56',
    ])
    for (const detector of archive.detectors) {
      const good = stretches.spans.map(stretch => archive.read(detector, stretch).values)
      const { values } = psd(good, { sampleRate, segmentLength: 2 * sampleRate })
      const level = values.subarray(2, -2).reduce((sum, value) => sum + value, 0) / (values.length - 4)
      expect(level / (1e-42 / (sampleRate / 2))).toBeCloseTo(1, 0)
    }
    expect(goodStretches(report, { detectors: ['H1', 'V1'] }).size).toBe(0)
    archive.close()
  })

  it.skipIf(!existsSync(reference))('leaves out what Virgo did not measure before GW190720_000836', async () => {
    const archive = await openStrainArchive([reference])
    const { faults, good } = checkQuality(archive)
    const kinds = faults.map(({ detector, kind, span }) => {
      const from = archive.pieces(detector)[0]!.span.start
      return `${detector} ${kind} ${span.start.minus(from)}-${span.end.minus(from)}`
    })
    expect(kinds.filter(kind => !kind.includes('tapered'))).toEqual(['V1 quiet 8-30'])
    expect(kinds.filter(kind => kind.includes('tapered'))).toHaveLength(6)
    expect([...good].map(([detector, set]) => `${detector} ${set.livetime}`)).toEqual(['H1 48', 'L1 48', 'V1 26'])
    archive.close()
  })

  it.skipIf(!existsSync(events))(
    'finds no fault in the H1 and L1 strain of published events, glitches or not',
    async () => {
      for (const name of await readdir(events)) {
        const archive = await openStrainArchive([join(events, name)])
        const found = checkQuality(archive).faults.filter(
          ({ kind, detector }) => kind !== 'tapered' && detector !== 'V1',
        )
        expect(found, name).toEqual([])
        archive.close()
      }
    },
  )
})
