/** The direction of an interferometer's arm, seen from the vertex. */
export interface Arm {
  /** From east through north, degrees. */
  readonly azimuthDegrees: number
  /** Above the plane that touches the ellipsoid below the vertex, radians. */
  readonly tilt: number
}

/** An interferometer: its vertex, geodetic (WGS 84), and its two arms. */
export interface Detector {
  /** Prefix of its channels, such as `H1`. */
  readonly name: string
  readonly site: string
  readonly latitudeDegrees: number
  readonly longitudeDegrees: number
  /** Above the ellipsoid, metres. */
  readonly elevation: number
  readonly xArm: Arm
  readonly yArm: Arm
  /** Metres, nominal. The response is that of waves much longer than it. */
  readonly armLength: number
}
