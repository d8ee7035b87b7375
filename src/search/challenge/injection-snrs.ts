import type { NoiseModel } from '../../data/index.ts'
import { detectorNamed, networkSnr, noiseWeights, optimalSnrs, projectSpectra, responseTable } from '../../gw/index.ts'
import type { Spectrum } from '../../signal/index.ts'
import { spectra } from '../../waveforms/index.ts'
import { signalFrequency } from '../recovery/merger-signals.ts'
import { type ChallengePlan, challengeDetectors, challengeSampleRate } from './plan.ts'

/** Hz; the power of a signal changes slowly over this. */
const resolution = 0.5

/** Injections whose spectra are held at a time. */
const batch = 256

/** The one-sided PSD of the noise that a model makes of white noise, 1/Hz. */
const psdOf = ({ response, sampleRate, fftLength }: NoiseModel): Spectrum => ({
  values: response.map(gain => (2 * gain * gain) / sampleRate),
  resolution: sampleRate / fftLength,
})

/**
 * The network optimal SNR of each injection of a plan, in the order of `plan.injections.flat()`: IMRPhenomD from 20 Hz to
 * the Nyquist frequency, against the PSDs of the noise that is made.
 *
 * @example
 * const snrs = injectionSnrs(await challengePlan({ set: 1, seed: 7, durationSeconds: 86_400 }))
 */
export function injectionSnrs(plan: ChallengePlan): Float64Array {
  const grid = { resolution, minimumFrequency: signalFrequency, maximumFrequency: challengeSampleRate / 2 }
  const bins = grid.maximumFrequency / resolution + 1
  const weights = plan.noise.map(model =>
    noiseWeights({ resolution, bins }, { psd: psdOf(model), lowFrequency: signalFrequency }),
  )
  const detectors = challengeDetectors.map(name => detectorNamed(name))
  const injections = plan.injections.flat()
  const snrs = new Float64Array(injections.length)
  for (let from = 0; from < injections.length; from += batch) {
    const part = injections.slice(from, from + batch)
    const waves = spectra(
      part.map(({ binary }) => binary),
      grid,
    )
    // A detector at a time: each has a PSD of its own.
    const each = detectors.map((detector, d) =>
      optimalSnrs(projectSpectra(waves, responseTable([detector], part), grid), weights[d]!),
    )
    for (let i = 0; i < part.length; i++) snrs[from + i] = networkSnr(each.map(values => values[i]!))
  }
  return snrs
}
