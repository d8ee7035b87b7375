import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import * as h5wasm from 'h5wasm/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ColumnValues, Ledger, LedgerColumn } from './ledger.ts'
import { openLedger, readLedger } from './ledger-file.ts'
import { mergeLedgers } from './merge-ledgers.ts'
import { writeLedger } from './write-ledger.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quadrupole-ledger-'))
})
afterAll(() => rm(folder, { recursive: true }))

const failure = (promise: Promise<unknown>) =>
  promise.then(String, error => `${error.code}: ${error.message.replaceAll(folder, 'DIR')}`)

const types = [Float64Array, Float32Array, Int32Array, Uint32Array] as const

/** Ledgers of a few columns of all types, which all have the same columns where the seed is the same. */
const ledgers = fc
  .record({
    kinds: fc.array(fc.nat(6), { minLength: 1, maxLength: 5 }),
    rows: fc.array(fc.nat(40), { minLength: 1, maxLength: 3 }),
  })
  .map(({ kinds, rows }) =>
    rows.map((length, part): Ledger => {
      const columns = kinds.map((kind, i): readonly [string, LedgerColumn] => {
        const value = (n: number) => (i + 1) * 1000 + part * 100 + n
        if (kind === 4)
          return [`c${i}`, BigInt64Array.from({ length }, (_, n) => 1_238_205_077_000_000_001n + BigInt(n))]
        if (kind === 6) return [`c${i}`, { values: Int32Array.from({ length }, (_, n) => value(n)), width: 1 }]
        if (kind === 5)
          return [`c${i}`, { values: Float64Array.from({ length: 3 * length }, (_, n) => value(n)), width: 3 }]
        return [`c${i}`, new types[kind]!(Array.from({ length }, (_, n) => value(n))) as ColumnValues]
      })
      return {
        columns: Object.fromEntries(columns),
        metadata: { sample_rate: 2048, num_injections: length, ifos: ['H1', 'L1'] },
      }
    }),
  )

describe('a ledger on disk', () => {
  it('comes back as it was written, whole or in part', async () => {
    await fc.assert(
      fc.asyncProperty(ledgers, fc.nat(40), fc.nat(40), async ([ledger], from, to) => {
        const path = join(folder, 'ledger.hdf5')
        await writeLedger(path, ledger!)
        const { columns, metadata, length } = await readLedger(path)
        expect(columns).toEqual(ledger!.columns)
        expect(metadata).toEqual(ledger!.metadata)
        const file = await openLedger(path)
        for (const [name, column] of Object.entries(ledger!.columns)) {
          const { values, width } = 'width' in column ? column : { values: column, width: 1 }
          const part = file.column(name, { from, to })
          expect(part.values).toEqual(
            values.slice(Math.min(from, length) * width, Math.max(from, Math.min(to, length)) * width),
          )
        }
        file.close()
      }),
      { numRuns: 25 },
    )
  })

  it('merges from parts as if it had been written at once', async () => {
    await fc.assert(
      fc.asyncProperty(ledgers, async parts => {
        const paths = parts.map((_, i) => join(folder, `part-${i}.hdf5`))
        for (const [i, part] of parts.entries()) await writeLedger(paths[i]!, part)
        const path = join(folder, 'merged.hdf5')
        await mergeLedgers(paths, path)
        const { columns, metadata, length } = await readLedger(path)
        const rows = parts.map(part => part.metadata.num_injections as number).reduce((sum, n) => sum + n, 0)
        expect([length, metadata]).toEqual([rows, { sample_rate: 2048, num_injections: rows, ifos: ['H1', 'L1'] }])
        for (const [name, column] of Object.entries(columns)) {
          const valuesOf = (one: LedgerColumn): (number | bigint)[] => [...('width' in one ? one.values : one)]
          expect(valuesOf(column)).toEqual(parts.flatMap(part => valuesOf(part.columns[name]!)))
        }
      }),
      { numRuns: 15 },
    )
  })

  it('leaves the old file and nothing else where writing fails', async () => {
    const path = join(folder, 'kept.hdf5')
    await writeLedger(path, { columns: { a: Float64Array.of(1) }, metadata: {} })
    const before = await readdir(folder)
    const uneven = { columns: { a: Float64Array.of(1), b: Float64Array.of(1, 2) }, metadata: {} }
    expect(await failure(writeLedger(path, uneven))).toMatchInlineSnapshot(
      `"shape: data.ledgerLength: a has 1 rows, b has 2; give every column one value a row"`,
    )
    expect(await failure(writeLedger(join(folder, 'no', 'x.hdf5'), { columns: {}, metadata: {} }))).toMatch(/^io: /)
    expect(await readdir(folder)).toEqual(before)
    expect((await readLedger(path)).columns.a).toEqual(Float64Array.of(1))
  })

  it('is refused where it is none, or of another kind', async () => {
    await writeFile(join(folder, 'empty'), '')
    await writeFile(join(folder, 'text'), 'a,b\n1,2\n')
    expect(await failure(openLedger(join(folder, 'absent')))).toMatchInlineSnapshot(
      `"io: data.openLedger: DIR/absent does not exist; pass the path of a ledger"`,
    )
    expect(await failure(openLedger(join(folder, 'empty')))).toMatchInlineSnapshot(
      `"io: data.openLedger: DIR/empty is empty (0 bytes); expected a ledger"`,
    )
    expect(await failure(openLedger(join(folder, 'text')))).toMatchInlineSnapshot(
      `"format: data.openLedger: DIR/text is no HDF5 file; expected a ledger"`,
    )
    await h5wasm.ready
    const other = new h5wasm.File(join(folder, 'other.hdf5'), 'w')
    other.create_dataset({ name: 'time', data: [1, 2] })
    other.close()
    expect(await failure(openLedger(join(folder, 'other.hdf5')))).toMatchInlineSnapshot(
      `"format: data.openLedger: DIR/other.hdf5 has no group parameters; it holds time"`,
    )

    const [a, b, c] = ['a.hdf5', 'b.hdf5', 'c.hdf5'].map(name => join(folder, name)) as [string, string, string]
    await writeLedger(a, { columns: { x: Float64Array.of(1) }, metadata: { sample_rate: 2048 } })
    await writeLedger(b, { columns: { x: Float32Array.of(1) }, metadata: { sample_rate: 2048 } })
    await writeLedger(c, { columns: { x: Float64Array.of(1) }, metadata: { sample_rate: 4096 } })
    expect(await failure(mergeLedgers([a, b], join(folder, 'd.hdf5')))).toMatchInlineSnapshot(
      `"format: data.mergeLedgers: DIR/a.hdf5 has columns x (Float64Array); DIR/b.hdf5 has x (Float32Array); merge ledgers of one kind"`,
    )
    expect(await failure(mergeLedgers([a, c], join(folder, 'd.hdf5')))).toMatchInlineSnapshot(
      `"format: data.mergeLedgers: sample_rate is 4096 in DIR/c.hdf5, 2048 before; merge ledgers of one kind"`,
    )
    expect(await failure(mergeLedgers([], join(folder, 'd.hdf5')))).toMatchInlineSnapshot(
      `"format: data.mergeLedgers: expected at least one ledger, got none"`,
    )
    const file = await openLedger(a)
    expect(await failure(Promise.resolve().then(() => file.column('y')))).toMatchInlineSnapshot(
      `"format: data.LedgerFile: DIR/a.hdf5 has no column y; it has x"`,
    )
    file.close()
  })
})
