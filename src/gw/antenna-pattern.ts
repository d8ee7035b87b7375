import { speedOfLight } from './constants.ts'
import type { Detector } from './detector.ts'
import { dot, position, responseTensor, type Tensor3, type Vector3 } from './detector-geometry.ts'
import type { GpsTime } from './gps-time.ts'
import { greenwichMeanSiderealTime } from './sidereal-time.ts'

/** Where in the sky a source stands, and when it is looked at: the Earth turns beneath it. */
export interface SkyLocation {
  /** Radians. */
  readonly rightAscension: number
  /** Radians. */
  readonly declination: number
  readonly time: GpsTime
}

/** How a wave reaches the Earth. */
export interface Wave extends SkyLocation {
  /** Angle psi from the source's frame to north, counted towards east, radians. */
  readonly polarization: number
}

/** Sensitivity to the two polarisations, each from -1 to 1. */
export interface AntennaPattern {
  readonly plus: number
  readonly cross: number
}

/**
 * Antenna patterns F+ and Fx of a detector (Anderson et al. 2001, Phys. Rev. D 63, 042003, eqs. B4 to B9; the
 * conventions of LAL), so that its strain is `plus * h+ + cross * hx`.
 *
 * @example
 * const wave = { rightAscension: 1.95, declination: -1.27, polarization: 0.82, time: GpsTime.parse('1126259462.42') }
 * antennaPattern(detectorNamed('H1'), wave)
 */
export function antennaPattern(detector: Detector, wave: Wave): AntennaPattern {
  return contract(responseTensor(detector), wave, greenwichMeanSiderealTime(wave.time))
}

/** F+ and Fx of a response tensor at a sidereal time. */
export function contract(
  response: Tensor3,
  { rightAscension, declination, polarization }: Omit<Wave, 'time'>,
  siderealTime: number,
): AntennaPattern {
  const hourAngle = siderealTime - rightAscension
  const [cosH, sinH] = [Math.cos(hourAngle), Math.sin(hourAngle)]
  const [cosD, sinD] = [Math.cos(declination), Math.sin(declination)]
  const [cosP, sinP] = [Math.cos(polarization), Math.sin(polarization)]
  // Axes of the wave's frame, Earth-fixed: both across its direction of travel.
  const x: Vector3 = [-cosP * sinH - sinP * cosH * sinD, -cosP * cosH + sinP * sinH * sinD, sinP * cosD]
  const y: Vector3 = [sinP * sinH - cosP * cosH * sinD, sinP * cosH + cosP * sinH * sinD, cosP * cosD]
  const dx: Vector3 = [dot(response[0], x), dot(response[1], x), dot(response[2], x)]
  const dy: Vector3 = [dot(response[0], y), dot(response[1], y), dot(response[2], y)]
  return { plus: dot(x, dx) - dot(y, dy), cross: dot(x, dy) + dot(y, dx) }
}

/** The unit vector to a source at a sidereal time, Earth-fixed. */
export function sourceDirection(
  { rightAscension, declination }: Omit<SkyLocation, 'time'>,
  siderealTime: number,
): Vector3 {
  const hourAngle = siderealTime - rightAscension
  return [
    Math.cos(declination) * Math.cos(hourAngle),
    -Math.cos(declination) * Math.sin(hourAngle),
    Math.sin(declination),
  ]
}

/** Seconds by which a wave reaches the detector later than the Earth's centre; negative where it comes earlier. */
export function delayFromGeocentre(detector: Detector, location: SkyLocation): number {
  const direction = sourceDirection(location, greenwichMeanSiderealTime(location.time))
  return -dot(direction, position(detector)) / speedOfLight
}

/** Seconds by which a wave reaches the first detector later than the second. */
export function delayBetween(first: Detector, second: Detector, location: SkyLocation): number {
  return delayFromGeocentre(first, location) - delayFromGeocentre(second, location)
}
