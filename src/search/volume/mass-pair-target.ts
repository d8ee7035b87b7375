import { QuadrupoleError } from '../../core/index.ts'
import { type Cosmology, planck15 } from '../../gw/index.ts'
import {
  createPriorSet,
  logNormal,
  type PriorSet,
  type Support,
  smoothDensity,
  uniformSourceFrame,
} from '../../priors/index.ts'

export interface MassPair {
  /** Central masses of the components in the source's frame, solar masses, the heavier first. */
  readonly mass1Solar: number
  readonly mass2Solar: number
}

export interface MassPairOptions {
  /** Standard deviation of the logarithms of both masses. */
  readonly logStandardDeviation?: number
  /** Least mass ratio, lighter over heavier. */
  readonly minimumMassRatio?: number
  /** That of the drawn set, with which redshifts become volumes; Planck 2015 by default. */
  readonly cosmology?: Cosmology
}

/**
 * The population that a sensitive volume for a pair of masses is quoted for, as GWTC-3 and aframe do: both source-frame
 * masses log-normal about the pair with width 0.1, the first the heavier, at a constant rate per comoving volume and
 * source-frame time over the redshifts that were drawn; all else as drawn. Masses outside of those drawn are left out.
 *
 * With the injections' own prior it makes the weights of `sensitiveVolume`: `logDensityRatio(target, drawn, columns)`.
 *
 * @throws `argument` for masses out of order, or a drawn set that has no `mass_1_source`, `mass_2_source` or `redshift`.
 *
 * @example
 * const target = massPairTarget(await readPriorSet('aframe-end-o3-rates-and-pops'), { mass1Solar: 35, mass2Solar: 20 })
 */
export function massPairTarget(
  drawn: PriorSet,
  { mass1Solar, mass2Solar }: MassPair,
  { logStandardDeviation = 0.1, minimumMassRatio = 0.02, cosmology = planck15 }: MassPairOptions = {},
): PriorSet {
  if (!(mass2Solar > 0 && mass1Solar >= mass2Solar && mass1Solar < Infinity))
    throw new QuadrupoleError(
      'argument',
      `search.massPairTarget: expected positive masses, the heavier first, got ${mass1Solar} and ${mass2Solar}`,
    )
  const heavier = supportOf(drawn, 'mass_1_source', {})
  const lighter = supportOf(drawn, 'mass_2_source', { mass_1_source: heavier.maximum })
  return createPriorSet({
    name: `${mass1Solar}-${mass2Solar}`,
    description: `binaries about ${mass1Solar} and ${mass2Solar} solar masses at a constant rate`,
    parameters: {
      ...drawn.parameters,
      mass_1_source: massAbout(mass1Solar, logStandardDeviation, heavier),
      mass_2_source: massAbout(mass2Solar, logStandardDeviation, lighter),
      redshift: uniformSourceFrame({ ...supportOf(drawn, 'redshift', {}), cosmology }),
    },
    constraints: { ...drawn.constraints, mass_ratio: { minimum: minimumMassRatio, maximum: 1 } },
    cosmology,
  })
}

/** A log-normal between bounds alone, which holds all of it but what is far off. */
function massAbout(centre: number, logStandardDeviation: number, { minimum, maximum }: Support) {
  const full = logNormal({ logMean: Math.log(centre), logStandardDeviation })
  // Twelve standard deviations: beyond, nothing is left to integrate.
  const reach = Math.exp(12 * logStandardDeviation)
  const [from, to] = [Math.max(minimum, centre / reach), Math.min(maximum, centre * reach)]
  if (!(from < to))
    throw new QuadrupoleError(
      'argument',
      `search.massPairTarget: no masses about ${centre} solar masses were drawn, only ${minimum} to ${maximum}`,
    )
  return smoothDensity({ minimum: from, maximum: to, density: mass => Math.exp(full.logProb(mass)), panels: 256 })
}

function supportOf(drawn: PriorSet, name: string, given: Readonly<Record<string, number>>): Support {
  const prior = drawn.parameters[name]
  if (prior === undefined)
    throw new QuadrupoleError(
      'argument',
      `search.massPairTarget: expected '${drawn.name}' to have ${name}, got ${Object.keys(drawn.parameters).join(', ')}; ` +
        'draw masses of the source and a redshift',
    )
  return 'given' in prior ? prior.at(given).support : prior.support
}
