// IMRPhenomD at many frequencies: amplitude and phase, piece by piece, then real and imaginary parts. Frequencies are in any
// unit, x; what depends on the frequency alone comes in tables. Each function handles `count` of them from byte offset
// `at` on, in pairs: an odd one out computes one frequency too many, which the next piece overwrites.

import { arctangent, exponential, step, storePolar } from './functions'

// @ts-ignore: decorator
@inline
function coefficient(coefficients: usize, i: usize): f64 {
  return load<f64>(coefficients + i * 8)
}

/** amplitude = lead * sum of c[k] root^k, k = 0 to 9 */
export function inspiralAmplitude(c: usize, root: usize, lead: usize, amplitude: usize, at: usize, count: usize): void {
  for (let end = at + count * 8; at < end; at += 16) {
    const u = v128.load(root + at)
    let sum = f64x2.splat(coefficient(c, 9))
    for (let k: usize = 9; k > 0; k--) sum = step(sum, u, coefficient(c, k - 1))
    v128.store(amplitude + at, f64x2.mul(sum, v128.load(lead + at)))
  }
}

/** amplitude = lead * sum of c[k] x^k, k = 0 to 4 */
export function intermediateAmplitude(c: usize, x: usize, lead: usize, amplitude: usize, at: usize, count: usize): void {
  for (let end = at + count * 8; at < end; at += 16) {
    const f = v128.load(x + at)
    let sum = f64x2.splat(coefficient(c, 4))
    for (let k: usize = 4; k > 0; k--) sum = step(sum, f, coefficient(c, k - 1))
    v128.store(amplitude + at, f64x2.mul(sum, v128.load(lead + at)))
  }
}

/** amplitude = lead * c[0] exp(-c[1] y) / (y^2 + c[4]), y = c[2] x - c[3] */
export function ringdownAmplitude(c: usize, x: usize, lead: usize, amplitude: usize, at: usize, count: usize): void {
  for (let end = at + count * 8; at < end; at += 16) {
    const y = step(v128.load(x + at), f64x2.splat(coefficient(c, 2)), -coefficient(c, 3))
    const decay = exponential(f64x2.mul(y, f64x2.splat(-coefficient(c, 1))))
    const scaled = f64x2.mul(f64x2.mul(decay, f64x2.splat(coefficient(c, 0))), v128.load(lead + at))
    v128.store(amplitude + at, f64x2.div(scaled, step(y, y, coefficient(c, 4))))
  }
}

/** phase = sum of c[k] root^(k - 5), k = 0 to 11, and (c[12] + c[13] root) ln x */
export function inspiralPhase(
  c: usize, root: usize, inverseRoot: usize, logarithm: usize, phase: usize, at: usize, count: usize,
): void {
  for (let end = at + count * 8; at < end; at += 16) {
    const u = v128.load(root + at)
    let rising = f64x2.splat(coefficient(c, 11))
    for (let k: usize = 11; k > 5; k--) rising = step(rising, u, coefficient(c, k - 1))
    const w = v128.load(inverseRoot + at)
    let falling = f64x2.splat(coefficient(c, 0))
    for (let k: usize = 1; k < 5; k++) falling = step(falling, w, coefficient(c, k))
    const ln = f64x2.mul(step(u, f64x2.splat(coefficient(c, 13)), coefficient(c, 12)), v128.load(logarithm + at))
    v128.store(phase + at, f64x2.add(f64x2.add(f64x2.mul(falling, w), ln), rising))
  }
}

/** phase = c[0] + c[1] x + c[2] ln x + c[3] / x^3 */
export function intermediatePhase(
  c: usize, x: usize, inverseRoot: usize, logarithm: usize, phase: usize, at: usize, count: usize,
): void {
  for (let end = at + count * 8; at < end; at += 16) {
    const w = v128.load(inverseRoot + at)
    const cube = f64x2.mul(f64x2.mul(w, w), w)
    const inverse = f64x2.mul(f64x2.mul(f64x2.mul(cube, cube), cube), f64x2.splat(coefficient(c, 3)))
    const ln = f64x2.mul(v128.load(logarithm + at), f64x2.splat(coefficient(c, 2)))
    const line = step(v128.load(x + at), f64x2.splat(coefficient(c, 1)), coefficient(c, 0))
    v128.store(phase + at, f64x2.add(f64x2.add(inverse, ln), line))
  }
}

/** phase = c[0] + c[1] x + c[2] / x + c[3] x^(3/4) + c[4] atan(c[5] x - c[6]) */
export function ringdownPhase(
  c: usize, x: usize, inverseRoot: usize, threeQuarters: usize, phase: usize, at: usize, count: usize,
): void {
  for (let end = at + count * 8; at < end; at += 16) {
    const f = v128.load(x + at)
    const w = v128.load(inverseRoot + at)
    const turn = arctangent(step(f, f64x2.splat(coefficient(c, 5)), -coefficient(c, 6)))
    let sum = step(f, f64x2.splat(coefficient(c, 1)), coefficient(c, 0))
    sum = f64x2.add(sum, f64x2.mul(f64x2.mul(f64x2.mul(w, w), w), f64x2.splat(coefficient(c, 2))))
    sum = f64x2.add(sum, f64x2.mul(v128.load(threeQuarters + at), f64x2.splat(coefficient(c, 3))))
    v128.store(phase + at, f64x2.add(sum, f64x2.mul(turn, f64x2.splat(coefficient(c, 4)))))
  }
}

/** re + i im = scale amplitude exp(-i (phase + constant + slope x)) */
export function polar(
  x: usize, amplitude: usize, phase: usize, re: usize, im: usize, at: usize, count: usize,
  scale: f64, constant: f64, slope: f64,
): void {
  for (let end = at + count * 8; at < end; at += 16) {
    const turn = step(v128.load(x + at), f64x2.splat(slope), constant)
    const size = f64x2.mul(v128.load(amplitude + at), f64x2.splat(scale))
    storePolar(size, f64x2.add(v128.load(phase + at), turn), re + at, im + at)
  }
}
