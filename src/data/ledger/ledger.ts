import { QuadrupoleError } from '../../core/index.ts'

/** Values of a column: 64-bit integers hold GPS times in nanoseconds, exactly. */
export type ColumnValues = Float64Array | Float32Array | Int32Array | Uint32Array | BigInt64Array

/** A column with several values a row, `[rows, width]`, row by row. */
export interface MatrixColumn<Values extends ColumnValues = ColumnValues> {
  readonly values: Values
  readonly width: number
}

export type LedgerColumn = ColumnValues | MatrixColumn

/** What holds for all rows. */
export type MetadataValue = number | string | readonly number[] | readonly string[]

/** Records in columns of equal length, and what holds for all of them. */
export interface Ledger {
  readonly columns: Readonly<Record<string, LedgerColumn>>
  readonly metadata: Readonly<Record<string, MetadataValue>>
}

/** A column as values and a width, which is 1 for plain ones. */
export function asMatrix(column: LedgerColumn): MatrixColumn {
  return 'width' in column ? column : { values: column, width: 1 }
}

/**
 * How many rows a ledger has.
 *
 * @throws `shape` for columns of different lengths.
 */
export function ledgerLength({ columns }: Pick<Ledger, 'columns'>): number {
  let first: { readonly name: string; readonly rows: number } | undefined
  for (const [name, column] of Object.entries(columns)) {
    const { values, width } = asMatrix(column)
    const rows = values.length / width
    first ??= { name, rows }
    if (rows !== first.rows || !Number.isInteger(rows))
      throw new QuadrupoleError(
        'shape',
        `data.ledgerLength: ${first.name} has ${first.rows} rows, ${name} has ${rows}; give every column one value a row`,
        { details: { name, rows } },
      )
  }
  return first?.rows ?? 0
}
