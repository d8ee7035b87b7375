import { QuadrupoleError } from '../../core/index.ts'
import {
  comovingDistanceMpc,
  differentialComovingVolumeMpc3,
  luminosityDistanceMpc,
  planck15,
  redshiftAtLuminosityDistance,
} from '../../gw/index.ts'
import { createPriorSet, type ParameterColumns, type PriorSet, rowOf } from '../../priors/index.ts'
import { chirpMass } from '../../waveforms/index.ts'

/** The coordinates of a population of sources. */
export const sourceNames = ['mass_1_source', 'mass_2_source', 'redshift'] as const

/** Masses and redshifts of sources, one value a row. */
export type SourceColumns = Readonly<Record<(typeof sourceNames)[number], Float64Array>>

/** Draws of a prior as sources, with the prior's density there. */
export interface SourceDraws {
  readonly columns: SourceColumns
  /** As `logProbOf` gives it. */
  readonly logDensities: Float64Array
}

/** Masses and distances of a prior, as a population of sources has them. */
export interface SourceFrame {
  /** What draws of the prior are as sources. */
  drawsOf(columns: ParameterColumns): SourceDraws
  /**
   * The logarithm of the prior's normalised density in `mass_1_source`, `mass_2_source` and `redshift`, all else integrated
   * out, of each row; -Infinity where it has no draws.
   */
  logProbOf(columns: SourceColumns): Float64Array
}

interface MassChart {
  readonly names: readonly [string, string]
  /** |d names / d (mass1, mass2)| of one frame. */
  readonly slope: (mass1: number, mass2: number) => number
}

/** Ways to say two masses, without the frame's suffix. */
const massCharts: readonly MassChart[] = [
  { names: ['mass_1', 'mass_2'], slope: () => 1 },
  { names: ['chirp_mass', 'mass_ratio'], slope: (mass1, mass2) => chirpMass(mass1, mass2) / mass1 ** 2 },
  { names: ['total_mass', 'mass_ratio'], slope: (mass1, mass2) => (mass1 + mass2) / mass1 ** 2 },
  { names: ['mass_1', 'mass_ratio'], slope: mass1 => 1 / mass1 },
]

/** The chirp mass of two neutron stars of 1.4 solar masses, which chirp distances are relative to. */
const referenceChirpMass = chirpMass(1.4, 1.4)

/** Of each distance that can be drawn, its derivative by redshift at constant masses at the detectors. */
const distanceSlopes: Readonly<Record<string, (z: number, mass1: number, mass2: number) => number>> = {
  redshift: () => 1,
  luminosity_distance: luminositySlope,
  chirp_distance: (z, mass1, mass2) => luminositySlope(z) * (referenceChirpMass / chirpMass(mass1, mass2)) ** (5 / 6),
}

/** dD_L / dz = D_L / (1 + z) + (1 + z) dD_C / dz, with dV / dz = D_C^2 dD_C / dz per steradian. */
function luminositySlope(z: number): number {
  const comoving = differentialComovingVolumeMpc3(z, planck15) / comovingDistanceMpc(z, planck15) ** 2
  return luminosityDistanceMpc(z, planck15) / (1 + z) + (1 + z) * comoving
}

/**
 * The density of a prior in the source's masses and redshift, whatever masses and distance it draws: that of its own
 * coordinates times |d own / d (m1, m2, z)| (Planck 2015). For masses (m1, m2)(1 + z) at the detectors and a chirp distance,
 *
 * p(m1, m2, z) = p(own) (1 + z)^2 |d (own masses) / d (m1 (1 + z), m2 (1 + z))| (Mc0 / Mc)^(5/6) dD_L / dz.
 *
 * @throws `config` for a prior of which this can't be told: other masses or distances, or ones that depend on other
 * parameters.
 *
 * @example
 * sourceFrame(await readPriorSet('search-real-strain')).logProbOf({ mass_1_source, mass_2_source, redshift })
 */
export function sourceFrame(drawn: PriorSet): SourceFrame {
  const { chart, suffix, distance } = chartOf(drawn)
  const own = [...chart.names.map(name => suffixed(name, suffix)), distance]
  const masses = marginalOf(drawn, own)
  const logSlope = (mass1: number, mass2: number, z: number): number => {
    const [seen1, seen2] = [mass1 * (1 + z), mass2 * (1 + z)]
    const mass = suffix === '' ? (1 + z) ** 2 * chart.slope(seen1, seen2) : chart.slope(mass1, mass2)
    return Math.log(mass * distanceSlopes[distance]!(z, seen1, seen2))
  }
  const logProbOf = (columns: SourceColumns): Float64Array =>
    masses.logProbOf(columns).map((density, i) => {
      const { mass_1_source: mass1, mass_2_source: mass2, redshift } = rowOf(columns, i)
      return density === -Infinity ? density : density + logSlope(mass1!, mass2!, redshift!)
    })
  return {
    drawsOf(drawn) {
      const redshift = drawn.redshift ?? needed(drawn, 'luminosity_distance').map(redshiftOf)
      const source = (name: string) =>
        drawn[`${name}_source`] ?? needed(drawn, name).map((mass, i) => mass / (1 + redshift[i]!))
      const columns = { mass_1_source: source('mass_1'), mass_2_source: source('mass_2'), redshift }
      return { columns, logDensities: logProbOf(columns) }
    },
    logProbOf,
  }
}

const redshiftOf = (distance: number): number => redshiftAtLuminosityDistance(distance, planck15)

const needed = (columns: ParameterColumns, name: string): Float64Array => {
  const column = columns[name]
  if (column) return column
  throw new QuadrupoleError('argument', `search.sourceFrame: expected draws with ${name}, got ${Object.keys(columns)}`)
}

/** A mass ratio is the same in both frames. */
const suffixed = (name: string, suffix: string): string => (name === 'mass_ratio' ? name : `${name}${suffix}`)

function chartOf({ name, parameters }: PriorSet) {
  const has = (parameter: string) => parameters[parameter] !== undefined
  for (const suffix of ['', '_source'] as const)
    for (const chart of massCharts)
      if (chart.names.every(each => has(suffixed(each, suffix)))) {
        // Of masses of the source no distance follows from a chirp distance.
        const distance = Object.keys(distanceSlopes).find(
          each => has(each) && (suffix === '' || each !== 'chirp_distance'),
        )
        if (distance !== undefined) return { chart, suffix, distance }
      }
  throw new QuadrupoleError(
    'config',
    `search.sourceFrame: '${name}' draws ${Object.keys(parameters).join(', ')}: expected masses of one frame (mass_1 and ` +
      'mass_2, or mass_ratio with chirp_mass, total_mass or mass_1) and redshift, luminosity_distance or, of masses at the ' +
      'detectors, chirp_distance; draw these to weight injections as a population',
  )
}

/** The joint prior of some parameters, which nothing else may depend on, nor they on anything else. */
function marginalOf({ name, parameters, constraints }: PriorSet, own: readonly string[]): PriorSet {
  const refuse = (problem: string, cause?: unknown): never => {
    throw new QuadrupoleError(
      'config',
      `search.sourceFrame: '${name}' can't be weighted as a population: ${problem}; draw masses and distance apart from ` +
        'all else',
      { cause },
    )
  }
  for (const [parameter, prior] of Object.entries(parameters)) {
    if (!('given' in prior)) continue
    const mixed = prior.given.find(parent => own.includes(parent) !== own.includes(parameter))
    if (mixed !== undefined) refuse(`${parameter} depends on ${mixed}`)
  }
  for (const parameter of own) {
    const prior = parameters[parameter]!
    if (!('given' in prior) && prior.kind === 'delta') refuse(`${parameter} has one value, which is no density`)
  }
  try {
    return createPriorSet({
      name,
      parameters: Object.fromEntries(own.map(parameter => [parameter, parameters[parameter]!])),
      constraints,
    })
  } catch (cause) {
    return refuse((cause as Error).message, cause)
  }
}
