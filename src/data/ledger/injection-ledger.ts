import type { GpsTime } from '../../gw/index.ts'
import type { ParameterColumns } from '../../priors/index.ts'
import type { Ledger, MatrixColumn, MetadataValue } from './ledger.ts'
import { matrixOf, numbersOf, timeColumns, timesOf, without } from './time-columns.ts'

/** Simulated signals, as they were put into data or as they were drawn and rejected. */
export interface InjectionRecords {
  /** By bilby's names, one value an injection. */
  readonly parameters: ParameterColumns
  /** When each reaches the centre of the Earth. */
  readonly times: readonly GpsTime[]
  /** By how much each detector's data were moved, seconds, `[injections, detectors]`. */
  readonly shifts?: MatrixColumn<Float64Array>
  /** Signal-to-noise ratio of the network. */
  readonly snrs?: Float64Array
  /** Of each detector, `[injections, detectors]`. */
  readonly detectorSnrs?: MatrixColumn<Float64Array>
  /** Whose shifts and ratios they are, in that order. */
  readonly detectors?: readonly string[]
  /** How many were drawn to get these, the rejected ones included; as many as there are unless told. */
  readonly drawn?: number
  /** Such as `sample_rate`, `duration`, `right_pad`. */
  readonly metadata?: Readonly<Record<string, MetadataValue>>
}

const columnNames = ['injection_time', 'geocent_time', 'shift', 'snr', 'ifo_snrs'] as const

/**
 * Injections as a ledger with aframe's names: the parameters, `injection_time`, `shift`, `snr` and `ifo_snrs`, with the
 * attributes `ifos` and `num_injections`, which merging adds up. The time stands there as `geocent_time` too, as bilby
 * calls it, and exactly.
 *
 * @example
 * await writeLedger('injections.hdf5', injectionLedger({ parameters: prior.sample(key, times.length).columns, times }))
 */
export function injectionLedger(records: InjectionRecords): Ledger {
  const { parameters, times, shifts, snrs, detectorSnrs, detectors, drawn = times.length, metadata = {} } = records
  const exact = timeColumns('injection_time', times)
  return {
    columns: {
      ...parameters,
      ...exact,
      geocent_time: exact.injection_time!,
      ...(shifts && { shift: shifts }),
      ...(snrs && { snr: snrs }),
      ...(detectorSnrs && { ifo_snrs: detectorSnrs }),
    },
    metadata: { ...metadata, ...(detectors && { ifos: detectors }), num_injections: drawn },
  }
}

/**
 * The injections of a ledger, ours or aframe's.
 *
 * @throws `format` (`layout`) where there is no time.
 */
export function injectionsOf(ledger: Ledger): InjectionRecords {
  const { ifos, num_injections: drawn } = ledger.metadata
  const [shifts, detectorSnrs] = [matrixOf(ledger, 'shift'), matrixOf(ledger, 'ifo_snrs')]
  const parameters = without(ledger.columns, columnNames)
  return {
    parameters: Object.fromEntries(Object.keys(parameters).map(name => [name, numbersOf(ledger, name)])),
    times: timesOf(ledger, 'injection_time'),
    ...(shifts && { shifts }),
    ...('snr' in ledger.columns && { snrs: numbersOf(ledger, 'snr') }),
    ...(detectorSnrs && { detectorSnrs }),
    ...(Array.isArray(ifos) && { detectors: ifos as readonly string[] }),
    ...(typeof drawn === 'number' && { drawn }),
    metadata: without(ledger.metadata, ['ifos', 'num_injections']),
  }
}
