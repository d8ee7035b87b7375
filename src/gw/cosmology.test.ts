import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  comovingDistanceMpc,
  comovingVolumeMpc3,
  differentialComovingVolumeMpc3,
  luminosityDistanceMpc,
  redshiftAtComovingDistance,
  redshiftAtLuminosityDistance,
} from './cosmic-distances.ts'
import { type Cosmology, expansionRate, flatLambdaCdm, planck15, planck18 } from './cosmology.ts'
import { type CosmologyGolden, readFixture } from './testing/golden.ts'

const golden = readFixture<CosmologyGolden>('cosmology.json')
const cosmologies: Readonly<Record<string, Cosmology>> = {
  planck15,
  planck18,
  massive: flatLambdaCdm({
    name: 'massive',
    hubbleConstant: 70,
    matterDensity: 0.3,
    cmbTemperature: 2.7,
    neutrinoSpecies: 3.04,
    neutrinoMasses: [0.01, 0.1, 2],
  }),
  dust: flatLambdaCdm({ name: 'dust', hubbleConstant: 67.66, matterDensity: 0.30966 }),
}

describe.each(Object.entries(cosmologies))('in the universe %s', (name, cosmology) => {
  const expected = golden[name]!

  it.each([
    ['expansion', expansionRate],
    ['comoving', comovingDistanceMpc],
    ['luminosity', luminosityDistanceMpc],
    ['volume', comovingVolumeMpc3],
    ['differential', differentialComovingVolumeMpc3],
  ] as const)('%s is that of Astropy to 1e-8, up to the last scattering', (quantity, of) => {
    for (const [i, redshift] of expected.redshifts.entries()) {
      const value = expected[quantity][i]!
      expect(Math.abs(of(redshift, cosmology) - value), `at z = ${redshift}`).toBeLessThanOrEqual(1e-8 * value)
    }
  })

  it('the densities are those of Astropy', () => {
    expect(cosmology.darkEnergyDensity).toBeCloseTo(expected.dark_energy, 9)
    expect(Math.abs(cosmology.photonDensity / (expected.photons || 1) - (expected.photons ? 1 : 0))).toBeLessThan(1e-7)
  })
})

describe('redshifts of distances', () => {
  const redshift = fc.double({ min: 0, max: 1500, noNaN: true })
  it('lead back to the distance', () => {
    fc.assert(
      fc.property(redshift, fc.constantFrom(...Object.values(cosmologies)), (z, cosmology) => {
        const [comoving, luminosity] = [comovingDistanceMpc(z, cosmology), luminosityDistanceMpc(z, cosmology)]
        const near = (value: number, target: number) =>
          expect(Math.abs(value - target)).toBeLessThanOrEqual(1e-12 * target)
        near(comovingDistanceMpc(redshiftAtComovingDistance(comoving, cosmology), cosmology), comoving)
        near(luminosityDistanceMpc(redshiftAtLuminosityDistance(luminosity, cosmology), cosmology), luminosity)
      }),
      { numRuns: 200 },
    )
  })

  it('are those the distances were made from', () => {
    for (const z of [0, 1e-6, 0.01, 0.1, 1, 7, 20])
      expect(redshiftAtLuminosityDistance(luminosityDistanceMpc(z, planck18), planck18)).toBeCloseTo(z, 10)
  })

  it('refuse what no redshift has', () => {
    expect(() => redshiftAtLuminosityDistance(-1, planck15)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.redshiftAtLuminosityDistance: expected a distance from 0 to that of redshift 1000000, got -1 Mpc]`,
    )
    expect(() => redshiftAtComovingDistance(20_000, planck15)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.redshiftAtComovingDistance: expected a distance from 0 to that of redshift 1000000, got 20000 Mpc]`,
    )
    expect(() => comovingDistanceMpc(-0.1, planck15)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.comovingDistanceMpc: expected a redshift of at least 0, got -0.1]`,
    )
  })
})

describe('flatLambdaCdm', () => {
  it('refuses parameters out of range', () => {
    const universe = { name: 'mine', hubbleConstant: 70, matterDensity: 0.3 }
    expect(() => flatLambdaCdm({ ...universe, hubbleConstant: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.flatLambdaCdm: hubbleConstant of 'mine' is out of range: 0]`,
    )
    expect(() => flatLambdaCdm({ ...universe, matterDensity: 1.1 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.flatLambdaCdm: matterDensity of 'mine' is out of range: 1.1]`,
    )
    expect(() => flatLambdaCdm({ ...universe, neutrinoMasses: [0, -1] })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.flatLambdaCdm: neutrinoMasses of 'mine' is out of range: -1]`,
    )
  })
})
