import { dataError } from '../data-error.ts'
import type { Hdf5File } from '../hdf5-file.ts'
import { openHdf5 } from '../open-hdf5.ts'
import { columnGroup, columnValues, emptyOf } from './columns.ts'
import type { Ledger, MatrixColumn, MetadataValue } from './ledger.ts'

/** An open ledger: its rows stay on disk until they are read. Close it after use. */
export interface LedgerFile {
  readonly path: string
  /** Rows. */
  readonly length: number
  readonly metadata: Readonly<Record<string, MetadataValue>>
  readonly columnNames: readonly string[]
  /**
   * Rows `from` to `to` (not included) of a column, all of them by default, in the type they are stored in.
   *
   * @throws `format` (`layout`) for a column that is not there.
   */
  column(name: string, rows?: { readonly from?: number; readonly to?: number }): MatrixColumn
  /** Whether a column has an axis for several values a row, be it of length 1. */
  isMatrix(name: string): boolean
  /** The same of a column of one number a row, as float64. */
  float64(name: string, rows?: { readonly from?: number; readonly to?: number }): Float64Array
  close(): void
}

/**
 * Opens a ledger, ours or aframe's; columns are read when they are asked for, as far as they are.
 *
 * @throws `io` where the file is missing or empty, `format` where it is no ledger.
 *
 * @example
 * const ledger = await openLedger('injections.hdf5')
 * ledger.float64('mass_1', { from: 0, to: 2 }) // [30, 40]
 */
export async function openLedger(path: string): Promise<LedgerFile> {
  const file = await openHdf5(path, { where: 'data.openLedger', what: 'a ledger' })
  try {
    return ledgerOf(file)
  } catch (error) {
    file.close()
    throw error
  }
}

function ledgerOf(file: Hdf5File): LedgerFile {
  const { path } = file
  if (!file.has(columnGroup))
    throw dataError('layout', `data.openLedger: ${path} has no group ${columnGroup}; it holds ${file.contents()}`)
  const columnNames = file.keys(columnGroup)
  const { length: told, ...metadata } = file.attributes() as Record<string, MetadataValue>
  const [first] = columnNames
  const length = first === undefined ? 0 : file.shape(`${columnGroup}/${first}`)[0]!
  for (const name of columnNames)
    if (file.shape(`${columnGroup}/${name}`)[0] !== length || (told !== undefined && told !== length))
      throw dataError(
        'layout',
        `data.openLedger: ${path} contradicts itself: ${first} has ${length} rows, ${name} has ` +
          `${file.shape(`${columnGroup}/${name}`)[0]}, the file says ${told}; make it again`,
      )
  const checked = (name: string): string => {
    if (columnNames.includes(name)) return `${columnGroup}/${name}`
    throw dataError('layout', `data.LedgerFile: ${path} has no column ${name}; it has ${columnNames.join(', ')}`)
  }
  const column = (name: string, { from = 0, to = length }: { readonly from?: number; readonly to?: number } = {}) => {
    const dataset = checked(name)
    const [start, end] = [Math.max(0, from), Math.min(length, to)]
    const [, width = 1] = file.shape(dataset)
    if (end <= start || width === 0) return { values: emptyOf(file.elementType(dataset)), width }
    return { values: columnValues(file.rows(dataset, start, end).values), width }
  }
  return {
    path,
    length,
    metadata,
    columnNames,
    column,
    isMatrix: name => file.shape(checked(name)).length === 2,
    float64(name, rows) {
      const { values, width } = column(name, rows)
      if (width !== 1)
        throw dataError('layout', `data.LedgerFile: ${name} in ${path} has ${width} values a row; read it by column`)
      return values instanceof Float64Array ? values : Float64Array.from(values as ArrayLike<number | bigint>, Number)
    },
    close: () => file.close(),
  }
}

/** Reads a whole ledger into memory; throws as `openLedger`. */
export async function readLedger(path: string): Promise<Ledger & { readonly length: number }> {
  const file = await openLedger(path)
  try {
    const columns = file.columnNames.map(name => {
      const column = file.column(name)
      return [name, file.isMatrix(name) ? column : column.values] as const
    })
    return { columns: Object.fromEntries(columns), metadata: file.metadata, length: file.length }
  } finally {
    file.close()
  }
}
