import { requireFinite } from './check-arguments.ts'
import { type Distribution, distribution } from './distribution.ts'

/**
 * A fixed value. It has no density: `logProb` is the logarithm of its probability, 0 at the value, so that it drops out
 * of ratios of densities.
 *
 * @throws `argument` if the value is not finite.
 */
export function delta({ peak }: { readonly peak: number }): Distribution {
  requireFinite('delta', { peak })
  return distribution({
    kind: 'delta',
    support: { minimum: peak, maximum: peak },
    logDensity: () => 0,
    cumulative: () => 1,
    inverse: () => peak,
    draw: (_, count) => new Float64Array(count).fill(peak),
  })
}
