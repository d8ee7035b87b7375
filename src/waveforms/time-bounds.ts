import type { BinaryParameters } from './binary.ts'
import { solarMassSeconds } from './constants.ts'

type MassesAndSpins = Pick<BinaryParameters, 'mass1Solar' | 'mass2Solar' | 'spin1z' | 'spin2z'>
type Masses = Pick<BinaryParameters, 'mass1Solar' | 'mass2Solar'>

// Each is LALSimulation's function of its name (SimInspiralChirpTimeBound, ...): what its conditioning reckons with.

const totalSeconds = ({ mass1Solar, mass2Solar }: Masses) => (mass1Solar + mass2Solar) * solarMassSeconds
const symmetricRatio = ({ mass1Solar: a, mass2Solar: b }: Masses) => (a * b) / (a + b) ** 2

/** Seconds from a gravitational-wave frequency (Hz) to the merger, at most: to second post-Newtonian order. */
export function chirpTimeBound(frequency: number, binary: MassesAndSpins): number {
  const m = totalSeconds(binary)
  const eta = symmetricRatio(binary)
  const spin = Math.max(Math.abs(binary.spin1z), Math.abs(binary.spin2z))
  const v = Math.cbrt(Math.PI * m * frequency)
  const order2 = 743 / 252 + (11 / 3) * eta
  const order3 = (226 / 15) * spin
  const order4 = 3058673 / 508032 + (5429 / 504) * eta + (617 / 72) * eta * eta
  return ((5 * m) / (256 * eta)) * v ** -8 * (1 + v * v * (order2 + v * (order3 + v * order4)))
}

/** Frequency, Hz, that a binary has at most so many seconds before the merger, at leading order. */
export function chirpStartFrequencyBound(seconds: number, binary: Masses): number {
  const m = totalSeconds(binary)
  return ((5 * m) / (symmetricRatio(binary) * seconds)) ** (3 / 8) / (8 * Math.PI * m)
}

/** Spin of the final black hole, at most. */
export function finalSpinBound({ spin1z, spin2z }: Pick<BinaryParameters, 'spin1z' | 'spin2z'>): number {
  return Math.min(0.998, Math.max(0.686 + 0.15 * (spin1z + spin2z), Math.abs(spin1z), Math.abs(spin2z)))
}

/** Seconds of plunge and merger, at most: an orbit at 9 M, the largest innermost stable one, at a third of light's speed. */
export function mergeTimeBound(binary: Masses): number {
  return 2 * Math.PI * 9 * 3 * totalSeconds(binary)
}

/** Seconds of ringdown, at most: eleven decay times of the l = m = 2 mode (Echeverria 1989; Berti et al. 2006) at a spin. */
export function ringdownTimeBound(binary: Masses, spin: number): number {
  const angular = (1.5251 - 1.1568 * (1 - spin) ** 0.1292) / totalSeconds(binary)
  const quality = 0.7 + 1.4187 * (1 - spin) ** -0.499
  return (11 * 2 * quality) / angular
}

/**
 * Frequency, Hz, of the wave at the innermost stable circular orbit: of a black hole without spin (6 M) unless another
 * radius is given, in units of the total mass.
 */
export function iscoFrequency(binary: Masses, { radius = 6 }: { readonly radius?: number } = {}): number {
  return 1 / (radius ** 1.5 * Math.PI * totalSeconds(binary))
}
