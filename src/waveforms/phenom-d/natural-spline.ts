/**
 * The natural cubic spline through points: second derivative 0 at both ends. `x` ascends and has at least three values;
 * arguments lie within them.
 */
export function naturalSpline(x: readonly number[], y: readonly number[]): (at: number) => number {
  const bends = secondDerivatives(x, y)
  return at => {
    let low = 0
    let high = x.length - 1
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (x[middle]! > at) high = middle
      else low = middle
    }
    const h = x[high]! - x[low]!
    const a = (x[high]! - at) / h
    const b = (at - x[low]!) / h
    const bend = (a * a * a - a) * bends[low]! + (b * b * b - b) * bends[high]!
    return a * y[low]! + b * y[high]! + (bend * h * h) / 6
  }
}

/** Second derivatives of the natural spline at its knots, from its tridiagonal system. */
function secondDerivatives(x: readonly number[], y: readonly number[]): Float64Array {
  const last = x.length - 1
  const bends = new Float64Array(last + 1)
  const upper = new Float64Array(last + 1)
  for (let i = 1; i < last; i++) {
    const before = x[i]! - x[i - 1]!
    const after = x[i + 1]! - x[i]!
    const jump = (y[i + 1]! - y[i]!) / after - (y[i]! - y[i - 1]!) / before
    const pivot = 2 * (before + after) - before * upper[i - 1]!
    upper[i] = after / pivot
    bends[i] = (6 * jump - before * bends[i - 1]!) / pivot
  }
  for (let i = last - 1; i > 0; i--) bends[i] = bends[i]! - upper[i]! * bends[i + 1]!
  return bends
}
