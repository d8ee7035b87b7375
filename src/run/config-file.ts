import { readFile } from 'node:fs/promises'
import { parse, TomlError } from 'smol-toml'
import { z } from 'zod'
import { ioError, QuadrupoleError } from '../core/index.ts'
import { lineOfKey } from './toml-place.ts'

/** Where a configuration's text came from, for messages. */
export interface ConfigOrigin {
  /** The path of the file; `configuration` by default. */
  readonly path?: string
}

/**
 * Reads a TOML file and checks it by a schema. Every wrong or unknown key is reported, with its line.
 *
 * @throws `io` if the file can't be read; `config` if it is no TOML or not as the schema demands.
 *
 * @example
 * const schema = z.strictObject({ epochs: z.int().positive(), batch_size: z.int().default(32) })
 * const { epochs } = await readConfig('train.toml', schema)
 */
export async function readConfig<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw ioError('run.readConfig', 'read', path, cause)
  }
  return parseConfig(text, schema, { path })
}

/**
 * Checks TOML text by a schema: `readConfig` of a file's content.
 *
 * @throws `config`
 */
export function parseConfig<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
  { path = 'configuration' }: ConfigOrigin = {},
): z.output<Schema> {
  let value: unknown
  try {
    value = parse(text)
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause
    const [reason = ''] = cause.message.split('\n')
    const problem = { line: cause.line, text: reason.replace('Invalid TOML document: ', '') }
    throw configError(path, [problem], cause)
  }
  const result = schema.safeParse(value, { error: describe })
  if (result.success) return result.data
  throw configError(
    path,
    result.error.issues.map(issue => {
      const keys = issue.path.map(String)
      const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
      return {
        line: lineOfKey(text, [...keys, ...unknown]),
        text: [keys.join('.'), issue.message].filter(Boolean).join(': '),
      }
    }),
  )
}

/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  readonly line?: number | undefined
  readonly text: string
}

/** The `config` error for what is wrong with a file: `priors/set.toml:12: parameters.mass_1: expected a number, got 'x'`. */
export function configError(path: string, problems: readonly ConfigProblem[], cause?: unknown): QuadrupoleError {
  const lines = problems.map(({ line, text }) => `${path}${line === undefined ? '' : `:${line}`}: ${text}`)
  return new QuadrupoleError('config', lines.join('\n'), { cause, details: { path, problems } })
}

type RawIssue = Parameters<z.core.$ZodErrorMap>[0]

const articles: Readonly<Record<string, string>> = { object: 'a table', int: 'an integer', array: 'an array' }

function describe(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = issue.inst instanceof z.ZodObject ? Object.keys(issue.inst.shape) : []
      const keys = issue.keys.map(key => `'${key}'`).join(', ')
      const remedy = known.length === 0 ? '' : `; known are ${known.join(', ')}`
      return `unknown ${issue.keys.length === 1 ? 'key' : 'keys'} ${keys}${remedy}`
    }
    case 'invalid_type': {
      const expected = articles[issue.expected] ?? `a ${issue.expected}`
      return issue.input === undefined
        ? `missing; expected ${expected}`
        : `expected ${expected}, got ${show(issue.input)}`
    }
    case 'invalid_value':
      return `expected ${issue.values.map(show).join(' or ')}, got ${show(issue.input)}`
    case 'invalid_union': {
      const options = (issue as { readonly options?: readonly unknown[] }).options
      return options && `expected one of ${options.join(', ')}`
    }
    default:
      return undefined
  }
}

const show = (value: unknown): string => (typeof value === 'string' ? `'${value}'` : JSON.stringify(value))
