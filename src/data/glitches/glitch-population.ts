import { QuadrupoleError } from '../../core/index.ts'
import { powerLaw } from '../../priors/index.ts'
import type { GlitchFamily, GlitchParameters } from './glitch.ts'
import { cornersOf, type ParameterRange } from './shapes/glitch-shape.ts'
import { glitchFamilies, glitchShapes, shapeOf } from './shapes/shapes.ts'

/** A power law of signal-to-noise ratios, `p(snr) ~ snr^index` from `minimum` to `maximum`. */
export interface SnrLaw {
  readonly index: number
  readonly minimum: number
  readonly maximum: number
}

/** What glitches of one family are to be like. */
export interface GlitchFamilyOptions<Parameters> {
  /** How frequent they are, relative to the other families. */
  readonly share: number
  /** In place of the population's. */
  readonly snr?: SnrLaw
  /** In place of the family's own ranges, by name; both ends are included. */
  readonly ranges?: { readonly [Name in keyof Parameters]?: readonly [low: number, high: number] }
}

export interface GlitchPopulationOptions {
  /** Mean number of glitches a second. */
  readonly rate?: number
  /** Shares of the families, or more about them. Those not named do not occur; all occur unless any is named. */
  readonly families?: {
    readonly [Family in GlitchFamily]?: number | GlitchFamilyOptions<GlitchParameters[Family]>
  }
  /** Of all families that have no law of their own in `families`. */
  readonly snr?: SnrLaw
}

/** A family as a population has it. */
export interface PopulatedFamily {
  readonly family: GlitchFamily
  /** Of all glitches; the shares add up to 1. */
  readonly share: number
  readonly snr: SnrLaw
  readonly ranges: Readonly<Record<string, ParameterRange>>
}

/** How often which glitches happen in a detector, as plain data that workers are given. */
export interface GlitchPopulation {
  /** Mean number of glitches a second. */
  readonly rate: number
  readonly families: readonly PopulatedFamily[]
}

/** The longest that a glitch can be, seconds: what a model's window holds besides its filter. */
export const longestGlitch = 13

const usualSnr: SnrLaw = { index: -3, minimum: 5, maximum: 500 }

/** The laws of those that are louder than the rest by their nature. */
const louderSnrs: Readonly<Partial<Record<GlitchFamily, SnrLaw>>> = {
  'koi-fish': { index: -3, minimum: 30, maximum: 1000 },
  spike: { index: -2, minimum: 10, maximum: 5000 },
  step: { index: -2, minimum: 10, maximum: 5000 },
  'extremely-loud': { index: -2, minimum: 500, maximum: 20_000 },
}

const usualShares: Readonly<Record<GlitchFamily, number>> = {
  blip: 0.16,
  'sine-gaussian': 0.1,
  tomte: 0.12,
  'low-frequency-burst': 0.12,
  'koi-fish': 0.06,
  'scattered-light': 0.24,
  whistle: 0.08,
  'power-line': 0.05,
  spike: 0.03,
  step: 0.02,
  'extremely-loud': 0.02,
}

/**
 * A population of glitches in a detector: they come as a Poisson process of a constant rate, each of a family drawn by the
 * shares, with parameters uniform (some in their logarithm) in the family's ranges and an SNR by a power law.
 *
 * By default one a minute, of all families; SNRs as snr^-3 from 5 to 500, but for koi fish, spikes, steps and the extremely
 * loud, which reach thousands. The shares and laws are a choice of ours, near to what Gravity Spy counts in Advanced LIGO
 * (Zevin et al. 2017, arXiv:1611.04596; Glanzer et al. 2023, arXiv:2208.12849), and no measurement.
 *
 * @throws `argument` for a negative rate or share, no share at all, a range or a law that is out of order, and ranges that
 * allow glitches longer than 13 s.
 *
 * @example
 * glitchPopulation({ rate: 1 / 600, families: { blip: 3, whistle: { share: 1, ranges: { lowFrequency: [100, 200] } } } })
 */
export function glitchPopulation(options: GlitchPopulationOptions = {}): GlitchPopulation {
  const { rate = 1 / 60, families = usualShares, snr } = options
  if (!(rate >= 0 && rate < Number.POSITIVE_INFINITY)) fail(`expected a rate of at least 0 a second, got ${rate}`)
  for (const name of Object.keys(families))
    if (!Object.hasOwn(glitchShapes, name)) fail(`there is no family ${name}; there are ${glitchFamilies.join(', ')}`)
  const chosen = glitchFamilies.flatMap((family): PopulatedFamily[] => {
    const given: number | GlitchFamilyOptions<Readonly<Record<string, number>>> | undefined = families[family]
    if (given === undefined) return []
    const named = typeof given === 'number' ? { share: given } : given
    if (!(named.share >= 0 && named.share < Number.POSITIVE_INFINITY))
      fail(`expected a share of ${family} of at least 0, got ${named.share}`)
    const law = named.snr ?? snr ?? louderSnrs[family] ?? usualSnr
    assertSnrLaw(family, law)
    return [{ family, share: named.share, snr: law, ranges: rangesOf(family, named.ranges ?? {}) }]
  })
  const sum = chosen.reduce((total, { share }) => total + share, 0)
  if (!(sum > 0)) fail('no family has a share above 0')
  return { rate, families: chosen.map(family => ({ ...family, share: family.share / sum })) }
}

const fail = (message: string): never => {
  throw new QuadrupoleError('argument', `data.glitchPopulation: ${message}`)
}

function assertSnrLaw(family: GlitchFamily, law: SnrLaw): void {
  if (!(law.minimum > 0)) fail(`expected a least snr of ${family} above 0, got ${law.minimum}`)
  try {
    powerLaw(law)
  } catch (cause) {
    const { index, minimum, maximum } = law
    throw new QuadrupoleError(
      'argument',
      `data.glitchPopulation: the snr of ${family} has no power law of index ${index} from ${minimum} to ${maximum}`,
      { cause },
    )
  }
}

function rangesOf(
  family: GlitchFamily,
  given: Readonly<Record<string, readonly [number, number] | undefined>>,
): Readonly<Record<string, ParameterRange>> {
  const shape = shapeOf(family)
  const ranges: Record<string, ParameterRange> = { ...shape.ranges }
  for (const [name, ends] of Object.entries(given)) {
    const own = shape.ranges[name]
    if (own === undefined) fail(`${family} has no ${name}; it has ${Object.keys(shape.ranges).join(', ')}`)
    else if (ends !== undefined) ranges[name] = { ...own, low: ends[0], high: ends[1] }
    const { low, high, scale } = ranges[name]!
    const isInOrder = Number.isFinite(low) && Number.isFinite(high) && low <= high
    const isOfScale =
      (scale !== 'log' || low > 0) &&
      (scale !== 'integer' ||
        (Number.isSafeInteger(low) && Number.isSafeInteger(high) && low >= shape.ranges[name]!.low)) &&
      (scale !== 'sign' || (Math.abs(low) === 1 && Math.abs(high) === 1))
    if (!(isInOrder && isOfScale)) fail(`${name} of ${family} can't lie between ${low} and ${high} (${scale})`)
  }
  // Durations only grow or fall with a parameter, so that the longest is at some ends of the ranges.
  const longest = Math.max(...cornersOf(ranges).map(corner => lengthOf(family, corner)))
  if (!(longest <= longestGlitch))
    fail(`the ranges of ${family} allow glitches of ${longest} s; narrow them, for at most ${longestGlitch} s`)
  return ranges
}

/** How long a glitch is, seconds; samples of a spike count as a millisecond. */
function lengthOf(family: GlitchFamily, parameters: Readonly<Record<string, number>>): number {
  const shape = shapeOf(family)
  const { before, after } = shape.span(parameters)
  return (before + after) * (shape.of === 'samples' ? 1e-3 : 1)
}
