import { continuedFraction } from './continued-fraction.ts'
import { invert } from './invert.ts'
import { binomialDensity } from './saddle-point.ts'

/** I_x(a, b), the regularised incomplete beta function, for a, b > 0 (DLMF 8.17.22). */
export function betaLower(a: number, b: number, x: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - betaLower(b, a, 1 - x)
  const fraction = continuedFraction(1, n => {
    const m = n >> 1
    const numerator =
      n % 2 === 0
        ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
        : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    return [numerator, 1]
  })
  return Math.min(1, (binomialDensity(a, b, x) * b) / ((a + b) * fraction))
}

/** The x below which a part p of the beta distribution of a and b lies. */
export function betaQuantile(a: number, b: number, p: number): number {
  if (p <= 0) return 0
  if (p >= 1) return 1
  return invert(x => betaLower(a, b, x), p, {
    slope: x => (binomialDensity(a, b, x) * a * b) / ((a + b) * x * (1 - x)),
    start: a / (a + b),
    high: 1,
  })
}
