import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GpsTime } from '../../gw/index.ts'
import { eventLedger, eventsOf } from './event-ledger.ts'
import { injectionLedger, injectionsOf } from './injection-ledger.ts'
import { readLedger } from './ledger-file.ts'
import { mergeLedgers } from './merge-ledgers.ts'
import { writeLedger } from './write-ledger.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quadrupole-records-'))
})
afterAll(() => rm(folder, { recursive: true }))

const times = ['1238205077.000000001', '1238205100.123456789'].map(text => GpsTime.parse(text))
const texts = (all: readonly GpsTime[]) => all.map(String)

describe('events', () => {
  const events = {
    times,
    statistics: Float64Array.of(3.5, -1),
    shifts: { values: Float64Array.of(0, 1, 0, 2), width: 2 },
    livetime: 86_400.5,
    columns: { h1_snr: Float64Array.of(5, 6) },
    metadata: { model: 'small' },
  }

  it('keep their times to the nanosecond, and their livetimes add up', async () => {
    const [a, b] = [join(folder, 'a.hdf5'), join(folder, 'b.hdf5')]
    await writeLedger(a, eventLedger(events))
    const read = eventsOf(await readLedger(a))
    expect(texts(read.times)).toEqual(texts(times))
    expect(read).toEqual(events)
    await mergeLedgers([a, a], b)
    const merged = eventsOf(await readLedger(b))
    expect([merged.livetime, merged.times.length]).toEqual([172_801, 4])
  })

  it('are read as aframe names them, times in seconds alone', () => {
    const columns = { detection_time: Float64Array.of(10.5), detection_statistic: Float32Array.of(2) }
    const read = eventsOf({ columns, metadata: { Tb: 100 } })
    expect([texts(read.times), [...read.statistics], read.livetime]).toEqual([['10.5'], [2], 100])
    expect(() =>
      eventsOf({ columns: { detection_time: columns.detection_time }, metadata: { Tb: 1 } }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.numbersOf: the ledger has no column detection_statistic of one value a row; it has detection_time]`,
    )
    expect(() => eventsOf({ columns, metadata: {} })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.eventsOf: the ledger has no attribute Tb, the livetime; pass a ledger of events]`,
    )
    expect(() => eventLedger({ ...events, times: [] })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.eventLedger: got 0 times but 2 statistics; give each event one of each]`,
    )
  })
})

describe('injections', () => {
  it('come back with their parameters, times, ratios and how many were drawn', async () => {
    const injections = {
      parameters: { mass_1: Float64Array.of(30, 40), luminosity_distance: Float64Array.of(1000, 2000) },
      times,
      shifts: { values: Float64Array.of(0, 1, 0, 1), width: 2 },
      snrs: Float64Array.of(5, 13),
      detectorSnrs: { values: Float64Array.of(3, 4, 5, 12), width: 2 },
      detectors: ['H1', 'L1'],
      drawn: 17,
      metadata: { sample_rate: 2048, right_pad: 0.5 },
    }
    const path = join(folder, 'injections.hdf5')
    await writeLedger(path, injectionLedger(injections))
    const ledger = await readLedger(path)
    expect(injectionsOf(ledger)).toEqual(injections)
    expect(ledger.columns.geocent_time).toEqual(Float64Array.of(1238205077.000000001, 1238205100.123456789))
  })

  it('may be bare', () => {
    const bare = injectionsOf(injectionLedger({ parameters: {}, times: [] }))
    expect(bare).toEqual({ parameters: {}, times: [], drawn: 0, metadata: {} })
  })
})
