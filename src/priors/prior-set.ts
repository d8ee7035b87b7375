import { type Key, QuadrupoleError, type Stretch } from '../core/index.ts'
import { type Cosmology, planck15 } from '../gw/index.ts'
import { type Acceptance, acceptanceOf } from './acceptance.ts'
import { type Constraints, type ParameterColumns, type ParameterValues, type Priors, priorOf } from './conditional.ts'
import { applyRules, applyRulesToColumns, type DerivationRule, derivationsFrom, rulesFor } from './derivation.ts'
import { drawRows, rowOf } from './draw-rows.ts'
import { checkConstraints, checkOverdetermined, involvedIn, orderOf, withDependents } from './prior-structure.ts'

/** What a prior set is made of. */
export interface PriorSetSource {
  readonly name: string
  readonly description?: string
  readonly parameters: Priors
  /** Bounds, included, on any parameter or on what follows from the parameters. */
  readonly constraints?: Constraints
  /** Relates redshifts to distances; Planck 2015 by default. */
  readonly cosmology?: Cosmology
}

/** Draws of a prior set. */
export interface PriorDraws {
  /** The set's parameters and all that follow from them, one value a row. */
  readonly columns: ParameterColumns
  /** How many draws each row took, the one that was kept included. */
  readonly attempts: Uint32Array
  /** How many draws the constraints rejected in all. */
  readonly rejected: number
}

/** The joint prior of named parameters. */
export interface PriorSet {
  readonly name: string
  readonly description: string
  readonly parameters: Priors
  readonly constraints: Constraints
  /** Names of what follows from the parameters: chirp_mass, luminosity_distance ... */
  readonly derived: readonly string[]
  /**
   * Draws rows [offset, offset + count); row i is a function of the key and i alone. Each parameter has a key of its own,
   * by its name, so that adding one leaves the others' draws as they are. Where constraints reject a draw, the
   * parameters that they look at are drawn again.
   *
   * @throws `config` if 10,000 draws of a row were rejected.
   */
  sample(key: Key, count: number, options?: Stretch): PriorDraws
  /**
   * The logarithm of the normalised joint density of the set's parameters, in their own units: the sum of their
   * logarithms less that of `acceptance`, or -Infinity where a constraint does not hold. What is missing is derived if it
   * follows from what is given; anything else that is given is ignored.
   *
   * @throws `argument` naming a parameter that is missing.
   */
  logProb(values: ParameterValues): number
  /** `logProb` of each row of columns. */
  logProbOf(columns: ParameterColumns): Float64Array
  /** The probability that a draw without constraints keeps them: 1 if there are none. Computed when first needed. */
  acceptance(): Acceptance
}

/**
 * Makes the joint prior of named parameters, which are independent but for the conditional ones and the constraints.
 *
 * @throws `config` if conditions refer to no parameter or in a circle, if one parameter follows from the others, or if a
 * constraint is on something unknown or has no bounds.
 *
 * @example
 * const masses = createPriorSet({
 *   name: 'masses',
 *   parameters: { mass_1: uniform({ minimum: 10, maximum: 50 }), mass_2: uniform({ minimum: 10, maximum: 50 }) },
 *   constraints: { mass_ratio: { maximum: 1 } },
 * })
 * masses.sample(randomKey(1), 100).columns.chirp_mass
 */
export function createPriorSet(source: PriorSetSource): PriorSet {
  const { name, description = '', parameters, constraints = {}, cosmology = planck15 } = source
  const where = `priors.createPriorSet: '${name}'`
  const order = orderOf(where, parameters)
  const derivations = derivationsFrom(order, cosmology)
  checkOverdetermined(where, order, cosmology)
  checkConstraints(where, constraints, [...order, ...derivations.map(rule => rule.name)])
  const constrainedRules = rulesFor(where, Object.keys(constraints), order, derivations)
  const involved = involvedIn(order, parameters, [
    ...Object.keys(constraints),
    ...constrainedRules.flatMap(r => r.from),
  ])

  const redrawn = withDependents(order, parameters, involved)

  /** What derives those of the set's parameters that are not given. */
  const missingRules = (given: readonly string[]): DerivationRule[] => {
    const missing = order.filter(parameter => !given.includes(parameter))
    if (missing.length === 0) return []
    return rulesFor(`priors.logProb: '${name}'`, missing, given, derivationsFrom(given, cosmology))
  }
  /** Whether the constraints hold; writes what they need into the values. */
  const isKept = (values: Record<string, number>): boolean => {
    applyRules(constrainedRules, values)
    return Object.entries(constraints).every(
      ([constrained, { minimum = -Infinity, maximum = Infinity }]) =>
        values[constrained]! >= minimum && values[constrained]! <= maximum,
    )
  }
  const logProb = (values: ParameterValues): number => {
    const complete = { ...values }
    applyRules(missingRules(Object.keys(values)), complete)
    let sum = 0
    for (const parameter of order) {
      sum += priorOf(parameters[parameter]!, complete).logProb(complete[parameter]!)
      if (sum === -Infinity || Number.isNaN(sum)) return sum
    }
    return isKept(complete) ? sum - Math.log(acceptance().value) : -Infinity
  }
  let known: Acceptance | undefined = involved.length === 0 ? { value: 1, error: 0 } : undefined
  const acceptance = (): Acceptance => (known ??= computeAcceptance(where, parameters, involved, isKept))

  return Object.freeze({
    name,
    description,
    parameters,
    constraints,
    derived: derivations.map(rule => rule.name),
    sample(key: Key, count: number, { offset = 0 }: Stretch = {}) {
      const source = { name, parameters, order, redrawn, constraints, isKept }
      const { columns, attempts, rejected } = drawRows(source, key, { offset, count })
      applyRulesToColumns(derivations, columns)
      return { columns, attempts, rejected }
    },
    logProb,
    logProbOf(columns: ParameterColumns) {
      const count = Object.values(columns)[0]?.length ?? 0
      const complete = { ...columns }
      applyRulesToColumns(missingRules(Object.keys(columns)), complete)
      return Float64Array.from({ length: count }, (_, i) => logProb(rowOf(complete, i, order)))
    },
    acceptance,
  })
}

function computeAcceptance(
  where: string,
  parameters: Priors,
  involved: readonly string[],
  isKept: (values: Record<string, number>) => boolean,
): Acceptance {
  const acceptance = acceptanceOf(involved.length, point => {
    const values: Record<string, number> = {}
    for (const [d, parameter] of involved.entries()) {
      values[parameter] = priorOf(parameters[parameter]!, values).quantile(point[d]!)
    }
    return isKept(values)
  })
  if (acceptance.value > 0) return acceptance
  throw new QuadrupoleError('config', `${where}: no draw can keep the constraints; widen them`)
}
