import type * as h5wasm from 'h5wasm/node'
import { writeHdf5Atomically } from '../hdf5-writer.ts'
import { columnGroup, typeOf } from './columns.ts'
import { asMatrix, type Ledger, type LedgerColumn, ledgerLength, type MetadataValue } from './ledger.ts'

/** Rows of a chunk on disk, the least that is read at once. */
const chunkRows = 4096

/**
 * Writes a ledger as aframe lays it out: HDF5 with a dataset for each column in the group `parameters`, what holds for all
 * rows as attributes of the root, and their number as the attribute `length`. The file appears whole or not at all.
 *
 * @throws `shape` for columns of different lengths, `io` where the disk refuses.
 *
 * @example
 * await writeLedger('injections.hdf5', { columns: { mass_1: Float64Array.of(30, 40) }, metadata: { sample_rate: 2048 } })
 */
export async function writeLedger(path: string, ledger: Ledger): Promise<void> {
  const length = ledgerLength(ledger)
  await writeHdf5Atomically(path, file => {
    file.create_group(columnGroup)
    for (const [name, column] of Object.entries(ledger.columns)) createColumn(file, name, column)
    writeMetadata(file, { ...ledger.metadata, length })
  })
}

/** Makes a column's dataset, which can grow. */
export function createColumn(file: h5wasm.File, name: string, column: LedgerColumn): h5wasm.Dataset {
  const { values, width } = asMatrix(column)
  const isMatrix = 'width' in column
  const tail = isMatrix ? [width] : []
  return file.create_dataset({
    name: `${columnGroup}/${name}`,
    data: values,
    dtype: typeOf(values),
    shape: [values.length / width, ...tail],
    maxshape: [null, ...tail],
    chunks: [chunkRows, ...tail],
  })
}

/** Writes attributes of the root: whole numbers as integers, as Python expects of counts. */
export function writeMetadata(file: h5wasm.File, metadata: Readonly<Record<string, MetadataValue>>): void {
  for (const [name, value] of Object.entries(metadata))
    if (Number.isSafeInteger(value)) file.create_attribute(name, BigInt64Array.of(BigInt(value as number)), [], '<q')
    else if (typeof value === 'number') file.create_attribute(name, value, [], '<d')
    else if (typeof value === 'string') file.create_attribute(name, value)
    else if (value.every(item => typeof item === 'string')) file.create_attribute(name, [...value] as string[])
    else file.create_attribute(name, Float64Array.from(value as readonly number[]))
}
