// IMRPhenomD at many frequencies: amplitude and phase, piece by piece, then real and imaginary parts. Frequencies are in any
// unit, x; what depends on the frequency alone comes in tables. Each function handles `count` of them from byte offset
// `at` on, in pairs: an odd one out computes one frequency too many, which the next piece overwrites.

import { arctangent, both, exponentialOver, step, storePolar } from './functions'

/** amplitude = lead * sum of c[k] root^k, k = 0 to 9 */
export function inspiralAmplitude(c: usize, root: usize, lead: usize, amplitude: usize, at: usize, count: usize): void {
  for (let end = at + count * 8; at < end; at += 16) {
    const u = v128.load(root + at)
    let sum = both(c, 9)
    for (let k: usize = 9; k > 0; k--) sum = step(sum, u, c, k - 1)
    v128.store(amplitude + at, f64x2.mul(sum, v128.load(lead + at)))
  }
}

/** amplitude = lead * sum of c[k] x^k, k = 0 to 4 */
export function intermediateAmplitude(c: usize, x: usize, lead: usize, amplitude: usize, at: usize, count: usize): void {
  for (let end = at + count * 8; at < end; at += 16) {
    const f = v128.load(x + at)
    let sum = both(c, 4)
    for (let k: usize = 4; k > 0; k--) sum = step(sum, f, c, k - 1)
    v128.store(amplitude + at, f64x2.mul(sum, v128.load(lead + at)))
  }
}

/** amplitude = lead * c[0] exp(c[1] y) / (y^2 + c[4]), y = c[2] x + c[3] */
export function ringdownAmplitude(c: usize, x: usize, lead: usize, amplitude: usize, at: usize, count: usize): void {
  for (let end = at + count * 8; at < end; at += 16) {
    const y = step(v128.load(x + at), both(c, 2), c, 3)
    const resonance = exponentialOver(f64x2.mul(y, both(c, 1)), step(y, y, c, 4))
    v128.store(amplitude + at, f64x2.mul(f64x2.mul(resonance, both(c, 0)), v128.load(lead + at)))
  }
}

/** phase = sum of c[k] root^(k - 5), k = 0 to 11, and (c[12] + c[13] root) ln x */
export function inspiralPhase(
  c: usize, root: usize, inverseRoot: usize, logarithm: usize, phase: usize, at: usize, count: usize,
): void {
  for (let end = at + count * 8; at < end; at += 16) {
    const u = v128.load(root + at)
    let rising = both(c, 11)
    for (let k: usize = 11; k > 5; k--) rising = step(rising, u, c, k - 1)
    const w = v128.load(inverseRoot + at)
    let falling = both(c, 0)
    for (let k: usize = 1; k < 5; k++) falling = step(falling, w, c, k)
    const ln = f64x2.mul(step(u, both(c, 13), c, 12), v128.load(logarithm + at))
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
    const inverse = f64x2.mul(f64x2.mul(f64x2.mul(cube, cube), cube), both(c, 3))
    const ln = f64x2.mul(v128.load(logarithm + at), both(c, 2))
    const line = step(v128.load(x + at), both(c, 1), c, 0)
    v128.store(phase + at, f64x2.add(f64x2.add(inverse, ln), line))
  }
}

/** phase = c[0] + c[1] x + c[2] / x + c[3] x^(3/4) + c[4] atan(c[5] x + c[6]) */
export function ringdownPhase(
  c: usize, x: usize, inverseRoot: usize, threeQuarters: usize, phase: usize, at: usize, count: usize,
): void {
  for (let end = at + count * 8; at < end; at += 16) {
    const f = v128.load(x + at)
    const w = v128.load(inverseRoot + at)
    const turn = arctangent(step(f, both(c, 5), c, 6))
    let sum = step(f, both(c, 1), c, 0)
    sum = f64x2.add(sum, f64x2.mul(f64x2.mul(f64x2.mul(w, w), w), both(c, 2)))
    sum = f64x2.add(sum, f64x2.mul(v128.load(threeQuarters + at), both(c, 3)))
    v128.store(phase + at, f64x2.add(sum, f64x2.mul(turn, both(c, 4))))
  }
}

/** re + i im = scale amplitude exp(-i (phase + constant + slope x)) */
export function polar(
  x: usize, amplitude: usize, phase: usize, re: usize, im: usize, at: usize, count: usize,
  scale: f64, constant: f64, slope: f64,
): void {
  const sizes = f64x2.splat(scale)
  const first = f64x2.splat(constant)
  const rate = f64x2.splat(slope)
  for (let end = at + count * 8; at < end; at += 16) {
    const turn = f64x2.add(f64x2.mul(v128.load(x + at), rate), first)
    const size = f64x2.mul(v128.load(amplitude + at), sizes)
    storePolar(size, f64x2.add(v128.load(phase + at), turn), re + at, im + at)
  }
}
