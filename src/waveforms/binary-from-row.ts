import { QuadrupoleError } from '../core/index.ts'
import type { BinaryParameters } from './binary.ts'
import { componentMasses } from './masses.ts'

type Row = Readonly<Record<string, number>>

/**
 * The binary that a row of parameters by bilby's names describes: masses as `mass_1` and `mass_2`, or as `mass_ratio` (0 to
 * 1) with `chirp_mass`, `total_mass`, `mass_1` or `mass_2`; spins along the axis as `chi_1` and `chi_2`;
 * `luminosity_distance` (Mpc), `theta_jn`, `phase` and, where it is there, `reference_frequency`. Where masses at the
 * detectors are missing, those of the source (`mass_1_source`, ...) are taken with `redshift`. Of a row that has more
 * parameters the others are ignored.
 *
 * @throws `argument` where one is missing.
 *
 * @example
 * binaryFromRow({ chirp_mass: 30, mass_ratio: 0.8, chi_1: 0, chi_2: 0, luminosity_distance: 500, theta_jn: 0, phase: 0 })
 */
export function binaryFromRow(row: Row): BinaryParameters {
  const fail = (expected: string): never => {
    throw new QuadrupoleError(
      'argument',
      `waveforms.binaryFromRow: expected ${expected}, got ${Object.keys(row).join(', ')}; add what is missing`,
      { details: { ...row } },
    )
  }
  const need = (name: string) => row[name] ?? fail(name)
  const seen = massesOf(row, '')
  const [mass1Solar, mass2Solar] =
    seen ??
    massesOf(row, '_source') ??
    fail('mass_1 and mass_2, or mass_ratio with chirp_mass, total_mass, mass_1 or mass_2')
  const stretch = seen ? 1 : 1 + need('redshift')
  const { reference_frequency: referenceFrequency } = row
  return {
    mass1Solar: mass1Solar * stretch,
    mass2Solar: mass2Solar * stretch,
    spin1z: need('chi_1'),
    spin2z: need('chi_2'),
    distanceMpc: need('luminosity_distance'),
    inclination: need('theta_jn'),
    phase: need('phase'),
    ...(referenceFrequency !== undefined && { referenceFrequency }),
  }
}

/** The masses of one frame, of whichever parameters are there; `suffix` is empty (at the detectors) or `_source`. */
function massesOf(row: Row, suffix: '' | '_source'): readonly [number, number] | undefined {
  const [mass1, mass2, chirp, total] = ['mass_1', 'mass_2', 'chirp_mass', 'total_mass'].map(name => row[name + suffix])
  const { mass_ratio: ratio } = row
  if (mass1 !== undefined && mass2 !== undefined) return [mass1, mass2]
  if (ratio === undefined) return undefined
  if (chirp !== undefined) return componentMasses(chirp, ratio)
  if (total !== undefined) return [total / (1 + ratio), (ratio * total) / (1 + ratio)]
  if (mass1 !== undefined) return [mass1, ratio * mass1]
  return mass2 === undefined ? undefined : [mass2 / ratio, mass2]
}
