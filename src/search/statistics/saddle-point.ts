const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI)

/**
 * What Stirling's formula lacks: log Gamma(a + 1) - (a + 1/2) log a + a - log(2 pi) / 2, for a > 0.
 *
 * Loader, "Fast and accurate computation of binomial probabilities" (2000).
 */
export function stirlingError(a: number): number {
  if (a < 15) {
    // Gamma(a + 1) from one far enough up for the series.
    const steps = Math.ceil(15 - a)
    const far = a + steps
    let product = 1
    for (let k = 1; k <= steps; k++) product *= a + k
    const logGamma = (far + 0.5) * Math.log(far) - far + halfLogTwoPi + stirlingError(far) - Math.log(product)
    return logGamma - (a + 0.5) * Math.log(a) + a - halfLogTwoPi
  }
  const square = a * a
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / a
}

/** a log(a / mean) + mean - a without cancellation where both are near each other (Loader's deviance). */
function deviance(a: number, mean: number): number {
  const difference = a - mean
  if (Math.abs(difference) >= 0.1 * (a + mean)) return a * Math.log(a / mean) - difference
  const ratio = difference / (a + mean)
  let sum = difference * ratio
  let term = 2 * a * ratio
  for (let j = 3; ; j += 2) {
    term *= ratio * ratio
    const next = sum + term / j
    if (next === sum) return sum
    sum = next
  }
}

/** mean^a exp(-mean) / Gamma(a + 1), to nearly all digits for any size of a > 0 and mean > 0. */
export const poissonDensity = (a: number, mean: number): number =>
  Math.exp(-stirlingError(a) - deviance(a, mean)) / Math.sqrt(2 * Math.PI * a)

/** Gamma(a + b + 1) / (Gamma(a + 1) Gamma(b + 1)) x^a (1 - x)^b for a, b > 0 and x between 0 and 1. */
export function binomialDensity(a: number, b: number, x: number): number {
  const n = a + b
  const exponent =
    stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * (1 - x))
  return Math.exp(exponent) * Math.sqrt(n / (2 * Math.PI * a * b))
}
