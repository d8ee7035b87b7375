/** Murmur3's finaliser of seed * 2^24 + index: 24 bits each, from -1 to 1, exact in float32 (`tools/reference/fft.py`). */
export function samples(seed: number, n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, index) => {
    let h = ((seed << 24) + index) | 0
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
    return ((h ^ (h >>> 16)) >>> 8) / 2 ** 23 - 1
  })
}

/** Whatever is farther off: the error's 2-norm relative to the values' 2-norm, or its largest relative to the largest. */
export function relativeError(
  actual: readonly ArrayLike<number>[],
  expected: readonly ArrayLike<number>[],
  { largest }: { readonly largest?: number } = {},
): number {
  let error = 0
  let total = 0
  let worst = 0
  let peak = largest ?? 0
  for (const [part, values] of expected.entries())
    for (let i = 0; i < values.length; i++) {
      const difference = actual[part]![i]! - values[i]!
      error += difference ** 2
      total += values[i]! ** 2
      worst = Math.max(worst, Math.abs(difference))
      if (largest === undefined) peak = Math.max(peak, Math.abs(values[i]!))
    }
  return Math.max(Math.sqrt(error / (total || 1)), worst / (peak || 1))
}

/** The element types, and how far each may be from the truth. */
export const precisions = [
  { name: 'float32', ArrayType: Float32Array, tolerance: 5e-7 },
  { name: 'float64', ArrayType: Float64Array, tolerance: 1e-14 },
] as const
