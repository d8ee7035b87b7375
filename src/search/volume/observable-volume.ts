import { QuadrupoleError } from '../../core/index.ts'
import { type Cosmology, differentialComovingVolumeMpc3, planck15 } from '../../gw/index.ts'

export interface ObservableVolumeOptions {
  readonly minimumRedshift?: number
  readonly maximumRedshift: number
  /** Planck 2015 by default. */
  readonly cosmology?: Cosmology
  /** The power of 1 + z that the rate per source-frame time and comoving volume goes with; constant by default. */
  readonly rateIndex?: number
  /** Of the sky, steradians; all of it by default. */
  readonly solidAngle?: number
}

/** Intervals of Simpson's rule in ln(1 + z). */
const intervals = 512

/**
 * The volume in which a constant rate per comoving volume and source-frame time gives what the detectors see in a time of
 * theirs: solid angle x integral of dV/dz (1 + z)^(rateIndex - 1) dz, in Gpc^3. The 1 / (1 + z) is the dilation of time;
 * `rateIndex` 1 gives the plain comoving volume.
 *
 * @throws `argument` for redshifts that are negative or not in order, or a solid angle that is none.
 *
 * @example
 * observableVolumeGpc3({ maximumRedshift: 2 }) // 283.79
 */
export function observableVolumeGpc3(options: ObservableVolumeOptions): number {
  const {
    minimumRedshift = 0,
    maximumRedshift,
    cosmology = planck15,
    rateIndex = 0,
    solidAngle = 4 * Math.PI,
  } = options
  if (!(minimumRedshift >= 0 && maximumRedshift > minimumRedshift && maximumRedshift < Infinity))
    throw new QuadrupoleError(
      'argument',
      `search.observableVolumeGpc3: expected redshifts from 0 on in order, got ${minimumRedshift} to ${maximumRedshift}`,
    )
  if (!(solidAngle > 0 && solidAngle <= 4 * Math.PI * (1 + 1e-12)))
    throw new QuadrupoleError(
      'argument',
      `search.observableVolumeGpc3: expected a solid angle of at most 4 pi, got ${solidAngle}`,
    )
  const [from, to] = [Math.log1p(minimumRedshift), Math.log1p(maximumRedshift)]
  const step = (to - from) / intervals
  let sum = 0
  for (let i = 0; i <= intervals; i++) {
    const z = Math.expm1(from + i * step)
    const weight = i === 0 || i === intervals ? 1 : i % 2 === 1 ? 4 : 2
    // dz = (1 + z) d ln(1 + z).
    sum += weight * differentialComovingVolumeMpc3(z, cosmology) * (1 + z) ** rateIndex
  }
  return (solidAngle * sum * step) / 3 / 1e9
}
