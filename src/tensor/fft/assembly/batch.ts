// Many short rows at once: each lane of a complex vector holds another row.
import { highHalves, lowHalves, width, zipHigh, zipLow } from './lanes'

/**
 * Reads `groups` times lanes rows of n numbers, `rowLength` apart, into `target` [n][groups]. `spacing` is 1 for
 * separate arrays, 2 for interleaved ones (`im` is then re + one number, and `rowLength` counts pairs).
 */
// @ts-ignore: decorator
@inline
export function packBatch<T>(
  re: usize, im: usize, spacing: usize, n: usize, rowLength: usize, target: usize, groups: usize,
): void {
  const lanes = width<T>()
  const row = rowLength * spacing * sizeof<T>()
  const step = groups << 5
  for (let g: usize = 0; g < groups; g++) {
    let xr = re + g * lanes * row
    let xi = im + g * lanes * row
    let y = target + (g << 5)
    let left = n
    if (spacing == 1) {
      for (; left >= lanes; left -= lanes) {
        packSquare<T>(xr, row, y, step, 2 * step)
        packSquare<T>(xi, row, y + 16, step, 2 * step)
        xr += 16
        xi += 16
        y += lanes * step
      }
    } else {
      for (; left >= lanes / 2; left -= lanes / 2) {
        packSquare<T>(xr, row, y, 16, step)
        xr += 16
        y += (lanes / 2) * step
      }
      xi = xr + sizeof<T>()
    }
    for (; left > 0; left--) {
      for (let lane: usize = 0; lane < lanes; lane++) {
        store<T>(y + lane * sizeof<T>(), load<T>(xr + lane * row))
        store<T>(y + lane * sizeof<T>(), load<T>(xi + lane * row), 16)
      }
      xr += spacing * sizeof<T>()
      xi += spacing * sizeof<T>()
      y += step
    }
  }
}

/** Transposes a square of numbers; its rows 0 .. 3 go to y, y + odd, y + even, y + even + odd. */
// @ts-ignore: decorator
@inline
function packSquare<T>(x: usize, row: usize, y: usize, odd: usize, even: usize): void {
  const a = v128.load(x)
  const b = v128.load(x + row)
  if (sizeof<T>() == 8) {
    v128.store(y, lowHalves(a, b))
    v128.store(y + odd, highHalves(a, b))
    return
  }
  const c = v128.load(x + 2 * row)
  const d = v128.load(x + 3 * row)
  const ab = zipLow<f32>(a, b)
  const cd = zipLow<f32>(c, d)
  const ef = zipHigh<f32>(a, b)
  const gh = zipHigh<f32>(c, d)
  v128.store(y, lowHalves(ab, cd))
  v128.store(y + odd, highHalves(ab, cd))
  v128.store(y + even, lowHalves(ef, gh))
  v128.store(y + even + odd, highHalves(ef, gh))
}

/** Inverse of `packBatch`; multiplies real parts by `scaleRe`, imaginary parts by `scaleIm`. */
// @ts-ignore: decorator
@inline
export function unpackBatch<T>(
  source: usize, groups: usize, n: usize, rowLength: usize, re: usize, im: usize, spacing: usize,
  scaleRe: T, scaleIm: T,
): void {
  const lanes = width<T>()
  const row = rowLength * spacing * sizeof<T>()
  const step = groups << 5
  const vr = v128.splat<T>(scaleRe)
  const vi = v128.splat<T>(scaleIm)
  for (let g: usize = 0; g < groups; g++) {
    let yr = re + g * lanes * row
    let yi = im + g * lanes * row
    let x = source + (g << 5)
    let left = n
    if (spacing == 1) {
      for (; left >= lanes; left -= lanes) {
        unpackSquare<T>(x, step, 2 * step, yr, row, vr, vr)
        unpackSquare<T>(x + 16, step, 2 * step, yi, row, vi, vi)
        yr += 16
        yi += 16
        x += lanes * step
      }
    } else {
      for (; left >= lanes / 2; left -= lanes / 2) {
        unpackSquare<T>(x, 16, step, yr, row, vr, vi)
        yr += 16
        x += (lanes / 2) * step
      }
      yi = yr + sizeof<T>()
    }
    for (; left > 0; left--) {
      for (let lane: usize = 0; lane < lanes; lane++) {
        store<T>(yr + lane * row, scaleRe * load<T>(x + lane * sizeof<T>()))
        store<T>(yi + lane * row, scaleIm * load<T>(x + lane * sizeof<T>(), 16))
      }
      yr += spacing * sizeof<T>()
      yi += spacing * sizeof<T>()
      x += step
    }
  }
}

// @ts-ignore: decorator
@inline
function unpackSquare<T>(x: usize, odd: usize, even: usize, y: usize, row: usize, scale: v128, oddScale: v128): void {
  const a = v128.mul<T>(scale, v128.load(x))
  const b = v128.mul<T>(oddScale, v128.load(x + odd))
  if (sizeof<T>() == 8) {
    v128.store(y, lowHalves(a, b))
    v128.store(y + row, highHalves(a, b))
    return
  }
  const c = v128.mul<T>(scale, v128.load(x + even))
  const d = v128.mul<T>(oddScale, v128.load(x + even + odd))
  const ab = zipLow<f32>(a, b)
  const cd = zipLow<f32>(c, d)
  const ef = zipHigh<f32>(a, b)
  const gh = zipHigh<f32>(c, d)
  v128.store(y, lowHalves(ab, cd))
  v128.store(y + row, highHalves(ab, cd))
  v128.store(y + 2 * row, lowHalves(ef, gh))
  v128.store(y + 3 * row, highHalves(ef, gh))
}
