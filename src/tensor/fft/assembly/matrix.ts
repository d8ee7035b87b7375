// A long row of n = n1 n2 numbers as a matrix [n1][n2]: read into complex vectors, twiddled and transposed between its
// two transforms, and written back. Columns are handled in blocks that fit the cache.
import { even, odd, width, zipHigh, zipLow } from './lanes'

/**
 * Reads `columns` columns of `rows` rows, `rowLength` numbers apart, into `target` [rows][groups]. `spacing` is 1 for
 * separate real and imaginary arrays, 2 for interleaved ones (`im` is then not read). Spare lanes keep what they held.
 */
// @ts-ignore: decorator
@inline
export function packMatrix<T>(
  re: usize, im: usize, spacing: usize, rows: usize, rowLength: usize, columns: usize, target: usize, groups: usize,
): void {
  const lanes = width<T>()
  const full = (columns / lanes) * lanes * sizeof<T>()
  const end = columns * sizeof<T>()
  const rowBytes = rowLength * sizeof<T>()
  for (let i: usize = 0; i < rows; i++) {
    let y = target + ((i * groups) << 5)
    if (spacing == 1) {
      const xr = re + i * rowBytes
      const xi = im + i * rowBytes
      let c: usize = 0
      for (; c < full; c += 16) {
        v128.store(y, v128.load(xr + c))
        v128.store(y, v128.load(xi + c), 16)
        y += 32
      }
      for (; c < end; c += sizeof<T>()) {
        store<T>(y, load<T>(xr + c))
        store<T>(y, load<T>(xi + c), 16)
        y += sizeof<T>()
      }
    } else {
      const x = re + 2 * i * rowBytes
      let c: usize = 0
      for (; c < full; c += 16) {
        const a = v128.load(x + 2 * c)
        const b = v128.load(x + 2 * c, 16)
        v128.store(y, even<T>(a, b))
        v128.store(y, odd<T>(a, b), 16)
        y += 32
      }
      for (; c < end; c += sizeof<T>()) {
        store<T>(y, load<T>(x + 2 * c))
        store<T>(y, load<T>(x + 2 * c, sizeof<T>()), 16)
        y += sizeof<T>()
      }
    }
  }
}

/** Inverse of `packMatrix`; multiplies real parts by `scaleRe`, imaginary parts by `scaleIm`. */
// @ts-ignore: decorator
@inline
export function unpackMatrix<T>(
  source: usize, groups: usize, rows: usize, rowLength: usize, columns: usize, re: usize, im: usize, spacing: usize,
  scaleRe: T, scaleIm: T,
): void {
  const lanes = width<T>()
  const full = (columns / lanes) * lanes * sizeof<T>()
  const end = columns * sizeof<T>()
  const rowBytes = rowLength * sizeof<T>()
  const vr = v128.splat<T>(scaleRe)
  const vi = v128.splat<T>(scaleIm)
  for (let i: usize = 0; i < rows; i++) {
    let x = source + ((i * groups) << 5)
    if (spacing == 1) {
      const yr = re + i * rowBytes
      const yi = im + i * rowBytes
      let c: usize = 0
      for (; c < full; c += 16) {
        v128.store(yr + c, v128.mul<T>(vr, v128.load(x)))
        v128.store(yi + c, v128.mul<T>(vi, v128.load(x, 16)))
        x += 32
      }
      for (; c < end; c += sizeof<T>()) {
        store<T>(yr + c, scaleRe * load<T>(x))
        store<T>(yi + c, scaleIm * load<T>(x, 16))
        x += sizeof<T>()
      }
    } else {
      const y = re + 2 * i * rowBytes
      let c: usize = 0
      for (; c < full; c += 16) {
        const a = v128.mul<T>(vr, v128.load(x))
        const b = v128.mul<T>(vi, v128.load(x, 16))
        v128.store(y + 2 * c, zipLow<T>(a, b))
        v128.store(y + 2 * c, zipHigh<T>(a, b), 16)
        x += 32
      }
      for (; c < end; c += sizeof<T>()) {
        store<T>(y + 2 * c, scaleRe * load<T>(x))
        store<T>(y + 2 * c, scaleIm * load<T>(x, 16), sizeof<T>())
        x += sizeof<T>()
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function timesRe<T>(x: usize, w: usize): v128 {
  return v128.sub<T>(v128.mul<T>(v128.load(x), v128.load(w)), v128.mul<T>(v128.load(x, 16), v128.load(w, 16)))
}

// @ts-ignore: decorator
@inline
function timesIm<T>(x: usize, w: usize): v128 {
  return v128.add<T>(v128.mul<T>(v128.load(x), v128.load(w, 16)), v128.mul<T>(v128.load(x, 16), v128.load(w)))
}

/** Two rows of a register each, times their twiddles, as columns of as many rows as a register has lanes. */
// @ts-ignore: decorator
@inline
function twiddlePair<T>(x: usize, w: usize, step: usize, y: usize, rowBytes: usize): void {
  const ar = timesRe<T>(x, w)
  const ai = timesIm<T>(x, w)
  const br = timesRe<T>(x + step, w + step)
  const bi = timesIm<T>(x + step, w + step)
  const lowRe = zipLow<T>(ar, br)
  const lowIm = zipLow<T>(ai, bi)
  const highRe = zipHigh<T>(ar, br)
  const highIm = zipHigh<T>(ai, bi)
  if (sizeof<T>() == 8) {
    v128.store(y, lowRe)
    v128.store(y, lowIm, 16)
    v128.store(y + rowBytes, highRe)
    v128.store(y + rowBytes, highIm, 16)
    return
  }
  v128.store64_lane(y, lowRe, 0)
  v128.store64_lane(y, lowIm, 0, 16)
  v128.store64_lane(y + rowBytes, lowRe, 1)
  v128.store64_lane(y + rowBytes, lowIm, 1, 16)
  const y2 = y + 2 * rowBytes
  v128.store64_lane(y2, highRe, 0)
  v128.store64_lane(y2, highIm, 0, 16)
  v128.store64_lane(y2 + rowBytes, highRe, 1)
  v128.store64_lane(y2 + rowBytes, highIm, 1, 16)
}

/**
 * Multiplies `source` [rows][groups] by `twiddles` of the same layout and writes its transpose, whose rows are
 * `targetRowBytes` apart. All three have room for whole registers of rows and columns. Four rows at once would need more
 * registers than there are.
 */
// @ts-ignore: decorator
@inline
export function twiddleTranspose<T>(
  source: usize, twiddles: usize, rows: usize, groups: usize, target: usize, targetRowBytes: usize,
): void {
  const lanes = width<T>()
  const step = groups << 5
  for (let i: usize = 0; i < rows; i += lanes) {
    let x = source + i * step
    let w = twiddles + i * step
    let y = target + (i / lanes) * 32
    const end = x + step
    do {
      twiddlePair<T>(x, w, step, y, targetRowBytes)
      if (sizeof<T>() == 4) twiddlePair<T>(x + 2 * step, w + 2 * step, step, y + 8, targetRowBytes)
      x += 32
      w += 32
      y += lanes * targetRowBytes
    } while (x < end)
  }
}

/** target = fine * coarse: the first `groups` of each row's `fineGroups` vectors, times the row's (re, im) pair of `coarse`. */
// @ts-ignore: decorator
@inline
export function shiftTwiddles<T>(
  fine: usize, coarse: usize, rows: usize, groups: usize, fineGroups: usize, target: usize,
): void {
  let y = target
  let w = coarse
  for (let i: usize = 0; i < rows; i++) {
    const c = v128.load_splat<T>(w)
    const s = v128.load_splat<T>(w, sizeof<T>())
    let x = fine + ((i * fineGroups) << 5)
    for (let g: usize = 0; g < groups; g++) {
      const ar = v128.load(x)
      const ai = v128.load(x, 16)
      v128.store(y, v128.sub<T>(v128.mul<T>(ar, c), v128.mul<T>(ai, s)))
      v128.store(y, v128.add<T>(v128.mul<T>(ar, s), v128.mul<T>(ai, c)), 16)
      x += 32
      y += 32
    }
    w += 2 * sizeof<T>()
  }
}
