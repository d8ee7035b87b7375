import { QuadrupoleError } from './errors.ts'

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/**
 * Copies a value as plain JSON with sorted keys, so that equal values have equal texts. Properties that are `undefined`
 * are left out.
 *
 * @throws `argument`, naming the path, for what JSON can't hold: NaN and infinities, bigints, functions, `undefined` in
 * an array, class instances, cycles.
 */
export function canonicalJson(value: unknown, where = 'core.canonicalJson'): Json {
  const ancestors = new Set<object>()
  const visit = (node: unknown, path: string): Json => {
    const refuse = (what: string): never => {
      const place = path === '' ? 'the value' : path
      throw new QuadrupoleError('argument', `${where}: expected JSON, but ${place} is ${what}`, { details: { path } })
    }
    if (node === null || typeof node === 'boolean' || typeof node === 'string') return node
    if (typeof node === 'number') return Number.isFinite(node) ? node : refuse(String(node))
    if (typeof node !== 'object') return refuse(typeof node)
    if (ancestors.has(node)) return refuse('inside itself')
    const prototype = Object.getPrototypeOf(node)
    if (!Array.isArray(node) && prototype !== Object.prototype && prototype !== null)
      return refuse(`a ${prototype.constructor?.name ?? 'class instance'}`)
    ancestors.add(node)
    const copy = Array.isArray(node)
      ? Array.from(node, (item, i) => visit(item, `${path}[${i}]`))
      : Object.fromEntries(
          Object.entries(node)
            .filter(([, item]) => item !== undefined)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, item]) => [key, visit(item, path === '' ? key : `${path}.${key}`)]),
        )
    ancestors.delete(node)
    return copy
  }
  return visit(value, '')
}
