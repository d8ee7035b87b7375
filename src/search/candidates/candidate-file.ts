import { QuadrupoleError } from '../../core/index.ts'
import { GpsTime } from '../../gw/index.ts'
import { Tensor } from '../../tensor/index.ts'
import { readSafetensors, writeSafetensors } from '../../train/index.ts'
import { keptSamples } from '../matched-filter/candidate.ts'
import type { TimedCandidate } from './candidate-search.ts'

/** Best templates that are kept of each candidate. */
export const storedTemplates = 8

/** Candidates as columns, in order of time. */
export interface CandidateTable {
  readonly count: number
  /** Of the merger in each detector, GPS nanoseconds: `[count, 2]`. */
  readonly times: BigInt64Array
  /** `[count, 2]` */
  readonly snrs: Float64Array
  /** Root of the sum of their squares, `[count]`. */
  readonly snr: Float64Array
  /** The best templates, best first: `[count, storedTemplates]`. */
  readonly templates: Int32Array
  /** `[count, storedTemplates, 2 detectors]` */
  readonly consistency: Float32Array
  /** SNR series: `[count, storedTemplates, 2 detectors, 2 parts, keptSamples]`. */
  readonly series: Float32Array
}

/** Values of one candidate in each column. */
const widths = {
  times: 2,
  snrs: 2,
  snr: 1,
  templates: storedTemplates,
  consistency: storedTemplates * 2,
  series: storedTemplates * 4 * keptSamples,
} as const

type Column = keyof typeof widths

const columnNames = Object.keys(widths) as Column[]

const emptyTable = (count: number): CandidateTable => ({
  count,
  times: new BigInt64Array(count * widths.times),
  snrs: new Float64Array(count * widths.snrs),
  snr: new Float64Array(count * widths.snr),
  templates: new Int32Array(count * widths.templates),
  consistency: new Float32Array(count * widths.consistency),
  series: new Float32Array(count * widths.series),
})

/** Candidates as a table. */
export function candidateTable(candidates: readonly TimedCandidate[]): CandidateTable {
  const table = emptyTable(candidates.length)
  for (const [i, { times, snrs, snr, templates, consistencies, series }] of candidates.entries()) {
    table.times.set(
      times.map(({ nanoseconds }) => nanoseconds),
      i * widths.times,
    )
    table.snrs.set(snrs, i * widths.snrs)
    table.snr[i] = snr
    table.templates.set(templates.subarray(0, widths.templates), i * widths.templates)
    table.consistency.set(consistencies.subarray(0, widths.consistency), i * widths.consistency)
    table.series.set(series.subarray(0, widths.series), i * widths.series)
  }
  return table
}

/** Tables one behind the other. */
export function joinTables(tables: readonly CandidateTable[]): CandidateTable {
  const joined = emptyTable(tables.reduce((sum, { count }) => sum + count, 0))
  let at = 0
  for (const table of tables) {
    for (const name of columnNames) (joined[name] as Float32Array).set(table[name] as Float32Array, at * widths[name])
    at += table.count
  }
  return joined
}

/** Some rows of a table, in the order asked for. */
export function tableRows(table: CandidateTable, rows: ArrayLike<number>): CandidateTable {
  const some = emptyTable(rows.length)
  for (const name of columnNames) copyRows(table, name, rows, some[name])
  return some
}

/** Writes one column of some rows to an array, from row `at` of it on. */
export function copyRows<Name extends Column>(
  table: CandidateTable,
  name: Name,
  rows: ArrayLike<number>,
  into: CandidateTable[Name],
  at = 0,
): void {
  const [source, target, width] = [table[name] as Float32Array, into as Float32Array, widths[name]]
  for (let i = 0; i < rows.length; i++)
    target.set(source.subarray(rows[i]! * width, (rows[i]! + 1) * width), (at + i) * width)
}

/** Time of the merger in a detector. */
export const timeOf = ({ times }: CandidateTable, row: number, detector: 0 | 1): GpsTime =>
  GpsTime.fromNanoseconds(times[row * widths.times + detector]!)

/** The mean of the times in the two detectors. */
export function meanTime(table: CandidateTable, row: number): GpsTime {
  const [first, second] = [timeOf(table, row, 0), timeOf(table, row, 1)]
  return first.plus(second.minus(first) / 2)
}

/**
 * Writes candidates to a file of tensors (safetensors), whole or not at all.
 *
 * @throws `io`
 */
export async function writeCandidates(path: string, { count, ...columns }: CandidateTable): Promise<void> {
  const tensors = Object.fromEntries(
    columnNames.map(name => [name, Tensor.of(columns[name] as Float32Array, [count, widths[name]])]),
  )
  await writeSafetensors(path, { tensors, metadata: { format: 'quadrupole-candidates-1' } })
}

/**
 * Reads candidates that `writeCandidates` wrote.
 *
 * @throws `io`, or `format` where it is no such file.
 */
export async function readCandidates(path: string): Promise<CandidateTable> {
  const { tensors, metadata } = await readSafetensors(path)
  if (metadata.format !== 'quadrupole-candidates-1' || columnNames.some(name => tensors[name] === undefined))
    throw new QuadrupoleError(
      'format',
      `search.readCandidates: ${path} holds no candidates of this version; make it again`,
    )
  const count = tensors.snr!.shape[0]!
  return { count, ...Object.fromEntries(columnNames.map(name => [name, tensors[name]!.data])) } as CandidateTable
}
