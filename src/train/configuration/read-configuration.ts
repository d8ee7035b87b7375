import { readFile } from 'node:fs/promises'
import { parse, stringify, TomlError } from 'smol-toml'
import type { z } from 'zod'
import { ioError, QuadrupoleError } from '../../core/index.ts'
import { nearestName } from './nearest.ts'

export interface ReadConfigurationOptions {
  /** Values set over those of the file, in order: `training.steps=100`, `model.blocks=[1, 1]`, `data.kind=chirps`. */
  readonly set?: readonly string[]
}

/**
 * Reads a configuration in TOML, sets values over it, and checks it; what is left out takes the schema's defaults.
 *
 * @throws `io`; `config` naming every key that is unknown (with the nearest valid one), missing or wrong.
 */
export async function readConfiguration<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  options: ReadConfigurationOptions = {},
): Promise<z.output<Schema>> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw ioError('train.readConfiguration', 'read', path, cause)
  })
  return parseConfiguration(text, schema, { ...options, path })
}

/** As `readConfiguration`, of a text; `path` is for messages. */
export function parseConfiguration<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
  { set = [], path = 'the configuration' }: ReadConfigurationOptions & { readonly path?: string } = {},
): z.output<Schema> {
  let table: Table
  try {
    table = parse(text) as Table
  } catch (cause) {
    const where = cause instanceof TomlError ? `, line ${cause.line}, column ${cause.column}` : ''
    const what = cause instanceof Error ? cause.message.split('\n')[0]! : String(cause)
    throw configError(`${path}${where}: ${what}`, { path }, cause)
  }
  for (const setting of set) setValue(table, setting)
  const result = schema.safeParse(table)
  if (result.success) return result.data
  const faults = result.error.issues.flatMap(issue => faultsOf(issue, schema, table))
  throw configError(`${path}: ${faults.join('; ')}`, { path, faults })
}

/** A configuration as TOML, every value in force. */
export const showConfiguration = (configuration: object): string => `${stringify(configuration).trim()}\n`

type Table = Record<string, unknown>

const configError = (what: string, details: Readonly<Record<string, unknown>>, cause?: unknown): QuadrupoleError =>
  new QuadrupoleError('config', `train.readConfiguration: ${what}`, { details, cause })

const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

/** Sets `a.b=value` in nested tables; the value is TOML, or else a text. */
function setValue(table: Table, setting: string): void {
  const at = setting.indexOf('=')
  const keys = setting.slice(0, Math.max(0, at)).trim().split('.')
  if (at < 1 || keys.includes(''))
    throw configError(`expected a setting like training.steps=100, got '${setting}'`, { setting })
  let inner = table
  for (const key of keys.slice(0, -1)) {
    inner[key] ??= {}
    const next = inner[key]
    if (!isTable(next)) throw configError(`'${setting}': ${key} is no table but ${JSON.stringify(next)}`, { setting })
    inner = next
  }
  inner[keys.at(-1)!] = tomlValue(setting.slice(at + 1).trim())
}

function tomlValue(text: string): unknown {
  try {
    return parse(`value = ${text}`).value
  } catch {
    return text
  }
}

type Issue = z.core.$ZodIssue

/** What is wrong with a value, in our words: an unknown key is told with the nearest one that is known. */
function faultsOf(issue: Issue, schema: z.ZodType, table: Table): string[] {
  const place = issue.path.map(String)
  const name = place.join('.')
  const value = place.reduce<unknown>((inner, key) => (inner as Table | undefined)?.[key], table)
  const shown = value === undefined ? 'nothing' : JSON.stringify(value)
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, table, place)
    return issue.keys.map(key => {
      const nearest = nearestName(key, known)
      const advice = nearest === undefined ? `known are ${known.join(', ')}` : `did you mean ${nearest}?`
      return `${[...place, key].join('.')} is unknown; ${advice}`
    })
  }
  const choices = choicesOf(issue, schema, table, place)
  if (choices !== undefined) {
    const nearest = typeof value === 'string' ? nearestName(value, choices) : undefined
    return [`${name} is ${shown}, expected one of ${choices.join(', ')}${nearest ? `; did you mean ${nearest}?` : ''}`]
  }
  if (issue.code === 'invalid_union') return [`${name} is ${shown}, ${unionText(issue)}`]
  return [`${name || 'the whole'} is ${shown}: ${issue.message.replace(/^Invalid input: |^Too (small|big): /, '')}`]
}

const unionText = (issue: Issue & { code: 'invalid_union' }): string =>
  issue.errors.map(each => each[0]?.message.replace(/^Invalid input: |^Too (small|big): /, '')).join(', or ')

/** Texts that a value may be, where it must be one of some. */
function choicesOf(issue: Issue, schema: z.ZodType, table: Table, place: readonly string[]): string[] | undefined {
  if (issue.code === 'invalid_value') return issue.values.map(String)
  if (issue.code !== 'invalid_union' || issue.errors.length > 0) return undefined
  const union = schemaAt(schema, table, place.slice(0, -1), { inUnion: false })
  return union && kindsOf(union)
}

// what of Zod's definitions is walked here
interface Definition {
  readonly type: string
  readonly innerType?: z.ZodType
  readonly out?: z.ZodType
  readonly shape?: Readonly<Record<string, z.ZodType>>
  readonly options?: readonly z.ZodType[]
  readonly values?: readonly unknown[]
}

const definitionOf = (schema: z.ZodType): Definition => schema.def as unknown as Definition

/** A schema without its defaults and conversions. */
function unwrapped(schema: z.ZodType): z.ZodType {
  const { innerType, out, type } = definitionOf(schema)
  if (type === 'pipe' && out) return unwrapped(out)
  return innerType ? unwrapped(innerType) : schema
}

const kindOf = (option: z.ZodType): string => {
  const kind = definitionOf(unwrapped(option)).shape?.kind
  return String(kind && definitionOf(unwrapped(kind)).values?.[0])
}

const kindsOf = (union: z.ZodType): string[] => (definitionOf(union).options ?? []).map(kindOf)

/** The schema of the table at a path; of a union that of the kind named there, or without one its first. */
function schemaAt(
  schema: z.ZodType,
  table: unknown,
  place: readonly string[],
  { inUnion = true }: { readonly inUnion?: boolean } = {},
): z.ZodType | undefined {
  let inner = unwrapped(schema)
  if (definitionOf(inner).type === 'union' && (inUnion || place.length > 0)) {
    const options = definitionOf(inner).options!
    const kind = isTable(table) ? table.kind : undefined
    inner = unwrapped(options.find(option => kindOf(option) === kind) ?? options[0]!)
  }
  const [key, ...rest] = place
  if (key === undefined) return inner
  const next = definitionOf(inner).shape?.[key]
  return next && schemaAt(next, isTable(table) ? table[key] : undefined, rest, { inUnion })
}

function knownKeys(schema: z.ZodType, table: Table, place: readonly string[]): string[] {
  const found = schemaAt(schema, table, place)
  return Object.keys((found && definitionOf(found).shape) ?? {})
}
