import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { ioError, type Json, QuadrupoleError, writeFileAtomically } from '../../core/index.ts'
import { type Background, type CompactOptions, compactBackground } from './background.ts'

const tailSchema = z.strictObject({
  threshold: z.number(),
  events: z.int().positive(),
  ratePerSecond: z.number().positive(),
  slope: z.number().positive(),
  distance: z.number(),
  isExponential: z.boolean(),
})

const increases = (values: readonly number[]): boolean => values.every((value, i) => i === 0 || value > values[i - 1]!)

const fileSchema = z
  .strictObject({
    format: z.literal('quadrupole-background'),
    formatVersion: z.literal(1),
    livetimeSeconds: z.number().positive(),
    statistics: z.array(z.number()).refine(increases, 'expected increasing numbers'),
    counts: z
      .array(z.int().positive())
      .refine(counts => increases(counts.toReversed()), 'expected decreasing numbers of events'),
    tail: tailSchema.optional(),
    source: z.record(z.string(), z.json()).default({}),
  })
  .refine(({ statistics, counts }) => statistics.length === counts.length, 'expected as many counts as statistics')

/** A background as a file holds it: with what it was made from. */
export interface StoredBackground {
  readonly background: Background
  /** The model, its configuration, the data and the slides, as the writer told. */
  readonly source: Readonly<Record<string, Json>>
}

/**
 * Writes a background as a JSON file of some ten kilobytes, compact (`compactBackground`), to be kept beside a model.
 *
 * @throws `io`
 */
export async function writeBackground(
  path: string,
  background: Background,
  { source = {}, ...compact }: CompactOptions & { readonly source?: Readonly<Record<string, Json>> } = {},
): Promise<void> {
  const { statistics, counts, livetimeSeconds, tail } = compactBackground(background, compact)
  const content = {
    format: 'quadrupole-background',
    formatVersion: 1,
    livetimeSeconds,
    statistics: Array.from(statistics),
    counts: Array.from(counts),
    ...(tail && { tail }),
    source,
  }
  await writeFileAtomically(path, `${JSON.stringify(content)}\n`)
}

/**
 * Reads a background that `writeBackground` wrote.
 *
 * @throws `io` where it can't be read, `format` where it is no such file.
 */
export async function readBackground(path: string): Promise<StoredBackground> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw ioError('search.readBackground', 'read', path, cause)
  })
  const refuse = (problem: string, cause?: unknown): never => {
    throw new QuadrupoleError(
      'format',
      `search.readBackground: ${path} is no background: ${problem}; write it with writeBackground`,
      { cause, details: { path } },
    )
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    return refuse('it is not JSON', cause)
  }
  const parsed = fileSchema.safeParse(value)
  if (!parsed.success)
    return refuse(parsed.error.issues.map(issue => `${issue.path.join('.') || 'it'}: ${issue.message}`).join('; '))
  const { statistics, counts, livetimeSeconds, tail, source } = parsed.data
  return {
    background: {
      statistics: Float64Array.from(statistics),
      counts: Float64Array.from(counts),
      livetimeSeconds,
      ...(tail && { tail }),
    },
    source,
  }
}
