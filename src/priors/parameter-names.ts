const masses = (suffix: '' | '_source', frame: string) =>
  ({
    [`mass_1${suffix}`]: `mass of the heavier body ${frame}, solar masses`,
    [`mass_2${suffix}`]: `mass of the lighter body ${frame}, solar masses`,
    [`chirp_mass${suffix}`]: `chirp mass ${frame}, solar masses`,
    [`total_mass${suffix}`]: `sum of both masses ${frame}, solar masses`,
  }) as const

/** The parameters that prior files may have, by bilby's names, and what each is. */
export const parameterNames: Readonly<Record<string, string>> = {
  ...masses('', 'at the detectors'),
  ...masses('_source', 'in the frame of the source'),
  mass_ratio: 'lighter over heavier mass',
  chi_1: 'spin of the heavier body along the orbital angular momentum, dimensionless',
  chi_2: 'spin of the lighter body along the orbital angular momentum, dimensionless',
  a_1: "magnitude of the heavier body's spin, dimensionless",
  a_2: "magnitude of the lighter body's spin, dimensionless",
  tilt_1: "angle from the orbital angular momentum to the heavier body's spin",
  tilt_2: "angle from the orbital angular momentum to the lighter body's spin",
  phi_12: 'azimuth from the heavier to the lighter spin in the orbital plane',
  phi_jl: 'azimuth of the orbital angular momentum about the total one',
  redshift: 'cosmological redshift',
  luminosity_distance: 'luminosity distance, Mpc',
  comoving_distance: 'comoving distance, Mpc',
  chirp_distance: 'luminosity distance at which 1.4 + 1.4 solar masses would be as loud, Mpc',
  theta_jn: 'angle from the line of sight to the total angular momentum',
  phase: 'phase at the reference frequency',
  psi: 'polarisation angle',
  ra: 'right ascension',
  dec: 'declination',
  quality: 'quality factor of a ringdown or a sine-Gaussian',
  frequency: 'central frequency of a ringdown or a sine-Gaussian, Hz',
  hrss: 'root-sum-square strain of a burst, per square root of Hz',
  eccentricity: "eccentricity of a sine-Gaussian's polarisation ellipse",
}
