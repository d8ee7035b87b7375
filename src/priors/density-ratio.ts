import { QuadrupoleError } from '../core/index.ts'
import { isConditional, type ParameterColumns } from './conditional.ts'
import type { PriorSet } from './prior-set.ts'

/**
 * The logarithm of the weights that make draws of one prior count as draws of another: the full normalised joint density
 * of `target` over that of `drawn`, row by row. A weighted mean over all draws estimates the target's mean.
 *
 * Densities belong to coordinates, so both sets must have the same parameters; and `target` must not reach where `drawn`
 * has no draws, which no weight could make up for (this is checked for parameters that depend on no others).
 *
 * @throws `argument` naming the parameters that differ, or the parameter that reaches too far.
 */
export function logDensityRatio(target: PriorSet, drawn: PriorSet, columns: ParameterColumns): Float64Array {
  const where = `priors.logDensityRatio: '${target.name}' to '${drawn.name}'`
  const names = Object.keys(target.parameters)
  const differing = [
    ...names.filter(name => drawn.parameters[name] === undefined),
    ...Object.keys(drawn.parameters).filter(name => target.parameters[name] === undefined),
  ]
  if (differing.length > 0)
    throw new QuadrupoleError(
      'argument',
      `${where}: expected the same parameters in both; ${differing.join(', ')} ` +
        `${differing.length === 1 ? 'is' : 'are'} in one only`,
      { details: { differing } },
    )
  for (const name of names) {
    const [wanted, given] = [target.parameters[name]!, drawn.parameters[name]!]
    if (isConditional(wanted) || isConditional(given)) continue
    if ((wanted.kind === 'delta') !== (given.kind === 'delta'))
      throw new QuadrupoleError(
        'argument',
        `${where}: ${name} has one value in one set and a density in the other, which have no ratio; draw it alike in both`,
        { details: { name } },
      )
    const { minimum, maximum } = given.support
    const isAngle = wanted.kind === 'uniform-angle' && given.kind === 'uniform-angle'
    if (!isAngle && (wanted.support.minimum < minimum || wanted.support.maximum > maximum))
      throw new QuadrupoleError(
        'argument',
        `${where}: ${name} of the target lies in [${wanted.support.minimum}, ${wanted.support.maximum}], draws only in ` +
          `[${minimum}, ${maximum}]; draw from a wider prior`,
        { details: { name } },
      )
  }
  const densities = drawn.logProbOf(columns)
  return target.logProbOf(columns).map((wanted, i) => wanted - densities[i]!)
}
