import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalJson, ioError, writeFileAtomically } from '../../core/index.ts'
import { injectionLedger, type Ledger, writeLedger } from '../../data/index.ts'
import type { Background } from '../background/background.ts'
import { falseAlarmRate } from '../background/false-alarm-rate.ts'
import { julianYearSeconds } from '../rate-units.ts'
import type { DrawnInjections } from '../recovery/draw-injections.ts'
import type { InjectionSlot } from '../recovery/injection-slots.ts'
import type { ModelCard } from '../report/method-section.ts'
import { writeSearchReport } from '../report/search-report.ts'
import type { ReportFiles } from '../report/write-report.ts'
import type { RecoveredInjections } from './recover-injections.ts'
import type { EventView } from './search-outcome.ts'
import type { SensitivityOutcome } from './sensitivity-outcome.ts'

/** Where the results of a measurement were written. */
export interface SensitivityFiles {
  /** Ledgers (HDF5, aframe's layout): what was injected and what recovered it, and what was drawn and was too quiet. */
  readonly injections: string
  readonly rejected: string
  /** The outcome as JSON. */
  readonly outcome: string
  readonly report: ReportFiles
}

/** Injections with what recovered them, one of each a slot. */
export interface InjectionsFound extends DrawnInjections {
  readonly slots: readonly InjectionSlot[]
  readonly recovered: RecoveredInjections
}

export interface SensitivityContent {
  readonly outcome: SensitivityOutcome
  readonly injections: InjectionsFound
  readonly detectors: readonly string[]
  readonly background: Background
  /** Of events of the strain itself. */
  readonly views: readonly EventView[]
  readonly modelCard?: ModelCard | undefined
  readonly inputs: readonly string[]
}

/**
 * Writes what a measurement came to into a folder: `injections.hdf5`, `rejected.hdf5`, `sensitivity.json` and a report in
 * `report`. A file is there whole or not at all.
 *
 * @throws `io`
 */
export async function writeSensitivity(folder: string, content: SensitivityContent): Promise<SensitivityFiles> {
  const { outcome, injections, background, views, modelCard, inputs } = content
  await mkdir(folder, { recursive: true }).catch(cause => {
    throw ioError('search.writeSensitivity', 'write', folder, cause)
  })
  const at = (name: string) => join(folder, name)
  const files = { injections: at('injections.hdf5'), rejected: at('rejected.hdf5'), outcome: at('sensitivity.json') }
  await writeLedger(files.injections, foundLedger(content))
  await writeLedger(files.rejected, { columns: injections.rejected, metadata: { prior: outcome.injections.prior } })
  await writeFileAtomically(files.outcome, `${JSON.stringify(canonicalJson(outcome), undefined, 2)}\n`)
  const report = await writeSearchReport(at('report'), {
    outcome: outcome.search,
    background,
    views,
    measured: outcome,
    modelCard,
    inputs,
  })
  return { ...files, report }
}

/** Parameters, SNRs, and of what recovered each the statistic, the false alarms a year and the error of its time. */
function foundLedger({ outcome, injections, detectors, background }: SensitivityContent): Ledger {
  const { columns, slots, snrs, detectorSnrs, recovered } = injections
  const { prior, rejected, band, minimumSnr, window } = outcome.injections
  const isFound = Array.from(recovered.statistics, statistic => statistic > -Infinity)
  const found = (valueOf: (statistic: number, i: number) => number) =>
    recovered.statistics.map((statistic, i) => (isFound[i] ? valueOf(statistic, i) : Number.NaN))
  const ledger = injectionLedger({
    parameters: columns,
    times: slots.map(({ time }) => time),
    snrs,
    detectorSnrs: { values: detectorSnrs, width: detectors.length },
    detectors,
    drawn: slots.length + rejected,
    metadata: {
      prior,
      minimum_snr: minimumSnr,
      snr_minimum_frequency: band[0],
      snr_maximum_frequency: band[1],
      recovery_window: window,
      lowest_far: julianYearSeconds / background.livetimeSeconds,
    },
  })
  return {
    ...ledger,
    columns: {
      ...ledger.columns,
      pass: Int32Array.from(slots, ({ pass }) => pass),
      detection_statistic: found(statistic => statistic),
      // Per year of 365.25 days.
      far: found(statistic => falseAlarmRate(background, statistic).perYear),
      time_error: found((_, i) => recovered.timeErrors[i]!),
    },
  }
}
