import type { BinaryParameters } from '../binary.ts'

/** What of a binary shapes its waves: in units of the total mass, the heavier body first. */
export interface Intrinsic {
  readonly totalMassSolar: number
  /** Symmetric mass ratio. */
  readonly eta: number
  /** `(m1 - m2) / M` as `sqrt(1 - 4 eta)`. */
  readonly delta: number
  /** Masses over the total mass. */
  readonly mu1: number
  readonly mu2: number
  readonly chi1: number
  readonly chi2: number
  /** `chiPN - 1`, the variable of the fits (Khan et al. 2016, equation 32). */
  readonly xi: number
}

/** The intrinsic parameters of a binary, its bodies exchanged where the second is the heavier one. */
export function intrinsicOf({ mass1Solar, mass2Solar, spin1z, spin2z }: BinaryParameters): Intrinsic {
  const isOrdered = mass1Solar >= mass2Solar
  const [m1, m2] = isOrdered ? [mass1Solar, mass2Solar] : [mass2Solar, mass1Solar]
  const [chi1, chi2] = isOrdered ? [spin1z, spin2z] : [spin2z, spin1z]
  const totalMassSolar = m1 + m2
  const eta = Math.min(0.25, (m1 * m2) / (totalMassSolar * totalMassSolar))
  // From eta, not from the masses: near equal masses the two differ by more than the waveform's stated accuracy.
  const delta = Math.sqrt(1 - 4 * eta)
  const chiPN = 0.5 * ((chi1 + chi2) * (1 - (eta * 76) / 113) + delta * (chi1 - chi2))
  return { totalMassSolar, eta, delta, mu1: m1 / totalMassSolar, mu2: m2 / totalMassSolar, chi1, chi2, xi: chiPN - 1 }
}
