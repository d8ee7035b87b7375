import { GpsTime } from '../../gw/index.ts'
import { dataError } from '../data-error.ts'
import { asMatrix, type Ledger, type LedgerColumn } from './ledger.ts'

const exactName = (name: string): string => `${name}_nanoseconds`

/** GPS times as two columns: float64 seconds, which everyone reads, and beside them exact nanoseconds. */
export function timeColumns(name: string, times: readonly GpsTime[]): Readonly<Record<string, LedgerColumn>> {
  return {
    [name]: Float64Array.from(times, time => time.seconds),
    [exactName(name)]: BigInt64Array.from(times, time => time.nanoseconds),
  }
}

/**
 * The times of `timeColumns`, or of the column of seconds where there is no other.
 *
 * @throws `format` (`layout`) where there is neither.
 */
export function timesOf({ columns }: Ledger, name: string): readonly GpsTime[] {
  const { [name]: seconds, [exactName(name)]: nanoseconds } = columns
  if (nanoseconds instanceof BigInt64Array) return Array.from(nanoseconds, time => GpsTime.fromNanoseconds(time))
  return Array.from(numbersOf({ columns }, name, seconds), time => GpsTime.fromSeconds(time))
}

/** A column of one number a row, as float64; throws `format` (`layout`) where there is none. */
export function numbersOf(
  { columns }: Pick<Ledger, 'columns'>,
  name: string,
  column: LedgerColumn | undefined = columns[name],
): Float64Array {
  if (column === undefined || 'width' in column)
    throw dataError(
      'layout',
      `data.numbersOf: the ledger has no column ${name} of one value a row; it has ${Object.keys(columns).join(', ')}`,
    )
  return Float64Array.from(column as ArrayLike<number | bigint>, Number)
}

/** A column of numbers for each detector, as float64; nothing where there is no such column. */
export function matrixOf({ columns }: Ledger, name: string): { values: Float64Array; width: number } | undefined {
  const column = columns[name]
  if (column === undefined) return undefined
  const { values, width } = asMatrix(column)
  return { values: Float64Array.from(values as ArrayLike<number | bigint>, Number), width }
}

/** The columns and metadata that are not among those named. */
export function without<Value>(
  record: Readonly<Record<string, Value>>,
  names: readonly string[],
): Readonly<Record<string, Value>> {
  return Object.fromEntries(
    Object.entries(record).filter(([name]) => !names.some(taken => name === taken || name === exactName(taken))),
  )
}
