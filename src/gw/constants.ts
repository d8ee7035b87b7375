/** Speed of light in vacuum, m/s (exact, SI). */
export const speedOfLight = 299_792_458

/** Semi-axes of the WGS 84 ellipsoid, metres (NIMA TR8350.2). */
export const earthSemiMajorAxis = 6_378_137
export const earthSemiMinorAxis = 6_356_752.314
