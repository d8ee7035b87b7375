import type { Json } from '../../core/index.ts'
import { table } from '../../plot/index.ts'

/** A value of JSON as text in a table. */
const valueText = (value: Json): string =>
  typeof value === 'string' ? value : Array.isArray(value) ? value.map(valueText).join(', ') : JSON.stringify(value)

const isPlainList = (value: Json): boolean =>
  Array.isArray(value) && value.every(item => typeof item !== 'object' || item === null)

/** Names and values of nested JSON: `training.seed`. */
function rowsOf(value: Json, path: string): (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null || isPlainList(value)) return [[path, valueText(value)]]
  const entries = Array.isArray(value)
    ? value.map((item, i) => [String(i + 1), item] as const)
    : Object.entries(value as Readonly<Record<string, Json>>)
  return entries.flatMap(([key, item]) => rowsOf(item, path === '' ? key : `${path}.${key}`))
}

/** JSON as a table of names and values; empty text where there is nothing in it. */
export function settingsTable(settings: Readonly<Record<string, Json>>): string {
  const rows = rowsOf(settings, '')
  return rows.length > 0 ? table(['name', 'value'], rows) : ''
}
