import { primeFactors } from '../fft/factors.ts'

/** Largest length that one matrix transforms, whatever its factors. */
const largestMatrix = 64

/** Largest prime factor that a matrix transforms; lengths with larger ones go through a convolution. */
const largestPrime = 300

/** What a factor costs besides its products, in products of one row: passes over memory. */
const costOfFactor = 28

/** Whether matrices of moderate size transform a length; others need Bluestein's convolution. */
export const isFactorable = (n: number): boolean => n <= largestMatrix || primeFactors(n).at(-1)! <= largestPrime

/** Whether float32 sums over the factors of a length would lose too many digits. */
export const needsFloat64 = (n: number): boolean => !isFactorable(n) || primeFactors(n).at(-1)! > 128

/** Factors of a length, ascending, each transformed by a matrix: those with the fewest products and passes. */
export function factorsOf(n: number): readonly number[] {
  if (n <= largestMatrix) return [n]
  const best = new Map<number, { readonly cost: number; readonly factors: readonly number[] }>()
  const cheapest = (rest: number): { readonly cost: number; readonly factors: readonly number[] } => {
    const known = best.get(rest)
    if (known) return known
    let found = { cost: rest + costOfFactor, factors: [rest] as readonly number[] }
    for (let factor = 2; factor * factor <= rest && factor <= largestPrime; factor++) {
      if (rest % factor !== 0) continue
      for (const [a, b] of [
        [factor, rest / factor],
        [rest / factor, factor],
      ] as const) {
        const behind = cheapest(b)
        const cost = a + costOfFactor + behind.cost
        if (cost < found.cost) found = { cost, factors: [a, ...behind.factors] }
      }
    }
    best.set(rest, found)
    return found
  }
  return [...cheapest(n).factors].sort((a, b) => a - b)
}

/** The smallest length of at least n without factors other than 2 and few 3s and 5s: for convolutions. */
export function convolutionLength(n: number): number {
  let best = Number.POSITIVE_INFINITY
  for (const odd of [1, 3, 5, 9, 15]) {
    let length = odd
    while (length < n) length *= 2
    best = Math.min(best, length)
  }
  return best
}
