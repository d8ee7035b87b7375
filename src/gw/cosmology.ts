import { QuadrupoleError } from '../core/index.ts'
import { speedOfLight } from './constants.ts'

/** A flat universe of matter, a cosmological constant, photons and neutrinos. */
export interface CosmologyParameters {
  readonly name: string
  /** Expansion rate today, km/s/Mpc. */
  readonly hubbleConstant: number
  /** Density today of matter that is not relativistic, without massive neutrinos, over the critical density. */
  readonly matterDensity: number
  /** Temperature today of the cosmic microwave background, K; 0 for a universe without photons and neutrinos. */
  readonly cmbTemperature?: number
  /** Effective number of neutrino species, shared evenly among those of `neutrinoMasses`. */
  readonly neutrinoSpecies?: number
  /** Mass of each species, eV. */
  readonly neutrinoMasses?: readonly number[]
}

/** A cosmology with what follows from its parameters. */
export interface Cosmology extends Required<CosmologyParameters> {
  /** Density of the cosmological constant over the critical one, which makes space flat. */
  readonly darkEnergyDensity: number
  /** Density of photons today over the critical one. */
  readonly photonDensity: number
  /** c / H0, Mpc. */
  readonly hubbleDistanceMpc: number
}

/** CODATA 2022 and the IAU's parsec, SI. */
const gravitationalConstant = 6.6743e-11
const stefanBoltzmann = 5.670374419184429e-8
const boltzmannElectronvolts = 8.617333262145179e-5
const megaparsec = 3.0856775814913674e22

/** Temperature of the relic neutrinos over that of the photons, (4 / 11)^(1/3). */
const neutrinoTemperatureRatio = (4 / 11) ** (1 / 3)

/**
 * Makes a flat LambdaCDM universe, of Astropy's `FlatLambdaCDM`: the neutrinos' masses count as there.
 *
 * @throws `argument` for parameters out of range.
 *
 * @example
 * flatLambdaCdm({ name: 'dust', hubbleConstant: 70, matterDensity: 0.3 }).darkEnergyDensity // 0.7
 */
export function flatLambdaCdm(parameters: CosmologyParameters): Cosmology {
  const { name, hubbleConstant, matterDensity } = parameters
  const { cmbTemperature = 0, neutrinoSpecies = 3.04, neutrinoMasses = [0, 0, 0] } = parameters
  const require = (what: string, value: number, isValid: boolean): void => {
    if (!isValid)
      throw new QuadrupoleError('argument', `gw.flatLambdaCdm: ${what} of '${name}' is out of range: ${value}`, {
        details: { [what]: value },
      })
  }
  require('hubbleConstant', hubbleConstant, hubbleConstant > 0 && hubbleConstant < Number.POSITIVE_INFINITY)
  require('matterDensity', matterDensity, matterDensity >= 0 && matterDensity <= 1)
  require('cmbTemperature', cmbTemperature, cmbTemperature >= 0 && cmbTemperature < 100)
  require('neutrinoSpecies', neutrinoSpecies, neutrinoSpecies >= 0 && neutrinoSpecies < 100)
  for (const mass of neutrinoMasses) require('neutrinoMasses', mass, mass >= 0 && mass < 1e6)
  const expansion = (hubbleConstant * 1000) / megaparsec
  const criticalDensity = (3 * expansion ** 2) / (8 * Math.PI * gravitationalConstant)
  const photonDensity = (4 * stefanBoltzmann * cmbTemperature ** 4) / (speedOfLight ** 3 * criticalDensity)
  const cosmology = { name, hubbleConstant, matterDensity, cmbTemperature, neutrinoSpecies, neutrinoMasses }
  return {
    ...cosmology,
    photonDensity,
    darkEnergyDensity: 1 - matterDensity - photonDensity * (1 + neutrinosOverPhotons(1, cosmology)),
    hubbleDistanceMpc: speedOfLight / 1000 / hubbleConstant,
  }
}

/** Planck 2015 (arXiv:1502.01589, table 4, TT,TE,EE+lowP+lensing+ext), as Astropy's `Planck15`. */
export const planck15: Cosmology = flatLambdaCdm({
  name: 'Planck15',
  hubbleConstant: 67.74,
  matterDensity: 0.3075,
  cmbTemperature: 2.7255,
  neutrinoSpecies: 3.046,
  neutrinoMasses: [0, 0, 0.06],
})

/** Planck 2018 (arXiv:1807.06209, table 2, TT,TE,EE+lowE+lensing+BAO), as Astropy's `Planck18`. */
export const planck18: Cosmology = flatLambdaCdm({
  name: 'Planck18',
  hubbleConstant: 67.66,
  matterDensity: 0.30966,
  cmbTemperature: 2.7255,
  neutrinoSpecies: 3.046,
  neutrinoMasses: [0, 0, 0.06],
})

/**
 * Density of neutrinos over that of photons when distances were `1 / stretch` of today's: the fit of Komatsu et al. 2011
 * (ApJS 192, 18, eq. 26) for massive species, good to 0.1 %.
 */
function neutrinosOverPhotons(
  stretch: number,
  {
    cmbTemperature,
    neutrinoSpecies,
    neutrinoMasses,
  }: Pick<Cosmology, 'cmbTemperature' | 'neutrinoSpecies' | 'neutrinoMasses'>,
): number {
  if (cmbTemperature === 0 || neutrinoMasses.length === 0) return 0
  const perSpecies = (7 / 8) * (4 / 11) ** (4 / 3) * (neutrinoSpecies / neutrinoMasses.length)
  const temperature = boltzmannElectronvolts * neutrinoTemperatureRatio * cmbTemperature * stretch
  return neutrinoMasses.reduce((sum, mass) => {
    const relative = mass === 0 ? 1 : (1 + (0.3173 * (mass / temperature)) ** 1.83) ** (1 / 1.83)
    return sum + perSpecies * relative
  }, 0)
}

/** The expansion rate at a redshift over today's, E(z). */
export function expansionRate(redshift: number, cosmology: Cosmology): number {
  const stretch = 1 + redshift
  const radiation = cosmology.photonDensity * (1 + neutrinosOverPhotons(stretch, cosmology))
  return Math.sqrt(cosmology.darkEnergyDensity + stretch ** 3 * (cosmology.matterDensity + stretch * radiation))
}
