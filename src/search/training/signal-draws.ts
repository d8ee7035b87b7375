import { foldIn, type Key, uniform } from '../../core/index.ts'
import { detectorNamed, responseTable, type Span } from '../../gw/index.ts'
import { type PriorSet, rowOf } from '../../priors/index.ts'
import type { Spectrum } from '../../signal/index.ts'
import { type BinaryParameters, binaryFromRow } from '../../waveforms/index.ts'
import type { ChallengeInjection } from '../challenge/piece-injections.ts'
import type { SearchBand } from '../matched-filter/band.ts'
import { whitenedTemplates } from '../matched-filter/whitened-templates.ts'
import { signalFrequency } from '../recovery/merger-signals.ts'

/** A signal for training, with its optimal SNR in both detectors together. */
export interface TrainingSignal extends ChallengeInjection {
  readonly snr: number
}

export interface TrainingSignalsOptions {
  readonly prior: PriorSet
  readonly span: Span
  readonly detectors: readonly string[]
  readonly band: SearchBand
  /** What whitening does to each bin, of each detector. */
  readonly responses: readonly Spectrum[]
  /** Optimal network SNRs that are kept. */
  readonly snrRange: readonly [low: number, high: number]
  /** Least time between two, seconds. */
  readonly separation: number
}

/** Rows of the prior that are drawn at a time. */
const drawn = 512

/** Seconds at the ends of a span without signals. */
const edge = 16

/** Draws signals one after the other through a span, of those that the prior has the ones within a range of SNR. */
export function trainingSignals(key: Key, options: TrainingSignalsOptions): readonly TrainingSignal[] {
  const { prior, span, detectors, band, responses, snrRange, separation } = options
  const sites = detectors.map(name => detectorNamed(name))
  const end = span.end.minus(span.start) - edge
  const signals: TrainingSignal[] = []
  let at = edge
  for (let offset = 0; at < end; offset += drawn) {
    const { columns } = prior.sample(foldIn(key, 'parameters'), drawn, { offset })
    const delays = uniform(foldIn(key, 'times'), drawn, { offset })
    const binaries = Array.from({ length: drawn }, (_, i) =>
      binaryFromRow({ ...rowOf(columns, i), reference_frequency: signalFrequency }),
    )
    const norms = whitenedTemplates(binaries, { band, responses }).map(set => set.norms)
    for (let i = 0; i < drawn && at < end; i++) {
      const row = rowOf(columns, i)
      const time = span.start.plus(at + delays[i]!)
      const wave = { time, rightAscension: row.ra!, declination: row.dec!, polarization: row.psi! }
      const snr = networkSnr(
        binaries[i]!,
        responseTable(sites, [wave]).values,
        norms.map(each => each[i]!),
      )
      if (snr < snrRange[0] || snr > snrRange[1]) continue
      signals.push({ ...wave, binary: binaries[i]!, chirpDistance: row.chirp_distance ?? Number.NaN, snr })
      at += separation + delays[i]!
    }
  }
  return signals
}

/**
 * Optimal SNR of both detectors together: of each, that of the binary at 1 Mpc, face-on and overhead, times the amplitude
 * that its place and inclination leave of it.
 *
 * @param response F+, Fx and delay of each detector
 */
function networkSnr(
  { inclination, distanceMpc }: BinaryParameters,
  response: Float64Array,
  norms: readonly number[],
): number {
  const c = Math.cos(inclination)
  const powers = norms.map(
    (norm, i) =>
      (norm / distanceMpc) ** 2 * ((response[3 * i]! * (1 + c * c)) ** 2 / 4 + (response[3 * i + 1]! * c) ** 2),
  )
  return Math.sqrt(powers.reduce((sum, power) => sum + power, 0))
}
