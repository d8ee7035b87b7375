import type * as h5wasm from 'h5wasm/node'
import { dataError } from '../data-error.ts'
import { writeHdf5Atomically } from '../hdf5-writer.ts'
import { columnGroup } from './columns.ts'
import type { MetadataValue } from './ledger.ts'
import { type LedgerFile, openLedger } from './ledger-file.ts'
import { createColumn, writeMetadata } from './write-ledger.ts'

/** Rows that are copied at a time. */
const copyRows = 2 ** 18

export interface MergeLedgersOptions {
  /** Metadata that is the sum of the parts', such as livetimes and numbers of injections. All else must be equal. */
  readonly sum?: readonly string[]
}

/**
 * Joins ledgers to one, rows in the order of the files, whatever their size: a long job writes a ledger for each of its
 * parts, so that nothing is lost or done twice when it is stopped and resumed, and merges them at its end.
 *
 * @throws What `openLedger` throws; `data` (`layout`) for ledgers of different columns or metadata.
 *
 * @example
 * await mergeLedgers(['part-0.hdf5', 'part-1.hdf5'], 'all.hdf5', { sum: ['num_injections'] })
 */
export async function mergeLedgers(
  paths: readonly string[],
  target: string,
  { sum = ['num_injections', 'Tb'] }: MergeLedgersOptions = {},
): Promise<void> {
  const [head] = paths
  if (head === undefined) throw dataError('layout', 'data.mergeLedgers: expected at least one ledger, got none')
  const first = await openLedger(head)
  try {
    let { metadata, length } = first
    for (const path of paths.slice(1))
      await withLedger(path, part => {
        assertSameColumns(first, part)
        metadata = mergedMetadata(metadata, part, sum)
        length += part.length
      })
    // Parts are opened one at a time: there may be more than a process can have open.
    await writeHdf5Atomically(target, async file => {
      file.create_group(columnGroup)
      const columns = first.columnNames.map(name => {
        const { values, width } = first.column(name, { to: 0 })
        return { name, dataset: createColumn(file, name, first.isMatrix(name) ? { values, width } : values) }
      })
      let done = 0
      for (const path of paths)
        await withLedger(path, part => {
          for (const { name, dataset } of columns) appendRows(dataset, part, { name, done })
          done += part.length
        })
      writeMetadata(file, { ...metadata, length })
    })
  } finally {
    first.close()
  }
}

async function withLedger(path: string, use: (ledger: LedgerFile) => void): Promise<void> {
  const ledger = await openLedger(path)
  try {
    use(ledger)
  } finally {
    ledger.close()
  }
}

function mergedMetadata(
  merged: Readonly<Record<string, MetadataValue>>,
  { path, metadata }: LedgerFile,
  sum: readonly string[],
): Readonly<Record<string, MetadataValue>> {
  const names = [...new Set([...Object.keys(merged), ...Object.keys(metadata)])]
  return Object.fromEntries(
    names.map(name => {
      const [a, b] = [merged[name], metadata[name]]
      if (sum.includes(name) && typeof a === 'number' && typeof b === 'number') return [name, a + b]
      if (a !== undefined && JSON.stringify(a) === JSON.stringify(b)) return [name, a]
      throw dataError(
        'layout',
        `data.mergeLedgers: ${name} is ${JSON.stringify(b) ?? 'missing'} in ${path}, ${JSON.stringify(a) ?? 'missing'} ` +
          'before; merge ledgers of one kind',
      )
    }),
  )
}

function assertSameColumns(first: LedgerFile, part: LedgerFile): void {
  const told = (ledger: LedgerFile) =>
    ledger.columnNames
      .map(name => {
        const { values, width } = ledger.column(name, { to: 0 })
        return `${name} (${values.constructor.name}${ledger.isMatrix(name) ? `, ${width} a row` : ''})`
      })
      .sort()
      .join(', ')
  if (told(first) !== told(part))
    throw dataError(
      'layout',
      `data.mergeLedgers: ${first.path} has columns ${told(first)}; ${part.path} has ${told(part)}; merge ledgers of one kind`,
    )
}

/** Copies a column of a part behind the rows that are done, in pieces that fit in memory. */
function appendRows(
  dataset: h5wasm.Dataset,
  part: LedgerFile,
  { name, done }: { readonly name: string; readonly done: number },
): void {
  for (let from = 0; from < part.length; from += copyRows) {
    const { values, width } = part.column(name, { from, to: from + copyRows })
    const rows: [number, number] = [done + from, done + from + values.length / width]
    dataset.resize(part.isMatrix(name) ? [rows[1], width] : [rows[1]])
    dataset.write_slice(part.isMatrix(name) ? [rows, []] : [rows], values)
  }
}
