import { QuadrupoleError } from '../../core/index.ts'
import type { GpsTime } from '../../gw/index.ts'
import { dataError } from '../data-error.ts'
import type { Ledger, LedgerColumn, MatrixColumn, MetadataValue } from './ledger.ts'
import { matrixOf, numbersOf, timeColumns, timesOf, without } from './time-columns.ts'

/** What a search has found, and over how much time. */
export interface EventRecords {
  readonly times: readonly GpsTime[]
  /** Ranking statistic; larger is more like a signal. */
  readonly statistics: Float64Array
  /** By how much each detector's data were moved, seconds, `[events, detectors]`; nothing for data as they were taken. */
  readonly shifts?: MatrixColumn<Float64Array>
  /** Time that was searched, all shifts together, seconds. */
  readonly livetime: number
  /** Whatever else is known of each event. */
  readonly columns?: Readonly<Record<string, LedgerColumn>>
  readonly metadata?: Readonly<Record<string, MetadataValue>>
}

const columnNames = ['detection_time', 'detection_statistic', 'shift'] as const

/**
 * Events as a ledger with aframe's names: `detection_time`, `detection_statistic`, `shift`, and the livetime as the
 * attribute `Tb`, which merging adds up. Beside the time in float64 seconds stands the exact one.
 *
 * @throws `shape` where there are more or fewer times than statistics.
 *
 * @example
 * await writeLedger('events.hdf5', eventLedger({ times, statistics, livetime: 86400 }))
 */
export function eventLedger({
  times,
  statistics,
  shifts,
  livetime,
  columns = {},
  metadata = {},
}: EventRecords): Ledger {
  if (times.length !== statistics.length)
    throw new QuadrupoleError(
      'shape',
      `data.eventLedger: got ${times.length} times but ${statistics.length} statistics; give each event one of each`,
    )
  return {
    columns: {
      ...timeColumns('detection_time', times),
      detection_statistic: statistics,
      ...(shifts && { shift: shifts }),
      ...columns,
    },
    metadata: { ...metadata, Tb: livetime },
  }
}

/**
 * The events of a ledger, ours or aframe's.
 *
 * @throws `format` (`layout`) where a column or the livetime is missing.
 */
export function eventsOf(ledger: Ledger): EventRecords {
  const { Tb } = ledger.metadata
  if (typeof Tb !== 'number')
    throw dataError('layout', 'data.eventsOf: the ledger has no attribute Tb, the livetime; pass a ledger of events')
  const shifts = matrixOf(ledger, 'shift')
  return {
    times: timesOf(ledger, 'detection_time'),
    statistics: numbersOf(ledger, 'detection_statistic'),
    ...(shifts && { shifts }),
    livetime: Tb,
    columns: without(ledger.columns, columnNames),
    metadata: without(ledger.metadata, ['Tb']),
  }
}
