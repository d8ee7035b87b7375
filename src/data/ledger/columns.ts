import type { NumericArray } from '../hdf5-file.ts'
import type { ColumnValues } from './ledger.ts'

/** The group that holds the columns. */
export const columnGroup = 'parameters'

/** HDF5's names of the types that columns have. */
const typeNames = [
  [Float64Array, '<d'],
  [Float32Array, '<f'],
  [Int32Array, '<i'],
  [Uint32Array, '<I'],
  [BigInt64Array, '<q'],
] as const

/** What HDF5 calls the type of a column. */
export const typeOf = (values: ColumnValues): string => typeNames.find(([type]) => values instanceof type)![1]

/** A column of a type without rows. */
export const emptyOf = (type: string): ColumnValues =>
  new (typeNames.find(([, name]) => name === type)?.[0] ?? Float64Array)(0)

/** Small integers, which aframe's files may have, come as 32 bits. */
export function columnValues(values: NumericArray): ColumnValues {
  if (typeNames.some(([type]) => values instanceof type)) return values as ColumnValues
  return values instanceof BigUint64Array ? BigInt64Array.from(values) : Int32Array.from(values as ArrayLike<number>)
}
