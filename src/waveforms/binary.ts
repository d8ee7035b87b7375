import { QuadrupoleError } from '../core/index.ts'

/**
 * A compact binary with spins along the orbital angular momentum, as its waves arrive: masses are those of the detector
 * frame, `(1 + z)` times the source's. Either body may be the heavier one.
 */
export interface BinaryParameters {
  /** Solar masses. */
  readonly mass1Solar: number
  readonly mass2Solar: number
  /** Dimensionless, -1 to 1. */
  readonly spin1z: number
  readonly spin2z: number
  /** Luminosity distance. */
  readonly distanceMpc: number
  /** Angle between line of sight and orbital angular momentum, radians. */
  readonly inclination: number
  /** Orbital phase at the reference frequency, radians. */
  readonly phase: number
  /** Hz; unless given (or 0) the lowest frequency asked for, as LAL has it. */
  readonly referenceFrequency?: number
}

/**
 * Checks what every model of aligned spins needs.
 *
 * @throws `argument` for masses or a distance that are not positive, spins beyond -1..1, angles that are not finite or a
 * reference frequency below 0.
 */
export function requireBinary(name: string, parameters: BinaryParameters): void {
  const fail = (key: keyof BinaryParameters, expected: string): never => {
    throw new QuadrupoleError('argument', `${name}: expected ${expected}, got ${key} = ${parameters[key]}`, {
      details: { ...parameters },
    })
  }
  for (const key of ['mass1Solar', 'mass2Solar', 'distanceMpc'] as const)
    if (!(parameters[key] > 0 && Number.isFinite(parameters[key]))) fail(key, 'a positive number')
  for (const key of ['spin1z', 'spin2z'] as const)
    if (!(Math.abs(parameters[key]) <= 1)) fail(key, 'a dimensionless spin from -1 to 1')
  for (const key of ['inclination', 'phase'] as const)
    if (!Number.isFinite(parameters[key])) fail(key, 'an angle in radians')
  const { referenceFrequency = 0 } = parameters
  if (!(referenceFrequency >= 0 && Number.isFinite(referenceFrequency)))
    fail('referenceFrequency', 'a frequency in Hz, or 0 for the lowest one')
}
