/** A complex number of filter design; signals never take this form. */
export interface Complex {
  readonly re: number
  readonly im: number
}

/** A filter as the zeros and poles of its transfer function, with its gain. */
export interface ZerosPolesGain {
  readonly zeros: readonly Complex[]
  readonly poles: readonly Complex[]
  readonly gain: number
}

export const complex = (re: number, im = 0): Complex => ({ re, im })
const add = (a: Complex, b: Complex): Complex => complex(a.re + b.re, a.im + b.im)
const subtract = (a: Complex, b: Complex): Complex => complex(a.re - b.re, a.im - b.im)
const multiply = (a: Complex, b: Complex): Complex => complex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re)
const scale = (a: Complex, by: number): Complex => complex(a.re * by, a.im * by)
const modulus = (a: Complex): number => Math.hypot(a.re, a.im)

export const distance = (a: Complex, b: Complex): number => modulus(subtract(a, b))

function divide(a: Complex, b: Complex): Complex {
  const norm = b.re * b.re + b.im * b.im
  return scale(multiply(a, complex(b.re, -b.im)), 1 / norm)
}

function squareRoot(a: Complex): Complex {
  const root = modulus(a)
  const re = Math.sqrt((root + Math.abs(a.re)) / 2)
  if (re === 0) return complex(0)
  const im = a.im / (2 * re)
  if (a.re >= 0) return complex(re, im)
  return complex(Math.abs(im), a.im < 0 ? -re : re)
}

/** `product(-a)` over roots, which is real because complex roots come in conjugate pairs. */
const productOfNegatives = (roots: readonly Complex[]): number =>
  roots.reduce((product, root) => multiply(product, scale(root, -1)), complex(1)).re

/** The analogue Butterworth low-pass prototype of cutoff 1 rad/s: poles evenly spaced on the left half circle. */
export function butterworthPrototype(order: number): ZerosPolesGain {
  const poles = Array.from({ length: order }, (_, k) => {
    const angle = (Math.PI * (2 * k + 1 - order)) / (2 * order)
    return complex(-Math.cos(angle), 2 * k + 1 === order ? 0 : -Math.sin(angle))
  })
  return { zeros: [], poles, gain: 1 }
}

/** A low-pass prototype moved to the cutoff `frequency` (rad/s). */
export function toLowPass({ zeros, poles, gain }: ZerosPolesGain, frequency: number): ZerosPolesGain {
  return {
    zeros: zeros.map(zero => scale(zero, frequency)),
    poles: poles.map(pole => scale(pole, frequency)),
    gain: gain * frequency ** (poles.length - zeros.length),
  }
}

/** A low-pass prototype turned into a high-pass of the cutoff `frequency` (rad/s): `s -> frequency / s`. */
export function toHighPass({ zeros, poles, gain }: ZerosPolesGain, frequency: number): ZerosPolesGain {
  const invert = (root: Complex) => divide(complex(frequency), root)
  return {
    zeros: [...zeros.map(invert), ...Array.from({ length: poles.length - zeros.length }, () => complex(0))],
    poles: poles.map(invert),
    gain: (gain * productOfNegatives(zeros)) / productOfNegatives(poles),
  }
}

/** The two solutions of `s^2 - 2 half s + centre^2 = 0` of each: those with the positive root first, then the others. */
function split(halves: readonly Complex[], centre: number): Complex[] {
  const offsets = halves.map(half => squareRoot(subtract(multiply(half, half), complex(centre * centre))))
  return [...halves.map((half, i) => add(half, offsets[i]!)), ...halves.map((half, i) => subtract(half, offsets[i]!))]
}

/** A low-pass prototype turned into a band-pass (rad/s): `s -> (s^2 + centre^2) / (s bandwidth)`. */
export function toBandPass({ zeros, poles, gain }: ZerosPolesGain, centre: number, bandwidth: number): ZerosPolesGain {
  const halve = (roots: readonly Complex[]) => roots.map(root => scale(root, bandwidth / 2))
  const degree = poles.length - zeros.length
  return {
    zeros: [...split(halve(zeros), centre), ...Array.from({ length: degree }, () => complex(0))],
    poles: split(halve(poles), centre),
    gain: gain * bandwidth ** degree,
  }
}

/** A low-pass prototype turned into a band-stop (rad/s): `s -> s bandwidth / (s^2 + centre^2)`. */
export function toBandStop({ zeros, poles, gain }: ZerosPolesGain, centre: number, bandwidth: number): ZerosPolesGain {
  const invert = (roots: readonly Complex[]) => roots.map(root => divide(complex(bandwidth / 2), root))
  const degree = poles.length - zeros.length
  const notches = (im: number) => Array.from({ length: degree }, () => complex(0, im))
  return {
    zeros: [...split(invert(zeros), centre), ...notches(centre), ...notches(-centre)],
    poles: split(invert(poles), centre),
    gain: (gain * productOfNegatives(zeros)) / productOfNegatives(poles),
  }
}

/** An analogue filter made digital by the bilinear transform `z = (2 fs + s) / (2 fs - s)`. */
export function bilinear({ zeros, poles, gain }: ZerosPolesGain, sampleRate: number): ZerosPolesGain {
  const twice = complex(2 * sampleRate)
  const map = (root: Complex) => divide(add(twice, root), subtract(twice, root))
  const product = (roots: readonly Complex[]) =>
    roots.reduce((value, root) => multiply(value, subtract(twice, root)), complex(1))
  return {
    zeros: [...zeros.map(map), ...Array.from({ length: poles.length - zeros.length }, () => complex(-1))],
    poles: poles.map(map),
    gain: gain * divide(product(zeros), product(poles)).re,
  }
}
