// Products of spectra: what an overlap-save filter bank does between its two transforms.

/**
 * For each of `rows` filters: y[j] = sum over r of x[j + r m] h[j + r m], j = 0 .. m - 1, with m = bins / folds. The
 * sum folds the spectrum as keeping every folds-th sample does. x is one row of `bins` complex numbers, h are `rows`
 * of them, y are `rows` of m. The order of the sums does not depend on a number's place in a register.
 */
// @ts-ignore: decorator
@inline
function foldedProducts<T>(
  xRe: usize, xIm: usize, hRe: usize, hIm: usize, bins: usize, rows: usize, folds: usize, yRe: usize, yIm: usize,
): void {
  const m = bins / folds
  const foldBytes = m * sizeof<T>()
  const whole = foldBytes & ~15
  for (let row: usize = 0; row < rows; row++) {
    for (let at: usize = 0; at < whole; at += 16) {
      let sumRe = v128.splat<T>(<T>0)
      let sumIm = v128.splat<T>(<T>0)
      let k = at
      for (let fold: usize = 0; fold < folds; fold++) {
        const a = v128.load(xRe + k)
        const b = v128.load(xIm + k)
        const c = v128.load(hRe + k)
        const d = v128.load(hIm + k)
        sumRe = v128.add<T>(sumRe, v128.sub<T>(v128.mul<T>(a, c), v128.mul<T>(b, d)))
        sumIm = v128.add<T>(sumIm, v128.add<T>(v128.mul<T>(a, d), v128.mul<T>(b, c)))
        k += foldBytes
      }
      v128.store(yRe + at, sumRe)
      v128.store(yIm + at, sumIm)
    }
    for (let at = whole; at < foldBytes; at += sizeof<T>()) {
      let sumRe: T = 0
      let sumIm: T = 0
      let k = at
      for (let fold: usize = 0; fold < folds; fold++) {
        const a = load<T>(xRe + k)
        const b = load<T>(xIm + k)
        const c = load<T>(hRe + k)
        const d = load<T>(hIm + k)
        sumRe += a * c - b * d
        sumIm += a * d + b * c
        k += foldBytes
      }
      store<T>(yRe + at, sumRe)
      store<T>(yIm + at, sumIm)
    }
    hRe += bins * sizeof<T>()
    hIm += bins * sizeof<T>()
    yRe += foldBytes
    yIm += foldBytes
  }
}

export function foldedProducts_f32(
  xRe: usize, xIm: usize, hRe: usize, hIm: usize, bins: usize, rows: usize, folds: usize, yRe: usize, yIm: usize,
): void {
  foldedProducts<f32>(xRe, xIm, hRe, hIm, bins, rows, folds, yRe, yIm)
}

export function foldedProducts_f64(
  xRe: usize, xIm: usize, hRe: usize, hIm: usize, bins: usize, rows: usize, folds: usize, yRe: usize, yIm: usize,
): void {
  foldedProducts<f64>(xRe, xIm, hRe, hIm, bins, rows, folds, yRe, yIm)
}
