import { requireFinite, requireInterval, requirePositive } from './check-arguments.ts'
import { type Distribution, distribution, type Support } from './distribution.ts'

/**
 * The uniform distribution on [minimum, maximum].
 *
 * @throws `argument` if a bound is not finite or minimum is not below maximum.
 *
 * @example
 * const mass = uniform({ minimum: 10, maximum: 50 })
 * mass.cdf(20) // 0.25
 */
export function uniform({ minimum, maximum }: Support): Distribution {
  requireFinite('uniform', { minimum, maximum })
  requireInterval('uniform', { minimum, maximum })
  const width = maximum - minimum
  return distribution({
    kind: 'uniform',
    support: { minimum, maximum },
    logDensity: () => -Math.log(width),
    cumulative: x => (x - minimum) / width,
    inverse: p => minimum + p * width,
  })
}

/**
 * An angle uniform on a circle, in radians: draws lie in [minimum, minimum + period]. Any representative of an angle may
 * be given: the density is that of one turn and never zero, since -0.1 and 2 pi - 0.1 are one direction.
 *
 * @throws `argument` if minimum is not finite or the period not positive and finite.
 */
export function uniformAngle({
  minimum = 0,
  period = 2 * Math.PI,
}: {
  readonly minimum?: number
  readonly period?: number
} = {}): Distribution {
  requireFinite('uniformAngle', { minimum })
  requirePositive('uniformAngle', { period })
  const turn = uniform({ minimum, maximum: minimum + period })
  const wrap = (x: number): number => {
    if (x >= minimum && x <= turn.support.maximum) return x
    return minimum + (x - minimum - period * Math.floor((x - minimum) / period))
  }
  return Object.freeze({
    ...turn,
    kind: 'uniform-angle',
    logProb: (x: number) => (Number.isFinite(x) ? -Math.log(period) : NaN),
    cdf: (x: number) => turn.cdf(wrap(x)),
  })
}
