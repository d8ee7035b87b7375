import { normalQuantile } from '../../core/index.ts'
import { continuedFraction } from './continued-fraction.ts'
import { invert } from './invert.ts'
import { poissonDensity } from './saddle-point.ts'

/** P(a, x) = 1 - Q(a, x) = integral of t^(a-1) e^-t / Gamma(a) from 0 to x, each with its own digits. */
interface GammaTails {
  readonly lower: number
  readonly upper: number
}

/** The regularised incomplete gamma functions of a > 0, x >= 0 (DLMF 8.11.4 below a + 1, 8.9.2 above). */
export function gammaTails(a: number, x: number): GammaTails {
  if (x <= 0) return { lower: 0, upper: 1 }
  if (x === Infinity) return { lower: 1, upper: 0 }
  const density = poissonDensity(a, x)
  if (x < a + 1) {
    let sum = 1
    let term = 1
    for (let n = 1; term > sum * 2 ** -54; n++) {
      term *= x / (a + n)
      sum += term
    }
    const lower = Math.min(1, density * sum)
    return { lower, upper: 1 - lower }
  }
  const fraction = continuedFraction(x + 1 - a, n => [n * (a - n), x + 2 * n + 1 - a])
  const upper = Math.min(1, (density * a) / fraction)
  return { lower: 1 - upper, upper }
}

/**
 * The x below which a part `lower` of the gamma distribution of shape a (and scale 1) lies, or above which a part
 * `upper`; a small part keeps its digits.
 */
export function gammaQuantile(a: number, part: { readonly lower: number } | { readonly upper: number }): number {
  const [p, isUpper] = 'lower' in part ? [part.lower, false] : [part.upper, true]
  if (p <= 0) return isUpper ? Infinity : 0
  if (p >= 1) return isUpper ? 0 : Infinity
  // Wilson and Hilferty: the cube root is nearly normal.
  const z = isUpper ? -normalQuantile(p) : normalQuantile(p)
  const start = a * Math.max(1 - 1 / (9 * a) + z / (3 * Math.sqrt(a)), 1e-3) ** 3
  const sign = isUpper ? -1 : 1
  return invert(x => (isUpper ? gammaTails(a, x).upper : gammaTails(a, x).lower), p, {
    slope: x => (sign * a * poissonDensity(a, x)) / x,
    isIncreasing: !isUpper,
    start,
    high: Infinity,
  })
}
