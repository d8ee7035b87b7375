import type { BinaryParameters } from '../binary.ts'
import { megaparsecMetres, solarMassMetres, solarMassSeconds } from '../constants.ts'
import { type AmplitudeModel, amplitudeModel } from './amplitude.ts'
import { finalState } from './final-state.ts'
import { intrinsicOf } from './intrinsic.ts'
import { type PhaseModel, phaseAt, phaseModel, shiftPhase } from './phase.ts'

/** The wave of the l = |m| = 2 modes seen face-on, `A exp(-i phase)`, as functions of M f. */
export interface PhenomDModel {
  /** Total mass in seconds: turns a frequency in Hz into M f. */
  readonly massSeconds: number
  /** What the amplitude model counts in: strain per Hz, to be multiplied by `(M f)^(-7/6)`. */
  readonly scale: number
  readonly amplitude: AmplitudeModel
  readonly phase: PhaseModel
}

/** M f from which on a spectrum counts as zero. */
export const cutoff = 0.2

/** The model of one binary, its phase as the parameters say at the reference frequency, Hz. */
export function phenomDModel(parameters: BinaryParameters, referenceFrequency: number): PhenomDModel {
  const intrinsic = intrinsicOf(parameters)
  const final = finalState(intrinsic)
  const massSeconds = intrinsic.totalMassSolar * solarMassSeconds
  const distance = parameters.distanceMpc * megaparsecMetres
  const newtonian = Math.sqrt((2 / 3) * intrinsic.eta) * Math.PI ** (-1 / 6)
  const harmonic = 2 * Math.sqrt(5 / (64 * Math.PI))
  const amplitude = amplitudeModel(intrinsic, final)
  const phase = phaseModel(intrinsic, final, amplitude.peak)
  const atReference = phaseAt(phase, massSeconds * referenceFrequency)
  return {
    massSeconds,
    scale: ((massSeconds * intrinsic.totalMassSolar * solarMassMetres) / distance) * newtonian * harmonic,
    amplitude,
    phase: shiftPhase(phase, -(atReference + 2 * parameters.phase), 0),
  }
}
