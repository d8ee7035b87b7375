import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { ioError, QuadrupoleError } from '../core/index.ts'
import { flatLambdaCdm, planck15, planck18 } from '../gw/index.ts'
import { type ConfigOrigin, configError, lineOfKey, parseConfig } from '../run/index.ts'
import { createDistribution, distributionSchema } from './kinds.ts'
import { parameterNames } from './parameter-names.ts'
import { createPriorSet, type PriorSet } from './prior-set.ts'

const cosmologies = { Planck15: planck15, Planck18: planck18 }

const bound = z.strictObject({ minimum: z.number().exactOptional(), maximum: z.number().exactOptional() })

/** A plain number is a fixed value. */
const prior = z.preprocess(
  value => (typeof value === 'number' ? { distribution: 'delta', peak: value } : value),
  distributionSchema,
)

const fileSchema = z.strictObject({
  name: z.string(),
  description: z.string().exactOptional(),
  cosmology: z
    .union(
      [
        z.enum(['Planck15', 'Planck18']).transform(name => cosmologies[name]),
        z
          .strictObject({ hubble_constant: z.number().positive(), matter_density: z.number().min(0).max(1) })
          .transform(given =>
            flatLambdaCdm({
              name: 'custom',
              hubbleConstant: given.hubble_constant,
              matterDensity: given.matter_density,
            }),
          ),
      ],
      { error: "expected 'Planck15', 'Planck18' or { hubble_constant, matter_density }" },
    )
    .default(planck15),
  parameters: z.strictObject(
    Object.fromEntries(Object.keys(parameterNames).map(name => [name, prior.exactOptional()])),
  ),
  constraints: z.record(z.string(), bound).default({}),
})

/** Names of the prior sets that come with the package. */
export const shippedPriors = [
  'mlgwsc1-set1',
  'mlgwsc1-set2',
  'aframe-end-o3-rates-and-pops',
  'bbh-wide',
  'search-real-strain',
  'injections-real-strain',
] as const

/**
 * Reads a prior set from a TOML file: one that comes with the package by its name, any other by its path.
 *
 * @throws `io` if the file can't be read; `config` naming file, line and key where it is wrong.
 *
 * @example
 * const prior = await readPriorSet('mlgwsc1-set1')
 * const { columns } = prior.sample(randomKey(1), 1000)
 */
export async function readPriorSet(nameOrPath: string): Promise<PriorSet> {
  const isShipped = (shippedPriors as readonly string[]).includes(nameOrPath)
  // Two folders up are those of the package, from src/priors as from dist/priors.
  const path = isShipped ? fileURLToPath(new URL(`../../priors/${nameOrPath}.toml`, import.meta.url)) : nameOrPath
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    const remedy = `no such file, nor a prior set of that name; known are ${shippedPriors.join(', ')}`
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    throw ioError('priors.readPriorSet', 'read', path, cause, isMissing ? remedy : undefined)
  }
  return parsePriorSet(text, { path })
}

/**
 * Makes a prior set of the text of a prior file.
 *
 * @throws `config` naming line and key where it is wrong.
 */
export function parsePriorSet(text: string, options: ConfigOrigin = {}): PriorSet {
  const { path = 'prior set' } = options
  const { parameters, constraints, cosmology, ...heading } = parseConfig(text, fileSchema, { path })
  /** Wrong numbers are found by what they are given to, which knows no files. */
  const atKey = <Made>(keys: readonly string[], make: () => Made): Made => {
    try {
      return make()
    } catch (error) {
      if (!(error instanceof QuadrupoleError)) throw error
      throw configError(path, [{ line: lineOfKey(text, keys), text: `${keys.join('.')}: ${error.message}` }], error)
    }
  }
  const priors = Object.fromEntries(
    Object.entries(parameters).map(([parameter, table]) => [
      parameter,
      atKey(['parameters', parameter], () => createDistribution(table, { parameter, cosmology })),
    ]),
  )
  return atKey(['parameters'], () => createPriorSet({ ...heading, parameters: priors, constraints, cosmology }))
}
