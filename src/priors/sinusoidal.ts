import { requireInterval } from './check-arguments.ts'
import { type Distribution, distribution, type Support } from './distribution.ts'

/**
 * p(x) ~ sin x on [minimum, maximum] within [0, pi]: the inclination of a direction that is uniform on the sphere.
 *
 * @throws `argument` if the bounds are not in order or not within [0, pi].
 */
export function sine({ minimum = 0, maximum = Math.PI }: Partial<Support> = {}): Distribution {
  requireInterval('sine', { minimum, maximum }, { lowest: 0, highest: Math.PI })
  const { cumulative, inverse, logNormalisation } = onSphere(minimum, maximum)
  return distribution({
    kind: 'sine',
    support: { minimum, maximum },
    logDensity: x => Math.log(Math.sin(x)) - logNormalisation,
    cumulative,
    inverse,
  })
}

/**
 * p(x) ~ cos x on [minimum, maximum] within [-pi / 2, pi / 2]: the declination of a direction uniform on the sphere.
 *
 * @throws `argument` if the bounds are not in order or not within [-pi / 2, pi / 2].
 */
export function cosine({ minimum = -Math.PI / 2, maximum = Math.PI / 2 }: Partial<Support> = {}): Distribution {
  const right = Math.PI / 2
  requireInterval('cosine', { minimum, maximum }, { lowest: -right, highest: right })
  const { cumulative, inverse, logNormalisation } = onSphere(minimum + right, maximum + right)
  return distribution({
    kind: 'cosine',
    support: { minimum, maximum },
    logDensity: x => Math.log(Math.cos(x)) - logNormalisation,
    cumulative: x => cumulative(x + right),
    inverse: p => inverse(p) - right,
  })
}

/**
 * The polar angle of a uniform direction, by half angles: cos a - cos x = 2 sin((x + a) / 2) sin((x - a) / 2), and both
 * sin^2 and cos^2 of x / 2 are linear in the probability, so that neither pole loses digits.
 */
function onSphere(minimum: number, maximum: number) {
  const difference = (x: number): number => 2 * Math.sin((x + minimum) / 2) * Math.sin((x - minimum) / 2)
  const whole = difference(maximum)
  const sinBelow = Math.sin(minimum / 2) ** 2
  const cosAbove = Math.cos(maximum / 2) ** 2
  return {
    logNormalisation: Math.log(whole),
    cumulative: (x: number) => difference(x) / whole,
    inverse: (p: number) =>
      2 * Math.atan2(Math.sqrt(sinBelow + (p * whole) / 2), Math.sqrt(cosAbove + ((1 - p) * whole) / 2)),
  }
}
