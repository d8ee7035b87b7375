import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { createWorkerPool } from '../../core/index.ts'
import { readSearchModel } from '../model/search-model.ts'
import { searchFiles } from './search-files.ts'

const inPackage = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url))
const model = await readSearchModel(inPackage('models/bbh'))
const files = ['H-H1', 'L-L1'].map(site => inPackage(`examples/data/${site}_GWOSC_4KHZ_R1-1126259447-32.hdf5`))
const folder = await mkdtemp(join(tmpdir(), 'quadrupole-search-'))
const pool = createWorkerPool({ size: 2 })
afterAll(async () => {
  await pool.close()
  await rm(folder, { recursive: true })
})

const search = (name: string, paths: readonly string[]) =>
  searchFiles(paths, { model, pool, folder: join(folder, name), maximumRate: 365.25 })

it('the released model finds GW150914 and nothing else, twice the same', async () => {
  const { outcome, report } = await search('first', files)
  expect(outcome.events).toHaveLength(1)
  const [event] = outcome.events
  expect(Math.abs(event!.gpsTime - 1126259462.423)).toBeLessThan(0.01)
  expect(event!.farKind).toBe('limit')
  expect(event!.snrs.H1).toBeGreaterThan(15)
  expect(event!.snrs.L1).toBeGreaterThan(10)
  expect(event!.times.H1! - event!.times.L1!).toBeGreaterThan(0.005)
  expect(event!.times.H1! - event!.times.L1!).toBeLessThan(0.0095)
  expect(outcome.livetime).toBeGreaterThan(28)
  expect(outcome.livetime).toBeLessThan(31)
  const page = await readFile(report.page, 'utf8')
  expect(page).toContain('1126259462.4')
  const again = await search('second', files)
  expect(again.outcome).toEqual(outcome)
}, 60_000)

it('one detector alone is not searched, and the message says what is missing', async () => {
  await expect(search('alone', [files[0]!])).rejects.toThrow(/L1/)
})
