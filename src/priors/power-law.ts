import { QuadrupoleError } from '../core/index.ts'
import { requireFinite, requireInterval } from './check-arguments.ts'
import { type Distribution, distribution, type Support } from './distribution.ts'

/**
 * The power law p(x) ~ x^index on [minimum, maximum]. Index -1 is the log-uniform distribution. The minimum may be 0 for
 * an index above -1, the maximum infinite for one below -1.
 *
 * @throws `argument` if the index is not finite, the bounds are not in order and not negative, or the density can't be
 * normalised on them.
 *
 * @example
 * const heavier = powerLaw({ index: -2.35, minimum: 5, maximum: 100 })
 */
export function powerLaw({ index, minimum, maximum }: Support & { readonly index: number }): Distribution {
  requireFinite('powerLaw', { index })
  requireInterval('powerLaw', { minimum, maximum }, { lowest: 0 })
  const power = index + 1
  const refuse = (bound: string, values: string): never => {
    throw new QuadrupoleError(
      'argument',
      `priors.powerLaw: a ${bound} needs an index ${values} -1 to be normalisable, got ${index}`,
      { details: { index, minimum, maximum } },
    )
  }
  if (minimum === 0 && power <= 0) refuse('minimum of 0', 'above')
  if (maximum === Infinity && power >= 0) refuse('maximum of Infinity', 'below')
  return distribution({
    kind: 'power-law',
    support: { minimum, maximum },
    ...(power > 0 ? risingFormulas(power, minimum, maximum) : fallingFormulas(power, minimum, maximum)),
  })
}

type Formulas = Pick<Parameters<typeof distribution>[0], 'logDensity' | 'cumulative' | 'inverse'>

/**
 * Formulas by logarithms of ratios to the end where most of x^power lies: exponents of sums are never positive, so nothing
 * overflows, and expm1 and log1p keep all digits as the power goes to 0. Each is used where nothing cancels in it.
 */
function risingFormulas(power: number, minimum: number, maximum: number): Formulas {
  const depth = power * Math.log(maximum / minimum)
  const atMinimum = Math.exp(-depth)
  const whole = -Math.expm1(-depth)
  const logNormalisation = Math.log(maximum) + Math.log(whole / power)
  return {
    logDensity: x => (power === 1 ? 0 : (power - 1) * Math.log(x / maximum)) - logNormalisation,
    cumulative(x) {
      const height = power * Math.log(x / minimum)
      return (height < 1 ? atMinimum * Math.expm1(height) : Math.exp(power * Math.log(x / maximum)) - atMinimum) / whole
    },
    inverse(p) {
      const logarithm = p < 0.5 && depth > 1 ? Math.log(atMinimum + p * whole) : Math.log1p((p - 1) * whole)
      return maximum * Math.exp(logarithm / power)
    },
  }
}

function fallingFormulas(power: number, minimum: number, maximum: number): Formulas {
  const range = Math.log(maximum / minimum)
  const whole = Math.expm1(power * range)
  const logNormalisation = Math.log(minimum) + Math.log(power === 0 ? range : whole / power)
  return {
    logDensity: x => (power - 1) * Math.log(x / minimum) - logNormalisation,
    cumulative: x => {
      const s = Math.log(x / minimum)
      return power === 0 ? s / range : Math.expm1(power * s) / whole
    },
    inverse: p => minimum * Math.exp(power === 0 ? p * range : Math.log1p(p * whole) / power),
  }
}

/**
 * The distribution whose logarithm is uniform: the power law of index -1.
 *
 * @throws `argument` if the bounds are not positive, finite and in order.
 */
export function logUniform({ minimum, maximum }: Support): Distribution {
  return { ...powerLaw({ index: -1, minimum, maximum }), kind: 'log-uniform' }
}

/**
 * A distance of points uniform in Euclidean volume: the power law of index 2 (PyCBC's `uniform_radius`).
 *
 * @throws `argument` if the bounds are not finite, in order and not negative.
 */
export function uniformInVolume({ minimum, maximum }: Support): Distribution {
  return { ...powerLaw({ index: 2, minimum, maximum }), kind: 'uniform-in-volume' }
}
