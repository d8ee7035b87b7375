import type { Tensor } from './tensor.ts'

/** Rational approximations of W. J. Cody, Math. Comp. 23 (1969) 631, relative error below 1e-16 in each range. */
const cody = {
  /** erf(x) / x in x^2, |x| <= 0.46875 */
  small: {
    numerator: [
      1.857777061846031526e-1, 3.161123743870565597, 113.864154151050156, 377.485237685302021, 3209.37758913846947,
    ],
    denominator: [1, 23.6012909523441209, 244.024637934444173, 1282.61652607737228, 2844.23683343917062],
  },
  /** exp(x^2) erfc(x) in x, 0.46875 < x <= 4 */
  middle: {
    numerator: [
      2.15311535474403846e-8, 0.564188496988670089, 8.88314979438837594, 66.1191906371416295, 298.635138197400131,
      881.95222124176909, 1712.04761263407058, 2051.07837782607147, 1230.33935479799725,
    ],
    denominator: [
      1, 15.7449261107098347, 117.693950891312499, 537.181101862009858, 1621.38957456669019, 3290.79923573345963,
      4362.61909014324716, 3439.36767414372164, 1230.33935480374942,
    ],
  },
  /** (1 / sqrt(pi) - x exp(x^2) erfc(x)) x^2 in 1 / x^2, x > 4 */
  large: {
    numerator: [
      1.63153871373020978e-2, 0.305326634961232344, 0.360344899949804439, 0.125781726111229246, 1.60837851487422766e-2,
      6.58749161529837803e-4,
    ],
    denominator: [
      1, 2.56852019228982242, 1.87295284992346725, 0.527905102951428412, 6.05183413124413191e-2, 2.33520497626869185e-3,
    ],
  },
} as const

interface Rational {
  readonly numerator: readonly number[]
  readonly denominator: readonly number[]
}

const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0)

const rational = ({ numerator, denominator }: Rational, x: number): number =>
  polynomial(numerator, x) / polynomial(denominator, x)

const inverseSqrtPi = 1 / Math.sqrt(Math.PI)

/** erf of a number, relative error a few 1e-16. */
export function errorFunction(x: number): number {
  const y = Math.abs(x)
  if (Number.isNaN(x)) return x
  if (y <= 0.46875) return x * rational(cody.small, x * x)
  if (y > 6) return Math.sign(x)
  const scaled = y <= 4 ? rational(cody.middle, y) : (inverseSqrtPi - rational(cody.large, 1 / (y * y)) / (y * y)) / y
  return Math.sign(x) * (1 - Math.exp(-y * y) * scaled)
}

const polynomialOf = ([first, ...rest]: readonly number[], x: Tensor): Tensor =>
  rest.reduce<Tensor>((sum, coefficient) => sum.mul(x).add(coefficient), x.like(first!))

const rationalOf = ({ numerator, denominator }: Rational, x: Tensor): Tensor =>
  polynomialOf(numerator, x).div(polynomialOf(denominator, x))

/** erf out of arithmetic and exp, for engines whose own takes float32 only. */
export function errorFunctionOf(x: Tensor): Tensor {
  const y = x.abs().minimum(6)
  const isSmall = y.lessEqual(0.46875)
  const isLarge = y.greater(4)
  const small = x.mul(rationalOf(cody.small, isSmall.where(x.mul(x), 0)))
  const squared = isLarge.where(y.mul(y), 16)
  const inverse = squared.like(1).div(squared)
  const large = rationalOf(cody.large, inverse).mul(inverse).neg().add(inverseSqrtPi).div(isLarge.where(y, 4))
  const scaled = isLarge.where(large, rationalOf(cody.middle, y))
  const far = scaled.mul(y.mul(y).neg().exp()).neg().add(1).mul(x.sign())
  return isSmall.where(small, far)
}

/** Taylor coefficients of atan(x) / x in x^2, enough for |x| <= tan(pi / 12). */
const arctangentSeries = Array.from({ length: 14 }, (_, k) => (k % 2 === 0 ? 1 : -1) / (2 * k + 1)).reverse()

/** atan out of arithmetic, for engines whose own takes float32 only: argument reduced to |x| <= tan(pi / 12). */
export function arctangentOf(x: Tensor): Tensor {
  const y = x.abs()
  const isLarge = y.greater(1)
  const inner = isLarge.where(y.like(1).div(y), y)
  const isMiddle = inner.greater(Math.tan(Math.PI / 12))
  const root = Math.sqrt(3)
  const reduced = isMiddle.where(inner.mul(root).sub(1).div(inner.add(root)), inner)
  const series = reduced.mul(polynomialOf(arctangentSeries, reduced.mul(reduced)))
  const middle = isMiddle.where(series.add(Math.PI / 6), series)
  const angle = isLarge.where(middle.neg().add(Math.PI / 2), middle)
  return x.less(0).where(angle.neg(), angle)
}

/** asin(x) = 2 atan(x / (1 + sqrt((1 - x) (1 + x)))). */
export const arcsineOf = (x: Tensor): Tensor =>
  x
    .div(x.neg().add(1).mul(x.add(1)).sqrt().add(1))
    .atan()
    .mul(2)
