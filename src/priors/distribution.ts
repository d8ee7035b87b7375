import { type Key, type Stretch, uniform } from '../core/index.ts'

/** The closed interval outside of which a density is zero; an end may be infinite. */
export interface Support {
  readonly minimum: number
  readonly maximum: number
}

/** A normalised distribution of one real parameter. */
export interface Distribution {
  /** Its name in prior files: `power-law`. */
  readonly kind: string
  readonly support: Support
  /** Natural logarithm of the normalised density; -Infinity outside the support. */
  logProb(x: number): number
  /** The probability of a value of at most x. */
  cdf(x: number): number
  /** The inverse of `cdf`; NaN outside [0, 1]. */
  quantile(probability: number): number
  /**
   * Independent draws; draw i is a function of the key and i alone, so that any stretch can be made again.
   *
   * @throws `argument` if the count or the offset is invalid.
   */
  sample(key: Key, count: number, options?: Stretch): Float64Array
}

/** What a distribution is made of; the functions are called within the support and within [0, 1] only. */
export interface DistributionParts {
  readonly kind: string
  readonly support: Support
  readonly logDensity: (x: number) => number
  readonly cumulative: (x: number) => number
  readonly inverse: (probability: number) => number
  /** Draws otherwise than by the inverse of a uniform variate. */
  readonly draw?: Distribution['sample']
}

/** Makes a distribution of its formulas: handles what lies outside, keeps rounding from leaving the support, draws. */
export function distribution(parts: DistributionParts): Distribution {
  const { kind, logDensity, cumulative, inverse } = parts
  const { minimum, maximum } = parts.support
  const clamp = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high)
  const quantile = (probability: number): number => {
    if (!(probability >= 0 && probability <= 1)) return NaN
    if (probability === 0) return minimum
    return probability === 1 ? maximum : clamp(inverse(probability), minimum, maximum)
  }
  return Object.freeze({
    kind,
    support: Object.freeze({ minimum, maximum }),
    logProb(x: number) {
      if (Number.isNaN(x)) return NaN
      return x >= minimum && x <= maximum ? logDensity(x) : -Infinity
    },
    cdf(x: number) {
      if (Number.isNaN(x)) return NaN
      if (x >= maximum) return 1
      return x <= minimum ? 0 : clamp(cumulative(x), 0, 1)
    },
    quantile,
    sample:
      parts.draw ??
      ((key: Key, count: number, options: Stretch = {}) =>
        // A uniform draw can be 0, whose quantile may be infinite: half a step is as likely, and finite.
        uniform(key, count, options).map(u => quantile(u || 2 ** -54))),
  })
}
