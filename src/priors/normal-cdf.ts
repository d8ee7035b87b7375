/**
 * The probability that a standard normal variate exceeds x >= 0, to a few 1e-15 relative: the power series of
 * Marsaglia, "Evaluating the normal distribution", J. Stat. Software 11 (2004) 4, near the middle; Laplace's continued
 * fraction of the Mills ratio (Abramowitz and Stegun 26.2.14) in the tail.
 */
function upperTail(x: number): number {
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)
  if (x >= 2) {
    let fraction = x
    // 140 levels reach the last digit at x = 2, and the more so above.
    for (let level = 140; level > 0; level--) fraction = x + level / fraction
    return density / fraction
  }
  let sum = x
  let term = x
  for (let n = 3; term > sum * 1e-17; n += 2) {
    term *= (x * x) / n
    sum += term
  }
  return 0.5 - density * sum
}

/** The cumulative distribution of the standard normal distribution, with all digits in the lower tail. */
export const normalCdf = (x: number): number => (x < 0 ? upperTail(-x) : 1 - upperTail(x))
