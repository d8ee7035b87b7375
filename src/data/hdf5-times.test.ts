import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Hdf5File } from './hdf5-file.ts'
import { clearObjectTimes } from './hdf5-times.ts'
import { writeHdf5Atomically } from './hdf5-writer.ts'
import { writeLedger } from './ledger/write-ledger.ts'
import { lookup3 } from './lookup3.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quadrupole-times-'))
})
afterAll(() => rm(folder, { recursive: true }))

it('lookup3 hashes as its author says', () => {
  expect(lookup3(new Uint8Array(0))).toBe(0xdeadbeef)
  expect(lookup3(Buffer.from('Four score and seven years ago'))).toBe(0x17770551)
})

describe('HDF5 files', () => {
  // More columns than a group holds in its header, and headers that lie across the pieces in which a file is searched.
  const columns = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`column_${i}`, new Float64Array(9000).fill(i + 0.5)]),
  )
  const ledger = { columns, metadata: { sample_rate: 2048, ifos: ['H1', 'L1'] } }

  it('have the same bytes whenever they are written', async () => {
    const [first, second] = [join(folder, 'first.hdf5'), join(folder, 'second.hdf5')]
    await writeLedger(first, ledger)
    // libhdf5 counts seconds
    await sleep(1100)
    await writeLedger(second, ledger)
    const bytes = await readFile(first)
    expect(bytes.length).toBeGreaterThan(2.5 * 2 ** 20)
    expect(bytes.equals(await readFile(second))).toBe(true)
    const file = await Hdf5File.open(second)
    for (const [name, values] of Object.entries(columns))
      expect(file.float64(`parameters/${name}`, 0, values.length)).toEqual(values)
    file.close()
  })

  it('are not changed where numbers look like a header', async () => {
    const path = join(folder, 'written.hdf5')
    const data = Uint8Array.from({ length: 400 }, (_, i) => i)
    data.set(Buffer.from('OHDR\x02\x20', 'latin1'), 100)
    data.set(Buffer.from('OHDR\x02\x23', 'latin1'), 200)
    data.set(Buffer.from('OHDR\x02\x20', 'latin1'), 394)
    await writeHdf5Atomically(path, file => {
      file.create_dataset({ name: 'bytes', data, dtype: '<B' })
    })
    const file = await Hdf5File.open(path)
    expect(file.rows('bytes', 0, 400).values).toEqual(data)
    file.close()
    const before = await readFile(path)
    await clearObjectTimes(path)
    expect(await readFile(path)).toEqual(before)
  })

  it('may hold nothing', async () => {
    const path = join(folder, 'short')
    await writeFile(path, 'OHDR\x02\x20')
    await clearObjectTimes(path)
    expect(await readFile(path, 'latin1')).toBe('OHDR\x02\x20')
  })
})
