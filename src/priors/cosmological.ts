import { QuadrupoleError } from '../core/index.ts'
import {
  type Cosmology,
  comovingDistanceMpc,
  differentialComovingVolumeMpc3,
  luminosityDistanceMpc,
  planck15,
  redshiftAtComovingDistance,
  redshiftAtLuminosityDistance,
} from '../gw/index.ts'
import { requireFinite, requireInterval } from './check-arguments.ts'
import type { Distribution, Support } from './distribution.ts'
import { smoothDensity } from './smooth-density.ts'

/** Bounds of a distance or redshift, and the cosmology that relates them. */
export interface CosmologicalOptions extends Support {
  /** Planck 2015 by default. */
  readonly cosmology?: Cosmology
  /** What is distributed: `redshift` by default, `luminosity_distance` or `comoving_distance` in Mpc. */
  readonly parameter?: string
}

/**
 * Sources uniform in comoving volume: p(z) ~ dV / dz. There is no time dilation in it; for events that happen at a
 * constant rate per volume and their own time, see `uniformSourceFrame`.
 *
 * @throws `argument` if the bounds are negative, not finite or not in order, or the parameter is none of the three.
 *
 * @example
 * uniformComovingVolume({ minimum: 0, maximum: 2 }).quantile(0.5) // 1.365
 */
export function uniformComovingVolume(options: CosmologicalOptions): Distribution {
  return volumetric('uniform-comoving-volume', options, () => 1)
}

/**
 * Events of a rate that is constant per comoving volume and source-frame time, seen during a time at the detectors:
 * p(z) ~ dV / dz (1 + z)^(rateIndex - 1). A rate that evolves as a power of 1 + z has that power as `rateIndex`.
 *
 * @throws `argument` if the bounds are negative, not finite or not in order, or the parameter is none of the three.
 */
export function uniformSourceFrame(options: CosmologicalOptions & { readonly rateIndex?: number }): Distribution {
  const { rateIndex = 0 } = options
  requireFinite('uniformSourceFrame', { rateIndex })
  return volumetric('uniform-source-frame', options, z => (1 + z) ** (rateIndex - 1))
}

/** The measures of distance: their redshift and, by redshift, their derivative. */
const measures = {
  redshift: { redshift: (z: number) => z, slope: () => 1 },
  comoving_distance: { redshift: redshiftAtComovingDistance, slope: comovingSlope },
  luminosity_distance: {
    redshift: redshiftAtLuminosityDistance,
    slope: (z: number, cosmology: Cosmology) =>
      luminosityDistanceMpc(z, cosmology) / (1 + z) + (1 + z) * comovingSlope(z, cosmology),
  },
} as const

/** dd / dz of the comoving distance, from dV / dz = d^2 dd / dz per steradian. */
function comovingSlope(z: number, cosmology: Cosmology): number {
  return differentialComovingVolumeMpc3(z, cosmology) / comovingDistanceMpc(z, cosmology) ** 2
}

function volumetric(
  kind: string,
  { minimum, maximum, cosmology = planck15, parameter = 'redshift' }: CosmologicalOptions,
  rate: (redshift: number) => number,
): Distribution {
  const where = kind.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())
  requireFinite(where, { minimum, maximum })
  requireInterval(where, { minimum, maximum }, { lowest: 0 })
  if (!(parameter in measures))
    throw new QuadrupoleError(
      'argument',
      `priors.${where}: expected a distribution of ${Object.keys(measures).join(' or ')}, got '${parameter}'`,
      { details: { parameter } },
    )
  const { redshift, slope } = measures[parameter as keyof typeof measures]
  const density = (x: number): number => {
    if (x === 0) return 0
    const z = redshift(x, cosmology)
    return (differentialComovingVolumeMpc3(z, cosmology) * rate(z)) / slope(z, cosmology)
  }
  return { ...smoothDensity({ minimum, maximum, density }), kind }
}
