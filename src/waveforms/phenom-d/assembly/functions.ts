// Elementary functions, two float64 lanes at a time. The polynomials are those of fdlibm (Sun Microsystems, 1993, free to
// use), without its branches: errors stay below two units in the last place for the arguments stated. Numbers are loaded
// from memory: written into the code, V8 would put each together anew for every pair.

/** A number in both lanes. */
// @ts-ignore: decorator
@inline
export function both(address: usize, i: usize): v128 {
  return v128.load64_splat(address + 8 * i)
}

/** a x + b, b the i-th number of an array */
// @ts-ignore: decorator
@inline
export function step(a: v128, x: v128, b: usize, i: usize): v128 {
  return f64x2.add(f64x2.mul(a, x), both(b, i))
}

// @ts-ignore: decorator
@inline
const arctangentNumbers: usize = memory.data<f64>([
  3.33333333333329318027e-1, -1.99999999998764832476e-1, 1.42857142725034663711e-1, -1.11111104054623557880e-1,
  9.09088713343650656196e-2, -7.69187620504482999495e-2, 6.66107313738753120669e-2, -5.83357013379057348645e-2,
  4.97687799461593236017e-2, -3.65315727442169155270e-2, 1.62858201153657823623e-2,
  0.41421356237309503, 0.78539816339744831, 1.5707963267948966, -0.0, 1,
])

/** The arctangent, for any argument. */
// @ts-ignore: decorator
@inline
export function arctangent(y: v128): v128 {
  const n = arctangentNumbers
  const sign = v128.and(y, both(n, 14))
  const a = f64x2.abs(y)
  const one = both(n, 15)
  // z = 1 / |y| beyond 1, and t = (z - 1) / (z + 1) where z is beyond the tangent of 22.5 degrees: in one division.
  const isSteep = f64x2.gt(a, one)
  const over = v128.bitselect(one, a, isSteep)
  const under = v128.bitselect(a, one, isSteep)
  const isWide = f64x2.gt(over, f64x2.mul(under, both(n, 11)))
  const t = f64x2.div(
    v128.bitselect(f64x2.sub(over, under), over, isWide),
    v128.bitselect(f64x2.add(over, under), under, isWide),
  )
  const x = f64x2.mul(t, t)
  let s = both(n, 10)
  s = step(s, x, n, 9)
  s = step(s, x, n, 8)
  s = step(s, x, n, 7)
  s = step(s, x, n, 6)
  s = step(s, x, n, 5)
  s = step(s, x, n, 4)
  s = step(s, x, n, 3)
  s = step(s, x, n, 2)
  s = step(s, x, n, 1)
  s = step(s, x, n, 0)
  const shallow = f64x2.sub(t, f64x2.mul(f64x2.mul(s, x), t))
  const turned = f64x2.add(shallow, v128.and(isWide, both(n, 12)))
  const angle = v128.bitselect(f64x2.sub(both(n, 13), turned), turned, isSteep)
  return v128.or(angle, sign)
}

// @ts-ignore: decorator
@inline
const exponentialNumbers: usize = memory.data<f64>([
  1.66666666666666019037e-1, -2.77777777770155933842e-3, 6.61375632143793436117e-5, -1.65339022054652515390e-6,
  4.13813679705723846039e-8,
  -708, 1.44269504088896338700, 6.93147180369123816490e-1, 1.90821492927058770002e-10, 2, 4503599627371519, -700,
])

/** The exponential over a denominator, for arguments below 700; 0 below -700. */
// @ts-ignore: decorator
@inline
export function exponentialOver(argument: v128, denominator: v128): v128 {
  const n = exponentialNumbers
  const y = f64x2.max(argument, both(n, 5))
  const k = f64x2.nearest(f64x2.mul(y, both(n, 6)))
  const high = f64x2.sub(y, f64x2.mul(k, both(n, 7)))
  const low = f64x2.mul(k, both(n, 8))
  const x = f64x2.sub(high, low)
  const t = f64x2.mul(x, x)
  let p = both(n, 4)
  p = step(p, t, n, 3)
  p = step(p, t, n, 2)
  p = step(p, t, n, 1)
  p = step(p, t, n, 0)
  const c = f64x2.sub(x, f64x2.mul(t, p))
  // e^x = 1 + x + x c / (2 - c), brought over one denominator
  const under = f64x2.sub(both(n, 9), c)
  const over = f64x2.add(under, f64x2.mul(x, both(n, 9)))
  const value = f64x2.div(over, f64x2.mul(under, denominator))
  // 2^k by its bits: k + 1023 + 2^52 holds the exponent in its last bits.
  const power = i64x2.shl(f64x2.add(k, both(n, 10)), 52)
  return v128.and(f64x2.mul(value, power), f64x2.gt(argument, both(n, 11)))
}

// @ts-ignore: decorator
@inline
const sineNumbers: usize = memory.data<f64>([
  -1.66666666666666324348e-1, 8.33333333332248946124e-3, -1.98412698298579493134e-4, 2.75573137070700676789e-6,
  -2.50507602534068634195e-8, 1.58969099521155010221e-10,
  4.16666666666666019037e-2, -1.38888888888741095749e-3, 2.48015872894767294178e-5, -2.75573143513906633035e-7,
  2.08757232129817482790e-9, -1.13596475577881948265e-11,
  0.63661977236758134308, 1.57079632673412561417, 6.07710050630396597660e-11, 2.02226624879595063154e-21,
  1, 0.5, 6755399441055744, -0.0,
])

/**
 * Writes `a cos(angle)` and `-a sin(angle)`. Exact to rounding up to 2^20 quarter turns; beyond, the error stays that of
 * rounding the angle itself.
 */
// @ts-ignore: decorator
@inline
export function storePolar(a: v128, angle: v128, re: usize, im: usize): void {
  const n = sineNumbers
  const turns = f64x2.nearest(f64x2.mul(angle, both(n, 12)))
  // Three parts of pi/2, of 33 bits but for the last.
  let x = f64x2.sub(angle, f64x2.mul(turns, both(n, 13)))
  x = f64x2.sub(x, f64x2.mul(turns, both(n, 14)))
  x = f64x2.sub(x, f64x2.mul(turns, both(n, 15)))
  const z = f64x2.mul(x, x)
  let s = both(n, 5)
  s = step(s, z, n, 4)
  s = step(s, z, n, 3)
  s = step(s, z, n, 2)
  s = step(s, z, n, 1)
  s = step(s, z, n, 0)
  const sine = f64x2.add(x, f64x2.mul(f64x2.mul(s, z), x))
  let c = both(n, 11)
  c = step(c, z, n, 10)
  c = step(c, z, n, 9)
  c = step(c, z, n, 8)
  c = step(c, z, n, 7)
  c = step(c, z, n, 6)
  const cosine = f64x2.add(f64x2.sub(both(n, 16), f64x2.mul(z, both(n, 17))), f64x2.mul(f64x2.mul(z, z), c))
  // The quadrant is in the last bits of turns + 2^52 * 1.5: the lowest exchanges sine and cosine, the next turns signs.
  const quadrant = f64x2.add(turns, both(n, 18))
  const isOdd = i64x2.shr_s(i64x2.shl(quadrant, 63), 63)
  const signBit = both(n, 19)
  const flips = v128.and(i64x2.shl(quadrant, 62), signBit)
  const oddSign = v128.and(isOdd, signBit)
  const cosineOf = v128.xor(v128.bitselect(sine, cosine, isOdd), v128.xor(flips, oddSign))
  const minusSine = v128.xor(v128.bitselect(cosine, sine, isOdd), v128.xor(flips, signBit))
  v128.store(re, f64x2.mul(a, cosineOf))
  v128.store(im, f64x2.mul(a, minusSine))
}
