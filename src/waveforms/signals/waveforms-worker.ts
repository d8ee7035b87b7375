import { imrPhenomDSpectrum } from '../phenom-d/phenom-d.ts'
import type { SpectrumGrid } from '../phenom-d/spectrum-grid.ts'
import { unpackBinary } from './packed-binaries.ts'
import type { SignalSettings } from './signal-options.ts'
import { type SignalRow, writeSignal } from './write-signal.ts'

/** Part of a batch of signals: those from `from` to before `to`. All arrays are the whole batch's. */
export interface SignalsRequest {
  readonly packed: Float64Array
  /** Samples from each row's first to the merger at the Earth's centre. */
  readonly mergers: Float64Array
  readonly settings: SignalSettings
  /** Rows of a signal: detectors, or plus and cross. */
  readonly rows: number
  /** `[signals, detectors, 3]`: F+, Fx and delay. Without it rows are plus and cross. */
  readonly responses?: Float64Array
  /** `[signals, rows, samples]`. */
  readonly output: Float64Array
  readonly from: number
  readonly to: number
}

/** Writes signals: plus and cross of each, or what each detector sees. */
export function fillSignals({ packed, mergers, settings, rows, responses, output, from, to }: SignalsRequest): void {
  const width = rows * settings.samples
  for (let i = from; i < to; i++) {
    const binary = unpackBinary(packed, i)
    const cosine = Math.cos(binary.inclination)
    const plus = 0.5 * (1 + cosine * cosine)
    const merger = mergers[i]!
    const series = responses
      ? Array.from({ length: rows }, (_, detector): SignalRow => {
          const at = 3 * (i * rows + detector)
          // The cross polarisation is the plus one a quarter turn later: the detector sees one wave of some size and angle.
          const [a, b] = [responses[at]! * plus, responses[at + 1]! * cosine]
          const delay = responses[at + 2]! * settings.sampleRate
          return { scale: Math.hypot(a, b), angle: Math.atan2(b, a), merger: merger + delay }
        })
      : [
          { scale: plus, angle: 0, merger },
          { scale: cosine, angle: Math.PI / 2, merger },
        ]
    writeSignal(binary, settings, series, output.subarray(i * width, (i + 1) * width))
  }
}

/** Part of a batch of spectra, `[signals, 2, bins]`. */
export interface SpectraRequest {
  readonly packed: Float64Array
  readonly grid: SpectrumGrid
  readonly re: Float64Array
  readonly im: Float64Array
  readonly signals: number
  readonly from: number
  readonly to: number
}

/** Writes the spectra of plus and cross of each binary. */
export function fillSpectra({ packed, grid, re, im, signals, from, to }: SpectraRequest): void {
  const bins = re.length / (2 * signals)
  for (let i = from; i < to; i++) {
    const row = (k: number) => ({
      re: re.subarray((2 * i + k) * bins, (2 * i + k + 1) * bins),
      im: im.subarray((2 * i + k) * bins, (2 * i + k + 1) * bins),
    })
    imrPhenomDSpectrum(unpackBinary(packed, i), { ...grid, out: { plus: row(0), cross: row(1) } })
  }
}
