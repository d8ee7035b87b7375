import { QuadrupoleError } from '../core/index.ts'
import type { Cosmology } from '../gw/index.ts'
import { type Constraints, isConditional, type Priors } from './conditional.ts'
import { derivationsFrom, rulesFor } from './derivation.ts'

/**
 * The parameters in an order in which each comes after those that it depends on.
 *
 * @throws `config` if one depends on none of them or, through others, on itself.
 */
export function orderOf(where: string, parameters: Priors): string[] {
  const ordered = new Set<string>()
  const visit = (name: string, path: readonly string[]): void => {
    const prior = Object.hasOwn(parameters, name) ? parameters[name] : undefined
    if (prior === undefined)
      throw new QuadrupoleError('config', `${where}: ${path.at(-1)} depends on '${name}', which is no parameter of it`)
    if (path.includes(name))
      throw new QuadrupoleError('config', `${where}: ${[...path, name].join(' depends on ')}; break the circle`)
    if (isConditional(prior)) for (const parent of prior.given) visit(parent, [...path, name])
    ordered.add(name)
  }
  for (const name of Object.keys(parameters)) visit(name, [])
  return [...ordered]
}

/**
 * Refuses parameters of which one follows from the others.
 *
 * @throws `config`
 */
export function checkOverdetermined(where: string, order: readonly string[], cosmology: Cosmology): void {
  for (const name of order) {
    const others = order.filter(other => other !== name)
    const rules = derivationsFrom(others, cosmology)
    if (rules.some(rule => rule.name === name)) {
      const [rule] = rulesFor(where, [name], others, rules).toReversed()
      throw new QuadrupoleError(
        'config',
        `${where}: ${name} follows from ${rule!.from.join(' and ')} and can't be drawn too; leave one out`,
        { details: { name } },
      )
    }
  }
}

/**
 * Refuses constraints on what is not known and those without bounds.
 *
 * @throws `config`
 */
export function checkConstraints(where: string, constraints: Constraints, known: readonly string[]): void {
  for (const [name, { minimum, maximum }] of Object.entries(constraints)) {
    if (!known.includes(name))
      throw new QuadrupoleError(
        'config',
        `${where}: expected a constraint on one of ${known.join(', ')}; got '${name}', which does not follow from them`,
        { details: { name } },
      )
    const isInterval = (minimum ?? maximum) !== undefined && !((minimum ?? -Infinity) > (maximum ?? Infinity))
    if (!isInterval)
      throw new QuadrupoleError(
        'config',
        `${where}: expected a minimum or a maximum, in order, for the constraint on ${name}, got ${minimum} and ${maximum}`,
        { details: { name, minimum, maximum } },
      )
  }
}

/** Those parameters that names refer to, with all that they depend on, in order. */
export function involvedIn(order: readonly string[], parameters: Priors, names: Iterable<string>): string[] {
  const involved = new Set(names)
  for (const parameter of order.toReversed()) {
    const prior = parameters[parameter]!
    if (involved.has(parameter) && isConditional(prior)) for (const parent of prior.given) involved.add(parent)
  }
  return order.filter(parameter => involved.has(parameter))
}

/** Those parameters and all that depend on them, in order: what must be drawn again together. */
export function withDependents(order: readonly string[], parameters: Priors, names: Iterable<string>): string[] {
  const chosen = new Set(names)
  for (const parameter of order) {
    const prior = parameters[parameter]!
    if (isConditional(prior) && prior.given.some(parent => chosen.has(parent))) chosen.add(parameter)
  }
  return order.filter(parameter => chosen.has(parameter))
}
