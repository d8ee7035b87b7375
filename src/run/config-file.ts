import { readFile } from 'node:fs/promises'
import { parse, stringify, TomlError } from 'smol-toml'
import { z } from 'zod'
import { ioError, QuadrupoleError } from '../core/index.ts'
import { nearestName } from './nearest-name.ts'
import { lineOfKey } from './toml-place.ts'

/** What is set over a file's values. */
export interface ConfigSettings {
  /** Settings, later ones first to hold: `training.steps=100`, `model.blocks=[1, 1]`, `model.kind=resnet`. */
  readonly set?: readonly string[]
}

/** Where a configuration's text came from, for messages, and what is set over it. */
export interface ConfigOrigin extends ConfigSettings {
  /** The path of the file; `configuration` by default. */
  readonly path?: string
}

/**
 * Reads a TOML file, sets values over it, and checks it by a schema. Every wrong or unknown key is reported with its line,
 * an unknown one with the nearest that is known.
 *
 * @throws `io` if the file can't be read; `config` if it is no TOML or not as the schema demands.
 *
 * @example
 * const schema = z.strictObject({ epochs: z.int().positive(), batch_size: z.int().default(32) })
 * const { epochs } = await readConfig('train.toml', schema)
 */
export async function readConfig<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  settings: ConfigSettings = {},
): Promise<z.output<Schema>> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw ioError('run.readConfig', 'read', path, cause)
  }
  return parseConfig(text, schema, { ...settings, path })
}

/**
 * Checks TOML text by a schema: `readConfig` of a file's content.
 *
 * @throws `config`
 */
export function parseConfig<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
  { path = 'configuration', set = [] }: ConfigOrigin = {},
): z.output<Schema> {
  let value: Table
  try {
    value = parse(text)
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause
    const [reason = ''] = cause.message.split('\n')
    const problem = { line: cause.line, text: reason.replace('Invalid TOML document: ', '') }
    throw configError(path, [problem], cause)
  }
  const settings = set.map(setting => setValue(value, setting))
  const result = schema.safeParse(value, { error: describe })
  if (result.success) return result.data
  throw configError(
    path,
    result.error.issues.map(issue => {
      const keys = issue.path.map(String)
      const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
      const place = [...keys, ...unknown]
      const setting = settings.findLast(({ keys: own }) => own.every((key, i) => key === place[i]))
      const said = [keys.join('.'), issue.message].filter(Boolean).join(': ')
      return setting ? { text: `set ${setting.text}: ${said}` } : { line: lineOfKey(text, place), text: said }
    }),
  )
}

/** A configuration as TOML: every value in force, as the schema gave it. */
export const showConfig = (config: object): string => `${stringify(config).trim()}\n`

type Table = Record<string, unknown>

interface Setting {
  readonly text: string
  readonly keys: readonly string[]
}

const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

/** Sets `a.b=value` in nested tables; the value is TOML, or else a text. */
function setValue(table: Table, text: string): Setting {
  const at = text.indexOf('=')
  const keys = text.slice(0, Math.max(0, at)).trim().split('.')
  const refuse = (why: string): never => {
    throw new QuadrupoleError('config', `set ${text}: ${why}`, { details: { setting: text } })
  }
  if (at < 1 || keys.includes('')) refuse('expected a key and a value, such as training.steps=100')
  let inner = table
  for (const key of keys.slice(0, -1)) {
    inner[key] ??= {}
    const next = inner[key]
    if (!isTable(next)) return refuse(`${key} is no table but ${show(next)}`)
    inner = next
  }
  inner[keys.at(-1)!] = tomlValue(text.slice(at + 1).trim())
  return { text, keys }
}

function tomlValue(text: string): unknown {
  try {
    return parse(`value = ${text}`).value
  } catch {
    return text
  }
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
      return `unknown ${issue.keys.length === 1 ? 'key' : 'keys'} ${keys}${remedy}${suggestion(issue.keys, known)}`
    }
    case 'invalid_type': {
      const expected = articles[issue.expected] ?? `a ${issue.expected}`
      return issue.input === undefined
        ? `missing; expected ${expected}`
        : `expected ${expected}, got ${show(issue.input)}`
    }
    case 'invalid_value':
      return `expected ${issue.values.map(show).join(' or ')}, got ${show(issue.input)}${suggestion([issue.input], issue.values)}`
    case 'invalid_union': {
      const options = (issue as { readonly options?: readonly unknown[] }).options
      if (!options) return undefined
      const { discriminator = '', input } = issue as { readonly discriminator?: string; readonly input?: unknown }
      const got = isTable(input) ? input[discriminator] : input
      return `expected one of ${options.join(', ')}, got ${show(got)}${suggestion([got], options)}`
    }
    default:
      return undefined
  }
}

/** What was probably meant by names that are not known. */
function suggestion(names: readonly unknown[], known: readonly unknown[]): string {
  const near = names.map(name => (typeof name === 'string' ? nearestName(name, known.map(String)) : undefined))
  const meant = near.filter(name => name !== undefined)
  return meant.length === 0 ? '' : `; did you mean ${meant.map(name => `'${name}'`).join(', ')}?`
}

const show = (value: unknown): string => (typeof value === 'string' ? `'${value}'` : JSON.stringify(value))
