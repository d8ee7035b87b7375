/** The probability that constraints hold, and how far off its estimate may be. */
export interface Acceptance {
  readonly value: number
  readonly error: number
}

/** Points along the innermost dimension between which a change of the verdict is looked for. */
const scanPoints = 64
const outerPoints = { single: 2048, several: 32_768 } as const

/**
 * The share of the unit cube of `dimensions` in which `isKept` holds: exact lengths along the last dimension, found by
 * scanning and bisection, averaged over the others: over the midpoints of one, over a low-discrepancy sequence of more
 * (Roberts, "The unreasonable effectiveness of quasirandom sequences", 2018). The error is the difference from the
 * estimate of half the points.
 */
export function acceptanceOf(dimensions: number, isKept: (point: Float64Array) => boolean): Acceptance {
  const point = new Float64Array(dimensions)
  const outer = dimensions - 1
  const mean = (count: number): number => {
    let sum = 0
    for (let i = 0; i < count; i++) {
      if (outer === 1) point[0] = (i + 0.5) / count
      else for (let d = 0; d < outer; d++) point[d] = (0.5 + (i + 1) * sequenceStep(outer, d)) % 1
      sum += keptLength(point, outer, isKept)
    }
    return sum / count
  }
  if (outer === 0) return { value: mean(1), error: 0 }
  const count = outer === 1 ? outerPoints.single : outerPoints.several
  const value = mean(count)
  return { value, error: Math.abs(value - mean(count / 2)) }
}

/** 1 / phi^(d + 1), phi being the root of x^(n + 1) = x + 1 for n dimensions. */
function sequenceStep(dimensions: number, d: number): number {
  let root = 1.5
  for (let i = 0; i < 40; i++) root = (1 + root) ** (1 / (dimensions + 1))
  return root ** -(d + 1)
}

/** The length of the last dimension's unit interval in which the verdict is yes, the other coordinates being given. */
function keptLength(point: Float64Array, last: number, isKept: (point: Float64Array) => boolean): number {
  const verdict = (u: number): boolean => {
    point[last] = u
    return isKept(point)
  }
  let length = 0
  let [from, fromKept] = [0, verdict(0)]
  for (let i = 1; i <= scanPoints; i++) {
    const [to, toKept] = [i / scanPoints, verdict(i / scanPoints)]
    if (fromKept && toKept) length += to - from
    else if (fromKept !== toKept) {
      let [low, high] = [from, to]
      for (let step = 0; step < 48; step++) {
        const middle = (low + high) / 2
        if (verdict(middle) === fromKept) low = middle
        else high = middle
      }
      length += fromKept ? low - from : to - high
    }
    ;[from, fromKept] = [to, toKept]
  }
  return length
}
