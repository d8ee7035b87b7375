import { foldIn, type Key, QuadrupoleError, randomKey } from '../../core/index.ts'
import {
  detectorNamed,
  GpsTime,
  networkSnr,
  noiseWeights,
  optimalSnrs,
  projectSpectra,
  responseTable,
} from '../../gw/index.ts'
import { type ParameterColumns, type PriorSet, rowOf } from '../../priors/index.ts'
import { binaryFromRow, chirpTimeBound, spectra } from '../../waveforms/index.ts'
import type { SearchBand } from '../matched-filter/band.ts'
import type { InjectionSlot } from './injection-slots.ts'
import { type Merger, signalFrequency, signalReach } from './merger-signals.ts'
import type { NoiseBlock } from './stretch-noise.ts'

export interface DrawInjectionsOptions {
  readonly prior: PriorSet
  readonly detectors: readonly string[]
  /** Of each stretch that slots are in. */
  readonly noise: readonly (readonly NoiseBlock[])[]
  /** What a search sees: optimal SNRs are of this band. */
  readonly band: Pick<SearchBand, 'bandwidth' | 'minimumFrequency' | 'maximumFrequency'>
  /** Draws of a lower network SNR are not injected, and kept as rejected. */
  readonly minimumSnr: number
}

/** Signals as they were drawn for slots. */
export interface DrawnInjections {
  /** One a slot, in order. */
  readonly mergers: readonly Merger[]
  /** The prior's parameters and what follows from them, one value a slot. */
  readonly columns: ParameterColumns
  /** Optimal SNR in each detector by the noise of the strain around, `[slots, detectors]`, and of the network. */
  readonly detectorSnrs: Float64Array
  readonly snrs: Float64Array
  /** What was drawn and not injected since it was too quiet. */
  readonly rejected: ParameterColumns
}

/** Draws of a slot that may be too quiet, before it is given up. */
const mostDraws = 4000

/** The parameters of a place in the sky, which waveforms do not look at. */
const skyNames = ['ra', 'dec', 'psi'] as const

/**
 * Sees to it that a prior's draws can be injected, by one of them.
 *
 * @throws `config` where they can't
 */
export function requireInjectable(prior: PriorSet): void {
  mergerOf(prior, rowOf(prior.sample(randomKey(0), 1).columns, 0), {
    pass: 0,
    stretch: 0,
    time: GpsTime.fromSeconds(0),
  })
}

/**
 * Draws a signal for each slot from a prior, anew until it is loud enough. Draws are functions of the key, the pass and the
 * slot's time.
 *
 * @throws `config` for a prior whose draws are no binaries on the sky, last longer than signals are made, or are too quiet.
 */
export function drawInjections(
  key: Key,
  slots: readonly InjectionSlot[],
  options: DrawInjectionsOptions,
): DrawnInjections {
  const { prior, detectors, minimumSnr } = options
  const measure = createMeasure(options)
  const mergers: Merger[] = []
  const kept = createColumns()
  const rejected = createColumns()
  const [detectorSnrs, snrs] = [new Float64Array(slots.length * detectors.length), new Float64Array(slots.length)]
  for (const [i, slot] of slots.entries()) {
    const own = foldIn(foldIn(key, slot.pass), slot.time.toString())
    for (let drawn = 0, size = 4; mergers.length === i; drawn += size, size = Math.min(64, 2 * size)) {
      if (drawn >= mostDraws) throw tooQuiet(prior, drawn, slot, minimumSnr)
      const { columns } = prior.sample(own, size, { offset: drawn })
      const rows = Array.from({ length: size }, (_, row) => rowOf(columns, row))
      const batch = rows.map(row => mergerOf(prior, row, slot))
      const each = measure(batch, slot)
      for (let row = 0; row < size && mergers.length === i; row++) {
        const of = each.map(values => values[row]!)
        const snr = networkSnr(of)
        if (snr < minimumSnr) rejected.add(rows[row]!)
        else {
          kept.add(rows[row]!)
          mergers.push(batch[row]!)
          detectorSnrs.set(of, i * detectors.length)
          snrs[i] = snr
        }
      }
    }
  }
  const columns = kept.columns()
  return { mergers, columns, detectorSnrs, snrs, rejected: rejected.columns(Object.keys(columns)) }
}

function mergerOf(prior: PriorSet, row: Readonly<Record<string, number>>, { time }: InjectionSlot): Merger {
  const refuse = (problem: string, cause?: unknown): never => {
    throw new QuadrupoleError('config', `search.drawInjections: '${prior.name}' can't be injected: ${problem}`, {
      cause,
    })
  }
  const missing = skyNames.filter(name => row[name] === undefined)
  if (missing.length > 0)
    refuse(
      `it has no ${missing.join(', ')}; give the prior all that places a source in the sky: ${skyNames.join(', ')}`,
    )
  const binary = attempt(() => binaryFromRow({ ...row, reference_frequency: signalFrequency }), refuse)
  const seconds = chirpTimeBound(signalFrequency, binary)
  if (seconds > signalReach.before)
    refuse(
      `a signal of ${binary.mass1Solar.toPrecision(3)} + ${binary.mass2Solar.toPrecision(3)} solar masses may last ` +
        `${seconds.toFixed(0)} s from ${signalFrequency} Hz on, and ${signalReach.before} s are made; draw heavier binaries`,
    )
  return { time, binary, rightAscension: row.ra!, declination: row.dec!, polarization: row.psi! }
}

function attempt<Made>(make: () => Made, refuse: (problem: string, cause: unknown) => never): Made {
  try {
    return make()
  } catch (error) {
    return refuse((error as Error).message, error)
  }
}

/** Optimal SNRs of binaries in each detector, by the noise around a slot. */
function createMeasure({ prior, detectors, noise, band }: DrawInjectionsOptions) {
  const sites = detectors.map(name => detectorNamed(name))
  const { minimumFrequency, maximumFrequency = band.bandwidth } = band
  const weightsOf = new Map<NoiseBlock, readonly Float64Array[]>()
  const refuse = (problem: string, cause: unknown): never => {
    throw new QuadrupoleError('config', `search.drawInjections: '${prior.name}' can't be injected: ${problem}`, {
      cause,
    })
  }
  return (mergers: readonly Merger[], { stretch, time }: InjectionSlot): readonly Float64Array[] => {
    const block = noise[stretch]!.find(({ span }) => time.nanoseconds < span.end.nanoseconds) ?? noise[stretch]!.at(-1)!
    const { resolution } = block.psds[0]!
    // The bins of the PSD, so that lines count as they are.
    const grid = { resolution, minimumFrequency, maximumFrequency }
    const bins = Math.floor(maximumFrequency / resolution + 1e-9) + 1
    const range = { lowFrequency: minimumFrequency, highFrequency: maximumFrequency }
    const weights = weightsOf.get(block) ?? block.psds.map(psd => noiseWeights({ resolution, bins }, { psd, ...range }))
    weightsOf.set(block, weights)
    const binaries = mergers.map(({ binary }) => binary)
    const waves = attempt(() => spectra(binaries, grid), refuse)
    return sites.map((site, d) => optimalSnrs(projectSpectra(waves, responseTable([site], mergers), grid), weights[d]!))
  }
}

/** Rows as columns. */
function createColumns() {
  const columns: Record<string, number[]> = {}
  return {
    add(row: Readonly<Record<string, number>>) {
      for (const [name, value] of Object.entries(row)) (columns[name] ??= []).push(value)
    },
    columns: (names: readonly string[] = Object.keys(columns)): ParameterColumns =>
      Object.fromEntries(names.map(name => [name, Float64Array.from(columns[name] ?? [])])),
  }
}

const tooQuiet = (prior: PriorSet, drawn: number, { time }: InjectionSlot, minimumSnr: number): QuadrupoleError =>
  new QuadrupoleError(
    'config',
    `search.drawInjections: ${drawn} draws of '${prior.name}' all have a network SNR below ${minimumSnr} at GPS ${time}; ` +
      'draw from nearer distances or lower the least SNR',
  )
