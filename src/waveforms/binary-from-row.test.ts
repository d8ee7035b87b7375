import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { binaryFromRow } from './binary-from-row.ts'
import { chirpMass, componentMasses } from './masses.ts'

const rest = { chi_1: 0.1, chi_2: -0.2, luminosity_distance: 500, theta_jn: 0.4, phase: 1 }

describe('binaryFromRow', () => {
  test('takes bilby’s names', () => {
    expect(binaryFromRow({ ...rest, mass_1: 36, mass_2: 29, reference_frequency: 50, ra: 2, psi: 1 })).toEqual({
      mass1Solar: 36,
      mass2Solar: 29,
      spin1z: 0.1,
      spin2z: -0.2,
      distanceMpc: 500,
      inclination: 0.4,
      phase: 1,
      referenceFrequency: 50,
    })
  })

  test.each([
    { mass_1: 40, mass_2: 30 },
    { total_mass: 70, mass_ratio: 0.75 },
    { chirp_mass: chirpMass(40, 30), mass_ratio: 0.75 },
    { mass_1: 40, mass_ratio: 0.75 },
    { mass_2: 30, mass_ratio: 0.75 },
    { mass_1_source: 20, mass_2_source: 15, redshift: 1 },
    { chirp_mass_source: chirpMass(20, 15), mass_ratio: 0.75, redshift: 1 },
  ])('finds 40 and 30 solar masses in %o', masses => {
    const { mass1Solar, mass2Solar } = binaryFromRow({ ...rest, ...masses })
    expect(mass1Solar).toBeCloseTo(40, 12)
    expect(mass2Solar).toBeCloseTo(30, 12)
  })

  test.each([
    [{ mass_1: 40 }, 'expected mass_1 and mass_2, or mass_ratio'],
    [{ mass_1_source: 20, mass_2_source: 15 }, 'expected redshift'],
  ])('says what is missing of %o', (masses, message) => {
    expect(() => binaryFromRow({ ...rest, ...masses })).toThrow(message)
  })

  test('does not invent spins', () => {
    const { chi_2: _, ...row } = rest
    expect(() => binaryFromRow({ ...row, mass_1: 40, mass_2: 30 })).toThrow('expected chi_2')
  })
})

test('masses and chirp mass are inverse to each other', () => {
  const mass = fc.double({ min: 0.1, max: 1000, noNaN: true })
  fc.assert(
    fc.property(mass, fc.double({ min: 1e-4, max: 1, noNaN: true }), (chirp, ratio) => {
      const [heavier, lighter] = componentMasses(chirp, ratio)
      expect(lighter / heavier).toBeCloseTo(ratio, 12)
      expect(chirpMass(heavier, lighter) / chirp).toBeCloseTo(1, 12)
    }),
  )
})
