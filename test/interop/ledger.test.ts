import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { pythonOf } from '../../bench/harness/environment.ts'
import { eventLedger, eventsOf, injectionLedger, mergeLedgers, readLedger, writeLedger } from '../../src/data/index.ts'
import { GpsTime } from '../../src/gw/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'quadrupole-ledger-interop-'))
afterAll(() => rmSync(folder, { recursive: true }))

function h5py(command: 'read' | 'write', path: string) {
  const script = join(import.meta.dirname, 'ledger_files.py')
  const { stdout, stderr, status } = spawnSync(pythonOf('science'), [script, command, path], { encoding: 'utf8' })
  expect(status, stderr).toBe(0)
  return JSON.parse(stdout)
}

const times = [GpsTime.parse('1238205077.000000001'), GpsTime.parse('1238205100.5')]

test('h5py reads injections that we write and merge', async () => {
  const [a, b] = [join(folder, 'injections.hdf5'), join(folder, 'merged.hdf5')]
  const ledger = injectionLedger({
    parameters: { mass_1: Float64Array.of(30, 40) },
    times,
    detectorSnrs: { values: Float64Array.of(3, 4, 5, 12), width: 2 },
    detectors: ['H1', 'L1'],
    metadata: { sample_rate: 2048, right_pad: 0.5, approximant: 'IMRPhenomD' },
  })
  await writeLedger(a, ledger)
  await mergeLedgers([a, a], b)
  const { columns, attributes } = h5py('read', b)
  expect(attributes).toEqual({
    sample_rate: 2048,
    right_pad: 0.5,
    approximant: 'IMRPhenomD',
    ifos: ['H1', 'L1'],
    num_injections: 4,
    length: 4,
  })
  expect(columns.mass_1).toEqual({ dtype: 'float64', shape: [4], values: ['30.0', '40.0', '30.0', '40.0'] })
  expect(columns.ifo_snrs).toMatchObject({ shape: [4, 2] })
  expect(columns.injection_time_nanoseconds).toMatchObject({ dtype: 'int64' })
  expect(columns.injection_time_nanoseconds.values[0]).toBe('1238205077000000001')
})

test('h5py reads events that we write, empty ones too', async () => {
  const path = join(folder, 'events.hdf5')
  await writeLedger(path, eventLedger({ times: [], statistics: new Float64Array(0), livetime: 100 }))
  expect(h5py('read', path).columns.detection_statistic).toEqual({ dtype: 'float64', shape: [0], values: [] })
})

test('we read events that h5py writes as aframe does', async () => {
  const path = join(folder, 'aframe.hdf5')
  h5py('write', path)
  const events = eventsOf(await readLedger(path))
  expect(events.times.map(String)).toEqual(['1238205077.25', '1238205078.5'])
  expect(events).toMatchObject({ livetime: 3600, metadata: { ifos: ['H1', 'L1'] } })
  expect([...events.statistics]).toEqual([1.5, 2.5])
  expect(events.shifts).toEqual({ values: Float64Array.of(0, 1, 0, 1), width: 2 })
})
