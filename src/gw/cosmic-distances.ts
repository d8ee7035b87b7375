import { QuadrupoleError } from '../core/index.ts'
import { type Cosmology, expansionRate } from './cosmology.ts'

/** Nodes from -1 to 1 and weights of the eight-point Gauss-Legendre rule (Abramowitz and Stegun 1964, table 25.4). */
const nodes = [0.18343464249564978, 0.525532409916329, 0.7966664774136267, 0.9602898564975362]
const weights = [0.36268378337836166, 0.3137066458778869, 0.22238103445337443, 0.10122853629037706]

/** Width of a panel of the rule in `ln(1 + z)`: distances are then good to about 1e-12. */
const panel = 0.5

/**
 * Line-of-sight comoving distance to a redshift, Mpc: `c / H0` times the integral of `dz / E(z)` (Hogg 1999,
 * arXiv:astro-ph/9905116, eq. 15); space is flat, so it is the transverse one too.
 *
 * @throws `argument` for a redshift that is not a number from 0 on.
 *
 * @example
 * comovingDistanceMpc(0.1, planck18) // 432.57
 */
export function comovingDistanceMpc(redshift: number, cosmology: Cosmology): number {
  if (!(redshift >= 0 && redshift < Number.POSITIVE_INFINITY))
    throw new QuadrupoleError('argument', `gw.comovingDistanceMpc: expected a redshift of at least 0, got ${redshift}`)
  const depth = Math.log1p(redshift)
  const panels = Math.max(1, Math.ceil(depth / panel))
  const half = depth / panels / 2
  const integrand = (x: number): number => {
    const z = Math.expm1(x)
    return (1 + z) / expansionRate(z, cosmology)
  }
  let sum = 0
  for (let i = 0; i < panels; i++) {
    const middle = (2 * i + 1) * half
    for (let k = 0; k < nodes.length; k++) {
      const offset = half * nodes[k]!
      sum += weights[k]! * (integrand(middle - offset) + integrand(middle + offset))
    }
  }
  return cosmology.hubbleDistanceMpc * half * sum
}

/** Luminosity distance to a redshift, Mpc: `(1 + z)` times the comoving one (Hogg 1999, eq. 21). */
export function luminosityDistanceMpc(redshift: number, cosmology: Cosmology): number {
  return (1 + redshift) * comovingDistanceMpc(redshift, cosmology)
}

/** Comoving volume of all space up to a redshift, Mpc^3 (Hogg 1999, eq. 29 of a flat universe). */
export function comovingVolumeMpc3(redshift: number, cosmology: Cosmology): number {
  return ((4 * Math.PI) / 3) * comovingDistanceMpc(redshift, cosmology) ** 3
}

/** Comoving volume per redshift and steradian at a redshift, Mpc^3/sr (Hogg 1999, eq. 28). */
export function differentialComovingVolumeMpc3(redshift: number, cosmology: Cosmology): number {
  const distance = comovingDistanceMpc(redshift, cosmology)
  return (cosmology.hubbleDistanceMpc * distance ** 2) / expansionRate(redshift, cosmology)
}

/**
 * The redshift at which the comoving distance has a value, to 1e-12 of it.
 *
 * @throws `argument` for a distance below 0 or beyond that of redshift 1e6.
 */
export function redshiftAtComovingDistance(distanceMpc: number, cosmology: Cosmology): number {
  return invert('redshiftAtComovingDistance', distanceMpc, redshift => {
    const distance = comovingDistanceMpc(redshift, cosmology)
    return { distance, slope: cosmology.hubbleDistanceMpc / expansionRate(redshift, cosmology) }
  })
}

/**
 * The redshift at which the luminosity distance has a value, to 1e-12 of it.
 *
 * @throws `argument` for a distance below 0 or beyond that of redshift 1e6.
 *
 * @example
 * redshiftAtLuminosityDistance(luminosityDistanceMpc(0.5, planck15), planck15) // 0.5
 */
export function redshiftAtLuminosityDistance(distanceMpc: number, cosmology: Cosmology): number {
  return invert('redshiftAtLuminosityDistance', distanceMpc, redshift => {
    const comoving = comovingDistanceMpc(redshift, cosmology)
    const slope = comoving + ((1 + redshift) * cosmology.hubbleDistanceMpc) / expansionRate(redshift, cosmology)
    return { distance: (1 + redshift) * comoving, slope }
  })
}

const largestRedshift = 1e6

/** Solves `distance(z) = target` for a rising function: Newton's method, kept within what is known to hold the root. */
function invert(
  where: string,
  target: number,
  at: (redshift: number) => { readonly distance: number; readonly slope: number },
): number {
  if (!(target >= 0 && target <= at(largestRedshift).distance))
    throw new QuadrupoleError(
      'argument',
      `gw.${where}: expected a distance from 0 to that of redshift ${largestRedshift}, got ${target} Mpc`,
    )
  let low = 0
  let high = largestRedshift
  let redshift = Math.min(1, target / at(0).slope)
  for (let i = 0; i < 200; i++) {
    const { distance, slope } = at(redshift)
    const error = distance - target
    if (Math.abs(error) <= 1e-13 * target) break
    if (error > 0) high = redshift
    else low = redshift
    const next = redshift - error / slope
    const chosen = next > low && next < high ? next : (low + high) / 2
    if (chosen === redshift) break
    redshift = chosen
  }
  return redshift
}
