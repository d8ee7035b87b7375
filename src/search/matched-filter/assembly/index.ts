// What a search by matched filtering does for each of very many moments.

/**
 * Powers between the samples of complex series, of some points. z are `rows` series of `samples` complex numbers (f32, real
 * and imaginary parts in turn), `taps` for each of `phases` a filter of `width` taps (f64: the real part twice, then minus the
 * imaginary part and that itself), `points` are `count` numbers (i32). Point p has phase p % phases, and its first tap falls on
 * sample floor(p / phases) - width / 2 + 1. out[row][i] = |sum over k of tap k times sample k|^2, f64; the order of the sums is
 * that of the taps.
 */
export function powersAt(
  z: usize, rows: i32, samples: i32, taps: usize, phases: u32, width: u32, points: usize, count: i32, out: usize,
): void {
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < count; i++) {
      const point = load<u32>(points + 4 * i)
      let tap = taps + (point % phases) * width * 32
      let at = z + (point / phases - width / 2 + 1) * 8
      let sum = f64x2.splat(0)
      for (let k: u32 = 0; k < width; k++) {
        const value = f64x2.promote_low_f32x4(v128.load64_zero(at))
        const turned = v128.shuffle<f64>(value, value, 1, 0)
        const real = f64x2.mul(v128.load(tap), value)
        const imaginary = f64x2.mul(v128.load(tap, 16), turned)
        sum = f64x2.add(sum, f64x2.add(real, imaginary))
        at += 8
        tap += 32
      }
      const square = f64x2.mul(sum, sum)
      store<f64>(out, f64x2.extract_lane(square, 0) + f64x2.extract_lane(square, 1))
      out += 8
    }
    z += samples * 8
  }
}

/**
 * The same for points from `start` on, `count` of them, a multiple of 2 `phases`: re and im are `rows` series of `samples` numbers each
 * (f64), `taps` for each phase `width` real parts and `width` imaginary parts (f64). Points of one phase at neighbouring samples
 * are computed together, to the same bits.
 */
export function powersFrom(
  re: usize, im: usize, rows: i32, samples: i32, taps: usize, phases: i32, width: i32, start: i32, count: i32, out: usize,
): void {
  for (let row = 0; row < rows; row++) {
    for (let phase = 0; phase < phases; phase++) {
      const tapsRe = taps + ((start + phase) % phases) * width * 16
      const tapsIm = tapsRe + width * 8
      for (let i = phase; i < count; i += 2 * phases) {
        const first = ((start + i) / phases - width / 2 + 1) * 8
        let x = f64x2.splat(0)
        let y = f64x2.splat(0)
        for (let k = 0; k < width * 8; k += 8) {
          const a = v128.load(re + first + k)
          const b = v128.load(im + first + k)
          const c = v128.load64_splat(tapsRe + k)
          const d = v128.load64_splat(tapsIm + k)
          x = f64x2.add(x, f64x2.sub(f64x2.mul(c, a), f64x2.mul(d, b)))
          y = f64x2.add(y, f64x2.add(f64x2.mul(c, b), f64x2.mul(d, a)))
        }
        const power = f64x2.add(f64x2.mul(x, x), f64x2.mul(y, y))
        v128.store64_lane(out + i * 8, power, 0)
        v128.store64_lane(out + (i + phases) * 8, power, 1)
      }
    }
    re += samples * 8
    im += samples * 8
    out += count * 8
  }
}

/**
 * Rows in which two tables of bytes reach a sum together: out[0] = how many there are, then their numbers (i32). Tables are
 * `rows` rows of `width` bytes, a multiple of 16; a row is loud if the sum of two bytes at the same place, at most 255, is at
 * least `least`.
 */
export function loudRows(first: usize, second: usize, rows: i32, width: i32, least: i32, out: usize): void {
  const bar = i8x16.splat(<i8>least)
  let count = 0
  for (let row = 0; row < rows; row++) {
    let loudest = i8x16.splat(0)
    for (let k = 0; k < width; k += 16)
      loudest = v128.max<u8>(loudest, v128.add_sat<u8>(v128.load(first + k), v128.load(second + k)))
    if (v128.any_true(v128.ge<u8>(loudest, bar))) {
      count++
      store<i32>(out + 4 * count, row)
    }
    first += width
    second += width
  }
  store<i32>(out, count)
}
