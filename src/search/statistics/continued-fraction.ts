/** Where a denominator would be zero, Lentz's method puts this. */
const tiny = 1e-300

const nonZero = (value: number): number => (value === 0 ? tiny : value)

/**
 * b0 + a1 / (b1 + a2 / (b2 + ...)), by Lentz's method as modified by Thompson and Barnett (J. Comput. Phys. 64 (1986)
 * 490), to nearly all digits.
 *
 * @param term a_n and b_n for n = 1, 2, ...
 */
export function continuedFraction(b0: number, term: (n: number) => readonly [a: number, b: number]): number {
  let value = nonZero(b0)
  let c = value
  let d = 0
  for (let n = 1; ; n++) {
    const [a, b] = term(n)
    d = 1 / nonZero(b + a * d)
    c = nonZero(b + a / c)
    const factor = c * d
    value *= factor
    if (Math.abs(factor - 1) <= 2 ** -52) return value
  }
}
