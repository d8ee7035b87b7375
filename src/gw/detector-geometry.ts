import { earthSemiMajorAxis, earthSemiMinorAxis, speedOfLight } from './constants.ts'
import type { Arm, Detector } from './detector.ts'

/** Earth-fixed Cartesian components: x to longitude 0 on the equator, y to 90 degrees east, z to the north pole. */
export type Vector3 = readonly [number, number, number]

/** The scalar product. */
export function dot(a: Vector3, b: Vector3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/** Earth-fixed position of the vertex, metres. */
export function position({ latitudeDegrees, longitudeDegrees, elevation }: Detector): Vector3 {
  const latitude = radians(latitudeDegrees)
  const longitude = radians(longitudeDegrees)
  const [a, b] = [earthSemiMajorAxis, earthSemiMinorAxis]
  const normal = (a * a) / Math.hypot(a * Math.cos(latitude), b * Math.sin(latitude))
  return [
    (normal + elevation) * Math.cos(latitude) * Math.cos(longitude),
    (normal + elevation) * Math.cos(latitude) * Math.sin(longitude),
    ((b * b * normal) / (a * a) + elevation) * Math.sin(latitude),
  ]
}

/** Earth-fixed unit vectors along the arms, away from the vertex. */
export function armDirections(detector: Detector): { readonly x: Vector3; readonly y: Vector3 } {
  const latitude = radians(detector.latitudeDegrees)
  const longitude = radians(detector.longitudeDegrees)
  const [cosLatitude, sinLatitude] = [Math.cos(latitude), Math.sin(latitude)]
  const [cosLongitude, sinLongitude] = [Math.cos(longitude), Math.sin(longitude)]
  const east = [-sinLongitude, cosLongitude, 0] as const
  const north = [-sinLatitude * cosLongitude, -sinLatitude * sinLongitude, cosLatitude] as const
  const up = [cosLatitude * cosLongitude, cosLatitude * sinLongitude, sinLatitude] as const
  const along = ({ azimuthDegrees, tilt }: Arm): Vector3 => {
    const azimuth = radians(azimuthDegrees)
    const [e, n, u] = [Math.cos(tilt) * Math.cos(azimuth), Math.cos(tilt) * Math.sin(azimuth), Math.sin(tilt)]
    return [
      e * east[0] + n * north[0] + u * up[0],
      e * east[1] + n * north[1] + u * up[1],
      e * east[2] + n * north[2] + u * up[2],
    ]
  }
  return { x: along(detector.xArm), y: along(detector.yArm) }
}

/** A symmetric 3 by 3 tensor, by rows. */
export type Tensor3 = readonly [Vector3, Vector3, Vector3]

/**
 * The response tensor `(x x^T - y y^T) / 2` of the arms' directions, Earth-fixed: strain is its double contraction with
 * the metric perturbation, for waves much longer than the arms (Anderson et al. 2001, Phys. Rev. D 63, 042003, eq. B6).
 */
export function responseTensor(detector: Detector): Tensor3 {
  const { x, y } = armDirections(detector)
  const row = (i: 0 | 1 | 2): Vector3 => [
    (x[i] * x[0] - y[i] * y[0]) / 2,
    (x[i] * x[1] - y[i] * y[1]) / 2,
    (x[i] * x[2] - y[i] * y[2]) / 2,
  ]
  return [row(0), row(1), row(2)]
}

/** Time that light takes between two detectors, seconds: no gravitational wave can be further apart in arrival. */
export function lightTravelTime(a: Detector, b: Detector): number {
  const [from, to] = [position(a), position(b)]
  return Math.hypot(from[0] - to[0], from[1] - to[1], from[2] - to[2]) / speedOfLight
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180
