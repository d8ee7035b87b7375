import { z } from 'zod'
import type { Cosmology } from '../gw/index.ts'
import type { Conditional, ParameterValues } from './conditional.ts'
import { uniformComovingVolume, uniformSourceFrame } from './cosmological.ts'
import { delta } from './delta.ts'
import type { Distribution, Support } from './distribution.ts'
import { gaussian, logNormal, truncatedGaussian } from './gaussian.ts'
import { interpolated } from './interpolated.ts'
import { logUniform, powerLaw, uniformInVolume } from './power-law.ts'
import { cosine, sine } from './sinusoidal.ts'
import { triangular } from './triangular.ts'
import { uniform, uniformAngle } from './uniform.ts'

/** What a distribution needs beside its own numbers. */
interface Surroundings {
  readonly parameter: string
  readonly cosmology: Cosmology
}

/** A distribution as prior files have it: its keys, which are the options of its function in snake_case. */
interface Kind {
  readonly keys: z.ZodRawShape
  readonly create: (options: never, surroundings: Surroundings) => Distribution
}

/** A number, or the name of the parameter whose value it is. */
const value = z.union([z.number(), z.string()], { error: 'expected a number or the name of another parameter' })
const bounds = { minimum: value, maximum: value }
const optionalBounds = { minimum: value.optional(), maximum: value.optional() }
const fixedBounds = { minimum: z.number(), maximum: z.number() }

const kinds: Readonly<Record<string, Kind>> = {
  uniform: { keys: bounds, create: uniform },
  'log-uniform': { keys: bounds, create: logUniform },
  'power-law': { keys: { index: value, ...bounds }, create: powerLaw },
  'uniform-in-volume': { keys: bounds, create: uniformInVolume },
  sine: { keys: optionalBounds, create: sine },
  cosine: { keys: optionalBounds, create: cosine },
  'uniform-angle': { keys: { minimum: value.optional(), period: value.optional() }, create: uniformAngle },
  gaussian: { keys: { mean: value, standard_deviation: value }, create: gaussian },
  'truncated-gaussian': { keys: { mean: value, standard_deviation: value, ...bounds }, create: truncatedGaussian },
  'log-normal': { keys: { log_mean: value, log_standard_deviation: value }, create: logNormal },
  triangular: { keys: { mode: value, ...bounds }, create: triangular },
  delta: { keys: { peak: value }, create: delta },
  interpolated: { keys: { x: z.array(z.number()), density: z.array(z.number()) }, create: interpolated },
  'uniform-comoving-volume': {
    keys: fixedBounds,
    create: (options: Support, around) => uniformComovingVolume({ ...options, ...around }),
  },
  'uniform-source-frame': {
    keys: { rate_index: z.number().optional(), ...fixedBounds },
    create: (options: Support & { readonly rateIndex?: number }, around) =>
      uniformSourceFrame({ ...options, ...around }),
  },
}

/** The table of a prior file that gives a parameter's distribution. */
export const distributionSchema = z.discriminatedUnion(
  'distribution',
  Object.entries(kinds).map(([kind, { keys }]) =>
    z.strictObject({ distribution: z.literal(kind), ...keys }),
  ) as unknown as [z.ZodObject<{ distribution: z.ZodLiteral<string> }, z.core.$loose>],
)

/** A distribution as prior files give it: its kind, and numbers, names and lists by their keys. */
export type DistributionTable = z.output<typeof distributionSchema>

/**
 * Makes the distribution of a parameter that a prior file gives; a conditional one if values are names of parameters.
 *
 * @throws `argument` where its numbers do not fit.
 */
export function createDistribution(
  { distribution: kind, ...table }: DistributionTable,
  surroundings: Surroundings,
): Distribution | Conditional {
  const { create } = kinds[kind]!
  const options = Object.entries(table).map(([key, option]) => [camelCase(key), option] as const)
  const references = options.filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  const numbers = Object.fromEntries(options)
  if (references.length === 0) return create(numbers as never, surroundings)
  return {
    given: [...new Set(references.map(([, name]) => name))],
    at(values: ParameterValues) {
      const resolved = { ...numbers, ...Object.fromEntries(references.map(([key, name]) => [key, values[name]])) }
      const { minimum, maximum } = resolved as Partial<Support>
      // Bounds that meet leave one value, which happens where the parameter that they follow is at its own bound.
      if (minimum !== undefined && minimum === maximum) return delta({ peak: minimum })
      return create(resolved as never, surroundings)
    },
  }
}

const camelCase = (key: string): string => key.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase())
