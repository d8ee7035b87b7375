// Elementary functions, two float64 lanes at a time. The polynomials are those of fdlibm (Sun Microsystems, 1993, free to
// use), without its branches: errors stay below two units in the last place for the arguments stated.

/** a x + b */
// @ts-ignore: decorator
@inline
export function step(a: v128, x: v128, b: f64): v128 {
  return f64x2.add(f64x2.mul(a, x), f64x2.splat(b))
}

/** Half a right angle's tangent: beyond it the arctangent is turned by 45 degrees. */
// @ts-ignore: decorator
@inline
const eighth: f64 = 0.41421356237309503

/** The arctangent, for any argument. */
// @ts-ignore: decorator
@inline
export function arctangent(y: v128): v128 {
  const sign = v128.and(y, f64x2.splat(-0.0))
  const a = f64x2.abs(y)
  const one = f64x2.splat(1)
  // |y| = 1 / z beyond 1, and z = tan(pi/4 + atan t) beyond tan(pi/8)
  const isSteep = f64x2.gt(a, one)
  const z = f64x2.div(v128.bitselect(one, a, isSteep), v128.bitselect(a, one, isSteep))
  const isWide = f64x2.gt(z, f64x2.splat(eighth))
  const t = f64x2.div(
    v128.bitselect(f64x2.sub(z, one), z, isWide),
    v128.bitselect(f64x2.add(z, one), one, isWide),
  )
  const x = f64x2.mul(t, t)
  let s = f64x2.splat(1.62858201153657823623e-2)
  s = step(s, x, -3.65315727442169155270e-2)
  s = step(s, x, 4.97687799461593236017e-2)
  s = step(s, x, -5.83357013379057348645e-2)
  s = step(s, x, 6.66107313738753120669e-2)
  s = step(s, x, -7.69187620504482999495e-2)
  s = step(s, x, 9.09088713343650656196e-2)
  s = step(s, x, -1.11111104054623557880e-1)
  s = step(s, x, 1.42857142725034663711e-1)
  s = step(s, x, -1.99999999998764832476e-1)
  s = step(s, x, 3.33333333333329318027e-1)
  const shallow = f64x2.sub(t, f64x2.mul(f64x2.mul(s, x), t))
  const turned = f64x2.add(shallow, v128.and(isWide, f64x2.splat(0.78539816339744831)))
  const angle = v128.bitselect(f64x2.sub(f64x2.splat(1.5707963267948966), turned), turned, isSteep)
  return v128.or(angle, sign)
}

/** The exponential, for arguments below 700; 0 below -700. */
// @ts-ignore: decorator
@inline
export function exponential(argument: v128): v128 {
  const y = f64x2.max(argument, f64x2.splat(-708))
  const k = f64x2.nearest(f64x2.mul(y, f64x2.splat(1.44269504088896338700)))
  const high = f64x2.sub(y, f64x2.mul(k, f64x2.splat(6.93147180369123816490e-1)))
  const low = f64x2.mul(k, f64x2.splat(1.90821492927058770002e-10))
  const x = f64x2.sub(high, low)
  const t = f64x2.mul(x, x)
  let p = f64x2.splat(4.13813679705723846039e-8)
  p = step(p, t, -1.65339022054652515390e-6)
  p = step(p, t, 6.61375632143793436117e-5)
  p = step(p, t, -2.77777777770155933842e-3)
  p = step(p, t, 1.66666666666666019037e-1)
  const c = f64x2.sub(x, f64x2.mul(t, p))
  const r = f64x2.div(f64x2.mul(x, c), f64x2.sub(f64x2.splat(2), c))
  const value = f64x2.sub(f64x2.splat(1), f64x2.sub(f64x2.sub(low, r), high))
  // 2^k by its bits: k + 1023 + 2^52 holds the exponent in its last bits.
  const power = i64x2.shl(f64x2.add(k, f64x2.splat(4503599627371519)), 52)
  return v128.and(f64x2.mul(value, power), f64x2.gt(argument, f64x2.splat(-700)))
}

/**
 * Writes `a cos(angle)` and `-a sin(angle)`. Exact to rounding up to 2^20 quarter turns; beyond, the error stays that of
 * rounding the angle itself.
 */
// @ts-ignore: decorator
@inline
export function storePolar(a: v128, angle: v128, re: usize, im: usize): void {
  const turns = f64x2.nearest(f64x2.mul(angle, f64x2.splat(0.63661977236758134308)))
  // Three parts of pi/2, of 33 bits but for the last.
  let x = f64x2.sub(angle, f64x2.mul(turns, f64x2.splat(1.57079632673412561417)))
  x = f64x2.sub(x, f64x2.mul(turns, f64x2.splat(6.07710050630396597660e-11)))
  x = f64x2.sub(x, f64x2.mul(turns, f64x2.splat(2.02226624879595063154e-21)))
  const z = f64x2.mul(x, x)
  let s = f64x2.splat(1.58969099521155010221e-10)
  s = step(s, z, -2.50507602534068634195e-8)
  s = step(s, z, 2.75573137070700676789e-6)
  s = step(s, z, -1.98412698298579493134e-4)
  s = step(s, z, 8.33333333332248946124e-3)
  s = step(s, z, -1.66666666666666324348e-1)
  const sine = f64x2.add(x, f64x2.mul(f64x2.mul(s, z), x))
  let c = f64x2.splat(-1.13596475577881948265e-11)
  c = step(c, z, 2.08757232129817482790e-9)
  c = step(c, z, -2.75573143513906633035e-7)
  c = step(c, z, 2.48015872894767294178e-5)
  c = step(c, z, -1.38888888888741095749e-3)
  c = step(c, z, 4.16666666666666019037e-2)
  const cosine = f64x2.add(f64x2.sub(f64x2.splat(1), f64x2.mul(z, f64x2.splat(0.5))), f64x2.mul(f64x2.mul(z, z), c))
  // The quadrant is in the last bits of turns + 2^52 * 1.5.
  const quadrant = f64x2.add(turns, f64x2.splat(6755399441055744))
  const isOdd = i64x2.eq(v128.and(quadrant, i64x2.splat(1)), i64x2.splat(1))
  const flips = i64x2.shl(v128.and(quadrant, i64x2.splat(2)), 62)
  const oddSign = v128.and(isOdd, f64x2.splat(-0.0))
  const cosineOf = v128.xor(v128.bitselect(sine, cosine, isOdd), v128.xor(flips, oddSign))
  const sineOf = v128.xor(v128.bitselect(cosine, sine, isOdd), flips)
  v128.store(re, f64x2.mul(a, cosineOf))
  v128.store(im, f64x2.neg(f64x2.mul(a, sineOf)))
}
