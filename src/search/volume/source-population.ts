import { QuadrupoleError, randomKey } from '../../core/index.ts'
import { createPriorSet, type PriorSet, readPriorSet, uniform, uniformSourceFrame } from '../../priors/index.ts'
import { massPairTarget } from './mass-pair-target.ts'
import { observableVolumeGpc3 } from './observable-volume.ts'
import { type SourceColumns, type SourceDraws, type SourceFrame, sourceNames } from './source-frame.ts'

/** A population of sources that a volume is quoted for: a constant rate per comoving volume and time of their own. */
export interface SourcePopulation {
  /** Short: `35-20`, or the name of a prior set. */
  readonly name: string
  readonly description: string
  /** Over `mass_1_source`, `mass_2_source` and `redshift`. */
  readonly prior: PriorSet
  /** Out to the largest redshift, Gpc^3. */
  readonly totalVolumeGpc3: number
}

/** Redshift to which volumes are counted, as aframe and GWTC-3 do; what is beyond no detector of today sees. */
const maximumRedshift = 2

const redshift = uniformSourceFrame({ minimum: 0, maximum: maximumRedshift })

/** Draws of a population by which its coverage is estimated. */
const coverageDraws = 4096

/**
 * The population that a text names: a pair of masses, `35-20` (`massPairTarget`: log-normal about both, solar masses in the
 * source's frame), or a prior set by its name or path, of which the masses are taken and nothing else.
 *
 * @throws `config` for a set without `mass_1_source` and `mass_2_source`; what `readPriorSet` throws.
 *
 * @example
 * const { prior } = await readSourcePopulation('35-20')
 */
export async function readSourcePopulation(text: string): Promise<SourcePopulation> {
  const totalVolumeGpc3 = observableVolumeGpc3({ maximumRedshift })
  const pair = /^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/.exec(text)
  if (pair) {
    const prior = massPairTarget(anyMasses, { mass1Solar: Number(pair[1]), mass2Solar: Number(pair[2]) })
    return {
      name: prior.name,
      description: `${prior.description}, masses log-normal with width 0.1`,
      prior,
      totalVolumeGpc3,
    }
  }
  const set = await readPriorSet(text)
  const [mass1, mass2] = [set.parameters.mass_1_source, set.parameters.mass_2_source]
  if (mass1 === undefined || mass2 === undefined)
    throw new QuadrupoleError(
      'config',
      `search.readSourcePopulation: expected '${set.name}' to have mass_1_source and mass_2_source, got ` +
        `${Object.keys(set.parameters).join(', ')}; a population has masses in the source's frame`,
    )
  return {
    name: set.name,
    description: `the masses of ${set.name} at a constant rate`,
    prior: createPriorSet({
      name: set.name,
      parameters: { mass_1_source: mass1, mass_2_source: mass2, redshift },
      constraints: set.constraints,
    }),
    totalVolumeGpc3,
  }
}

/** Any masses that stars leave: pairs are not cut by what was drawn, which `coverageOf` tells. */
const anyMasses = createPriorSet({
  name: 'any masses',
  parameters: {
    mass_1_source: uniform({ minimum: 0.1, maximum: 10_000 }),
    mass_2_source: uniform({ minimum: 0.1, maximum: 10_000 }),
    redshift,
  },
})

/**
 * The logarithm of the weights that make draws count as those of a population: its density over that of the draws, both in
 * masses and redshift of the source. What else was drawn (spins, sky, orientation) is the population's as it was drawn.
 */
export const populationLogWeights = (
  { prior }: SourcePopulation,
  { columns, logDensities }: SourceDraws,
): Float64Array => prior.logProbOf(columns).map((wanted, i) => wanted - logDensities[i]!)

/** The part of a population that lies where there are draws, and its standard deviation, by draws of the population. */
export function coverageOf({ prior }: SourcePopulation, frame: SourceFrame): readonly [part: number, error: number] {
  const { columns } = prior.sample(randomKey('coverage of a population'), coverageDraws)
  const source = Object.fromEntries(sourceNames.map(name => [name, columns[name]!])) as SourceColumns
  const inside = frame.logProbOf(source).reduce((count, density) => count + (density > -Infinity ? 1 : 0), 0)
  const part = inside / coverageDraws
  return [part, Math.sqrt((part * (1 - part)) / coverageDraws)]
}
