import { combine4 } from './butterflies'
import { even, odd } from './lanes'

/** The first pass of radix 4 straight from interleaved numbers. */
// @ts-ignore: decorator
@inline
function interleaved4<T>(x: usize, step: usize, y: usize, out: usize, w: usize, twiddled: bool): void {
  const x2 = x + 2 * step
  const a = v128.load(x)
  const b = v128.load(x, 16)
  const c = v128.load(x + step)
  const d = v128.load(x + step, 16)
  const e = v128.load(x2)
  const f = v128.load(x2, 16)
  const g = v128.load(x2 + step)
  const h = v128.load(x2 + step, 16)
  combine4<T>(
    even<T>(a, b), odd<T>(a, b), even<T>(c, d), odd<T>(c, d), even<T>(e, f), odd<T>(e, f), even<T>(g, h), odd<T>(g, h),
    y, out, w, twiddled,
  )
}

/** The first pass of radix 4 straight from separate real and imaginary numbers. */
// @ts-ignore: decorator
@inline
function separate4<T>(re: usize, im: usize, step: usize, y: usize, out: usize, w: usize, twiddled: bool): void {
  const re2 = re + 2 * step
  const im2 = im + 2 * step
  combine4<T>(
    v128.load(re), v128.load(im), v128.load(re + step), v128.load(im + step),
    v128.load(re2), v128.load(im2), v128.load(re2 + step), v128.load(im2 + step),
    y, out, w, twiddled,
  )
}

/** `packMatrix` of 4 m rows of whole registers, then `radix4`, without the round trip through memory. */
// @ts-ignore: decorator
@inline
export function packRadix4<T>(
  re: usize, im: usize, spacing: usize, rowLength: usize, target: usize, groups: usize, m: usize, twiddles: usize,
): void {
  const out = groups << 5
  const rowBytes = rowLength * spacing * sizeof<T>()
  const step = m * rowBytes
  let w = twiddles - 6 * sizeof<T>()
  let y = target
  for (let p: usize = 0; p < m; p++) {
    const end = y + out
    let xr = re + p * rowBytes
    if (spacing == 2) {
      if (p == 0) {
        do {
          interleaved4<T>(xr, step, y, out, 0, false)
          xr += 32
          y += 32
        } while (y < end)
      } else {
        do {
          interleaved4<T>(xr, step, y, out, w, true)
          xr += 32
          y += 32
        } while (y < end)
      }
    } else {
      let xi = im + p * rowBytes
      do {
        if (p == 0) separate4<T>(xr, xi, step, y, out, 0, false)
        else separate4<T>(xr, xi, step, y, out, w, true)
        xr += 16
        xi += 16
        y += 32
      } while (y < end)
    }
    y += 3 * out
    w += 6 * sizeof<T>()
  }
}
