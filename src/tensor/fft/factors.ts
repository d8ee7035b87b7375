/** Largest prime for which the O(p^2) butterfly beats Bluestein's algorithm. */
export const largestRadix = 61

/** Prime factors in ascending order. */
export function primeFactors(n: number): number[] {
  const factors: number[] = []
  let rest = n
  for (let p = 2; p * p <= rest; p += p === 2 ? 1 : 2)
    while (rest % p === 0) {
      factors.push(p)
      rest /= p
    }
  if (rest > 1) factors.push(rest)
  return factors
}

/** Whether every prime factor has a butterfly. */
export const isSmooth = (n: number): boolean => primeFactors(n).every(p => p <= largestRadix)

/** The radices whose product is n: fours, at most one eight or two, then odd primes ascending. */
export function radices(n: number): number[] {
  const factors = primeFactors(n)
  const twos = factors.filter(p => p === 2).length
  const odd = factors.filter(p => p !== 2)
  // The last pass has no twiddles, so the largest radix goes there.
  const rest = twos % 2 === 0 ? [] : twos === 1 ? [2] : [8]
  return [...Array<number>((twos - (twos === 1 ? 1 : twos % 2 === 0 ? 0 : 3)) / 2).fill(4), ...rest, ...odd]
}

/** The smallest length of at least n that is fast: 1, 9/8, 5/4, 3/2 or 15/8 times a power of two, a multiple of 16. */
export function fastLength(n: number): number {
  let best = Number.POSITIVE_INFINITY
  for (const odd of [1, 3, 5, 9, 15]) {
    let m = 16 * odd
    while (m < n) m *= 2
    best = Math.min(best, m)
  }
  return best
}

/**
 * n as rows times columns for the matrix algorithm, or undefined where no split is worth it. Whole registers (`lanes`)
 * in both directions and a square shape are preferred.
 */
export function matrixShape(n: number, lanes: number): { readonly rows: number; readonly columns: number } | undefined {
  let best: { readonly rows: number; readonly columns: number } | undefined
  let bestCost = 1.5
  for (let rows = 2; rows * rows <= n; rows++) {
    if (n % rows !== 0) continue
    const columns = n / rows
    const padded = Math.ceil(rows / lanes) * Math.ceil(columns / lanes) * lanes * lanes
    const cost = (padded / n) * (1 + 0.02 * Math.log2(columns / rows))
    if (cost < bestCost) {
      best = { rows, columns }
      bestCost = cost
    }
  }
  return best
}
