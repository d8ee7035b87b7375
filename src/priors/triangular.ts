import { QuadrupoleError } from '../core/index.ts'
import { requireFinite, requireInterval } from './check-arguments.ts'
import { type Distribution, distribution, type Support } from './distribution.ts'

/**
 * The triangular distribution: a density that rises linearly from minimum to mode and falls to maximum. The mode may be
 * either end.
 *
 * @throws `argument` if a value is not finite, the bounds are not in order or the mode lies outside.
 */
export function triangular({ minimum, mode, maximum }: Support & { readonly mode: number }): Distribution {
  requireFinite('triangular', { minimum, mode, maximum })
  requireInterval('triangular', { minimum, maximum })
  if (mode < minimum || mode > maximum)
    throw new QuadrupoleError(
      'argument',
      `priors.triangular: expected a mode within [${minimum}, ${maximum}], got ${mode}`,
      { details: { minimum, mode, maximum } },
    )
  const width = maximum - minimum
  const below = mode - minimum
  const above = maximum - mode
  return distribution({
    kind: 'triangular',
    support: { minimum, maximum },
    logDensity(x) {
      const height = x < mode ? (x - minimum) / below : above === 0 ? 1 : (maximum - x) / above
      return Math.log((2 * height) / width)
    },
    cumulative: x =>
      x < mode ? (x - minimum) ** 2 / (width * below) : above === 0 ? 1 : 1 - (maximum - x) ** 2 / (width * above),
    inverse: p =>
      p * width < below ? minimum + Math.sqrt(p * width * below) : maximum - Math.sqrt((1 - p) * width * above),
  })
}
