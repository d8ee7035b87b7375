import { QuadrupoleError } from '../core/index.ts'
import { earthSemiMajorAxis, earthSemiMinorAxis, speedOfLight } from './constants.ts'

/** A place on Earth where strain is measured: the vertex of an interferometer, geodetic (WGS 84). */
export interface Detector {
  /** Prefix of its channels, such as `H1`. */
  readonly name: string
  readonly site: string
  readonly latitudeDegrees: number
  readonly longitudeDegrees: number
  /** Above the ellipsoid, metres. */
  readonly elevation: number
}

/** The detectors known by name: vertices of LIGO-T980044, as LAL and bilby have them. */
export const detectors: readonly Detector[] = [
  {
    name: 'H1',
    site: 'LIGO Hanford',
    latitudeDegrees: 46.45514666666667,
    longitudeDegrees: -119.4076571388889,
    elevation: 142.554,
  },
  {
    name: 'L1',
    site: 'LIGO Livingston',
    latitudeDegrees: 30.562894333333332,
    longitudeDegrees: -90.77424038888888,
    elevation: -6.574,
  },
]

/**
 * The detector of a name.
 *
 * @throws `argument` for a name that is not among `detectors`.
 */
export function detectorNamed(name: string): Detector {
  const detector = detectors.find(candidate => candidate.name === name)
  if (detector === undefined)
    throw new QuadrupoleError(
      'argument',
      `gw.detectorNamed: no detector '${name}'; known are ${detectors.map(({ name }) => name).join(', ')}`,
    )
  return detector
}

/** Cartesian Earth-fixed position, metres: x to longitude 0 on the equator, z to the north pole. */
export function position({
  latitudeDegrees,
  longitudeDegrees,
  elevation,
}: Detector): readonly [number, number, number] {
  const latitude = (latitudeDegrees * Math.PI) / 180
  const longitude = (longitudeDegrees * Math.PI) / 180
  const [a, b] = [earthSemiMajorAxis, earthSemiMinorAxis]
  const normal = (a * a) / Math.hypot(a * Math.cos(latitude), b * Math.sin(latitude))
  return [
    (normal + elevation) * Math.cos(latitude) * Math.cos(longitude),
    (normal + elevation) * Math.cos(latitude) * Math.sin(longitude),
    ((b * b * normal) / (a * a) + elevation) * Math.sin(latitude),
  ]
}

/** Time that light takes between two detectors, seconds: no gravitational wave can be further apart in arrival. */
export function lightTravelTime(a: Detector, b: Detector): number {
  const [from, to] = [position(a), position(b)]
  return Math.hypot(from[0] - to[0], from[1] - to[1], from[2] - to[2]) / speedOfLight
}
