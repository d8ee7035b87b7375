// Real transforms of even length n = 2 h by a complex one of length h, in place on rows of h + 1 bins, and the symmetric
// completion that odd lengths use. `roots` holds cos(2 pi k / n), k = 0 .. h / 2 + lanes, then -sin of the same.
import { mirror, reverse, width } from './lanes'

/** From Z (h values) of z[k] = x[2 k] + i x[2 k + 1] to X (h + 1 bins) of x. */
// @ts-ignore: decorator
@inline
export function splitSpectrum<T>(re: usize, im: usize, h: usize, rows: usize, roots: usize, rootCount: usize): void {
  const half = v128.splat<T>(<T>0.5)
  const end = h * sizeof<T>()
  const rootsIm = roots + rootCount * sizeof<T>()
  for (let row: usize = 0; row < rows; row++) {
    const xr = re + row * (end + sizeof<T>())
    const xi = im + row * (end + sizeof<T>())
    const r0 = load<T>(xr)
    const i0 = load<T>(xi)
    store<T>(xr, r0 + i0)
    store<T>(xi, <T>0)
    store<T>(xr + end, r0 - i0)
    store<T>(xi + end, <T>0)
    let low: usize = sizeof<T>()
    let high = end - sizeof<T>()
    // The vector at the front (low and up) and its mirror (high and down) must not meet.
    while (low + 32 <= high + sizeof<T>()) {
      const top = high - 16 + sizeof<T>()
      const ar = v128.load(xr + low)
      const ai = v128.load(xi + low)
      const br = reverse<T>(v128.load(xr + top))
      const bi = reverse<T>(v128.load(xi + top))
      const er = v128.mul<T>(half, v128.add<T>(ar, br))
      const ei = v128.mul<T>(half, v128.sub<T>(ai, bi))
      const or = v128.mul<T>(half, v128.sub<T>(ar, br))
      const oi = v128.mul<T>(half, v128.add<T>(ai, bi))
      const wr = v128.load(roots + low)
      const wi = v128.load(rootsIm + low)
      const pr = v128.sub<T>(v128.mul<T>(wr, or), v128.mul<T>(wi, oi))
      const pi = v128.add<T>(v128.mul<T>(wr, oi), v128.mul<T>(wi, or))
      v128.store(xr + low, v128.add<T>(er, pi))
      v128.store(xi + low, v128.sub<T>(ei, pr))
      v128.store(xr + top, reverse<T>(v128.sub<T>(er, pi)))
      v128.store(xi + top, reverse<T>(v128.neg<T>(v128.add<T>(ei, pr))))
      low += 16
      high -= 16
    }
    while (low <= high) {
      const ar = load<T>(xr + low)
      const ai = load<T>(xi + low)
      const br = load<T>(xr + high)
      const bi = load<T>(xi + high)
      const er = <T>0.5 * (ar + br)
      const ei = <T>0.5 * (ai - bi)
      const or = <T>0.5 * (ar - br)
      const oi = <T>0.5 * (ai + bi)
      const wr = load<T>(roots + low)
      const wi = load<T>(rootsIm + low)
      const pr = wr * or - wi * oi
      const pi = wr * oi + wi * or
      store<T>(xr + high, er - pi)
      store<T>(xi + high, -(ei + pr))
      store<T>(xr + low, er + pi)
      store<T>(xi + low, ei - pr)
      low += sizeof<T>()
      high -= sizeof<T>()
    }
  }
}

/**
 * The same for one row from complex vectors in `source` (h a multiple of the lanes) to `re` and `im`; `half` is 1/2, as a
 * parameter since V8 makes a constant anew in every turn of a loop. Blocks at the front and their mirrors at the back may
 * overlap in the middle.
 */
// @ts-ignore: decorator
@inline
export function unpackSpectrum<T>(
  source: usize, h: usize, re: usize, im: usize, roots: usize, rootCount: usize, half: T,
): void {
  const lanes = width<T>()
  const scale = v128.splat<T>(half)
  let x = source
  let z = source + (h / lanes) * 32 - 32
  const end = source + (h / 2 + lanes) / lanes * 32
  let wr = roots
  let wi = roots + rootCount * sizeof<T>()
  let lowRe = re
  let lowIm = im
  let highRe = re + (h - lanes + 1) * sizeof<T>()
  let highIm = im + (h - lanes + 1) * sizeof<T>()
  let nextRe = v128.load(source)
  let nextIm = v128.load(source, 16)
  do {
    const ar = v128.load(x)
    const ai = v128.load(x, 16)
    const cr = v128.load(z)
    const ci = v128.load(z, 16)
    const br = mirror<T>(cr, nextRe)
    const bi = mirror<T>(ci, nextIm)
    nextRe = cr
    nextIm = ci
    const er = v128.mul<T>(scale, v128.add<T>(ar, br))
    const ei = v128.mul<T>(scale, v128.sub<T>(ai, bi))
    const or = v128.mul<T>(scale, v128.sub<T>(ar, br))
    const oi = v128.mul<T>(scale, v128.add<T>(ai, bi))
    const c = v128.load(wr)
    const s = v128.load(wi)
    const pr = v128.sub<T>(v128.mul<T>(s, oi), v128.mul<T>(c, or))
    const pi = v128.add<T>(v128.mul<T>(c, oi), v128.mul<T>(s, or))
    v128.store(lowRe, v128.add<T>(er, pi))
    v128.store(lowIm, v128.add<T>(ei, pr))
    v128.store(highRe, reverse<T>(v128.sub<T>(er, pi)))
    v128.store(highIm, reverse<T>(v128.sub<T>(pr, ei)))
    x += 32
    z -= 32
    wr += 16
    wi += 16
    lowRe += 16
    lowIm += 16
    highRe -= 16
    highIm -= 16
  } while (x < end)
}

/** From X (h + 1 bins) to 2 conj(Z), whose forward transform is 2 h conj(z). Imaginary parts of bins 0 and h are ignored. */
// @ts-ignore: decorator
@inline
export function joinSpectrum<T>(re: usize, im: usize, h: usize, rows: usize, roots: usize, rootCount: usize): void {
  const end = h * sizeof<T>()
  const rootsIm = roots + rootCount * sizeof<T>()
  for (let row: usize = 0; row < rows; row++) {
    const xr = re + row * (end + sizeof<T>())
    const xi = im + row * (end + sizeof<T>())
    const r0 = load<T>(xr)
    const rh = load<T>(xr + end)
    store<T>(xr, r0 + rh)
    store<T>(xi, rh - r0)
    let low: usize = sizeof<T>()
    let high = end - sizeof<T>()
    while (low + 32 <= high + sizeof<T>()) {
      const top = high - 16 + sizeof<T>()
      const ar = v128.load(xr + low)
      const ai = v128.load(xi + low)
      const br = reverse<T>(v128.load(xr + top))
      const bi = reverse<T>(v128.load(xi + top))
      const er = v128.add<T>(ar, br)
      const ei = v128.sub<T>(ai, bi)
      const dr = v128.sub<T>(ar, br)
      const di = v128.add<T>(ai, bi)
      const wr = v128.load(roots + low)
      const wi = v128.load(rootsIm + low)
      const pr = v128.add<T>(v128.mul<T>(wr, dr), v128.mul<T>(wi, di))
      const pi = v128.sub<T>(v128.mul<T>(wr, di), v128.mul<T>(wi, dr))
      v128.store(xr + low, v128.sub<T>(er, pi))
      v128.store(xi + low, v128.neg<T>(v128.add<T>(ei, pr)))
      v128.store(xr + top, reverse<T>(v128.add<T>(er, pi)))
      v128.store(xi + top, reverse<T>(v128.sub<T>(ei, pr)))
      low += 16
      high -= 16
    }
    while (low <= high) {
      const ar = load<T>(xr + low)
      const ai = load<T>(xi + low)
      const br = load<T>(xr + high)
      const bi = load<T>(xi + high)
      const er = ar + br
      const ei = ai - bi
      const dr = ar - br
      const di = ai + bi
      const wr = load<T>(roots + low)
      const wi = load<T>(rootsIm + low)
      const pr = wr * dr + wi * di
      const pi = wr * di - wi * dr
      store<T>(xr + high, er + pi)
      store<T>(xi + high, ei - pr)
      store<T>(xr + low, er - pi)
      store<T>(xi + low, -(ei + pr))
      low += sizeof<T>()
      high -= sizeof<T>()
    }
  }
}

/** Spreads rows of `kept` bins to rows of n = 2 kept - 1, the rest being the conjugate mirror; conjugates all. Runs backwards, so in place. */
// @ts-ignore: decorator
@inline
export function mirrorConjugate<T>(re: usize, im: usize, kept: usize, rows: usize): void {
  const n: usize = 2 * kept - 1
  for (let row = <isize>rows - 1; row >= 0; row--) {
    const sr = re + row * kept * sizeof<T>()
    const si = im + row * kept * sizeof<T>()
    const tr = re + row * n * sizeof<T>()
    const ti = im + row * n * sizeof<T>()
    memory.copy(tr, sr, kept * sizeof<T>())
    memory.copy(ti, si, kept * sizeof<T>())
    store<T>(ti, <T>0)
    for (let k: usize = 1; k < kept; k++) {
      const b = load<T>(ti + k * sizeof<T>())
      store<T>(tr + (n - k) * sizeof<T>(), load<T>(tr + k * sizeof<T>()))
      store<T>(ti + (n - k) * sizeof<T>(), b)
      store<T>(ti + k * sizeof<T>(), -b)
    }
  }
}

/** Keeps the first `kept` numbers of rows of n, in place. */
// @ts-ignore: decorator
@inline
export function truncateRows<T>(x: usize, n: usize, kept: usize, rows: usize): void {
  for (let row: usize = 1; row < rows; row++)
    memory.copy(x + row * kept * sizeof<T>(), x + row * n * sizeof<T>(), kept * sizeof<T>())
}
