import { QuadrupoleError } from '../../core/index.ts'
import type { ResponseTable } from '../../gw/index.ts'
import type { ComplexArrays } from '../../tensor/fft/index.ts'
import type { BinaryParameters } from '../binary.ts'
import { binCount, type SpectrumGrid } from '../phenom-d/spectrum-grid.ts'
import { packBinaries } from './packed-binaries.ts'
import { decideSignals, type SignalOptions } from './signal-options.ts'
import { fillSignals, fillSpectra, type SignalsRequest, type SpectraRequest } from './waveforms-worker.ts'

/**
 * The signals of binaries in time, by IMRPhenomD: `[signals, 2, samples]`, plus before cross, float64 strain.
 *
 * They are conditioned as LALSimulation's `SimInspiralTD` does (to a mismatch of 1e-7): complete from `minimumFrequency` on,
 * below that faded in over the cycles before, high-passed, faded out after the ringdown. Each has the length it needs, whatever
 * the window is, and nothing wraps round: outside of the signal there are zeros. The merger is the model's time 0, which is
 * bilby's `geocent_time`; it is placed by phase, exactly. A signal that began before the window fades in over `fadeIn` seconds, a cycle
 * of `minimumFrequency` unless given; one that lasts longer is cut.
 *
 * @throws `argument` for binaries outside of the model's domain, options out of range; `shape` for another number of merger
 * times than binaries, or an `out` of another length.
 *
 * @example
 * const both = signals(binaries, { sampleRate: 2048, duration: 8, mergerTime: 7.5 })
 */
export function signals(
  binaries: readonly BinaryParameters[],
  options: SignalOptions & { readonly out?: Float64Array },
): Float64Array {
  const request = signalsRequest('signals', binaries, options)
  fillSignals({ ...request, from: 0, to: binaries.length })
  return request.output
}

/**
 * What detectors see of binaries: `[signals, detectors, samples]`, the `signals` of their sum of polarisations, each delayed in
 * the detectors exactly. The same as projecting `signals`, but for fades (which move with the signal) and that nothing is
 * lost at the window's ends; a third of the work. Merger times are those at the Earth's centre.
 *
 * @throws As `signals`, and `shape` where the table is of another number of signals.
 *
 * @example
 * const table = responseTable(detectors, waves)
 * const h1l1 = strains(binaries, table, { sampleRate: 2048, duration: 8, mergerTime: 7.5 })
 */
export function strains(
  binaries: readonly BinaryParameters[],
  table: ResponseTable,
  options: SignalOptions & { readonly out?: Float64Array },
): Float64Array {
  const request = signalsRequest('strains', binaries, options, table)
  fillSignals({ ...request, from: 0, to: binaries.length })
  return request.output
}

/**
 * `imrPhenomDSpectrum` of many binaries on one grid: `[signals, 2, bins]`, plus before cross.
 *
 * @throws As `imrPhenomDSpectrum`, and `shape` for an `out` of another length.
 *
 * @example
 * const { re, im } = spectra(binaries, { resolution: 1 / 8, minimumFrequency: 20, maximumFrequency: 1024 })
 */
export function spectra(
  binaries: readonly BinaryParameters[],
  { out, ...grid }: SpectrumGrid & { readonly out?: ComplexArrays<Float64Array> },
): ComplexArrays<Float64Array> {
  const request = spectraRequest(binaries, grid, out)
  fillSpectra({ ...request, from: 0, to: binaries.length })
  return { re: request.re, im: request.im }
}

type Whole<Request> = Omit<Request, 'from' | 'to'>

/** Checks a batch of signals and lays it out; its output is `out` if given, else an array in memory that threads share. */
export function signalsRequest(
  name: string,
  binaries: readonly BinaryParameters[],
  { out, ...options }: SignalOptions & { readonly out?: Float64Array },
  table?: ResponseTable,
): Whole<SignalsRequest> {
  const count = binaries.length
  const { settings, mergers } = decideSignals(name, count, options)
  if (table && table.signals !== count)
    throw new QuadrupoleError(
      'shape',
      `waveforms.${name}: expected responses to ${count} signals, got a table of ${table.signals}`,
    )
  const rows = table?.detectors ?? 2
  return {
    packed: packBinaries(name, binaries),
    mergers,
    settings,
    rows,
    ...(table && { responses: table.values }),
    output: outputOf(name, out, count * rows * settings.samples),
  }
}

/** Checks a batch of spectra and lays it out. */
export function spectraRequest(
  binaries: readonly BinaryParameters[],
  grid: SpectrumGrid,
  out?: ComplexArrays<Float64Array>,
): Whole<SpectraRequest> {
  const size = 2 * binaries.length * binCount('spectra', grid)
  return {
    packed: packBinaries('spectra', binaries),
    grid,
    re: outputOf('spectra', out?.re, size),
    im: outputOf('spectra', out?.im, size),
    signals: binaries.length,
  }
}

function outputOf(name: string, out: Float64Array | undefined, size: number): Float64Array {
  if (out && out.length !== size)
    throw new QuadrupoleError('shape', `waveforms.${name}: out has ${out.length} values, expected ${size}`)
  return out ?? new Float64Array(new SharedArrayBuffer(8 * size))
}
