/**
 * exp(-2 pi i k / n) for whole k and n, to 1.2 of the last bit: k is reduced modulo n exactly and the angle to the first
 * octant, where the argument of sine and cosine is at most pi / 4.
 */
export function rootOfUnity(k: number, n: number): { readonly re: number; readonly im: number } {
  let j = k % n
  if (j < 0) j += n
  // Eighths of the circle, exact: 8 j < 2^53 for every length that fits in memory.
  const octant = Math.floor((8 * j) / n)
  const quadrant = (octant + 1) >> 1
  const angle = (Math.PI * (4 * j - quadrant * n)) / (2 * n)
  const c = Math.cos(angle)
  const s = Math.sin(angle)
  if ((quadrant & 3) === 0) return { re: c, im: -s }
  if ((quadrant & 3) === 1) return { re: -s, im: -c }
  if ((quadrant & 3) === 2) return { re: -c, im: s }
  return { re: s, im: c }
}
