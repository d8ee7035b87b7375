import { type Complex, complex, distance, type ZerosPolesGain } from './zeros-poles.ts'

/**
 * A recursive filter as a cascade of second-order sections, `coefficients` of shape `[sections, 6]`: `b0 b1 b2 a0 a1 a2`
 * with `a0 = 1`. The layout is SciPy's `sos`.
 */
export interface SecondOrderSections {
  readonly coefficients: Float64Array
  readonly sections: number
}

const isReal = (root: Complex): boolean => Math.abs(root.im) <= 100 * Number.EPSILON * Math.hypot(root.re, root.im)
const isPair = (root: Complex): boolean => !isReal(root)

/** One of each conjugate pair (the one above the real axis) and the real roots. */
const halfPlane = (roots: readonly Complex[]): Complex[] =>
  roots.filter(root => isReal(root) || root.im > 0).map(root => (isReal(root) ? complex(root.re) : root))

/** Takes out of a list the root for which `cost` is least. */
function take(roots: Complex[], cost: (root: Complex) => number): Complex | undefined {
  let best = -1
  let least = Number.POSITIVE_INFINITY
  roots.forEach((root, index) => {
    const value = cost(root)
    if (value < least) [best, least] = [index, value]
  })
  return best < 0 ? undefined : roots.splice(best, 1)[0]
}

const fromUnitCircle = (root: Complex): number => Math.abs(1 - Math.hypot(root.re, root.im))
const realOnly = (cost: (root: Complex) => number) => (root: Complex) =>
  isReal(root) ? cost(root) : Number.POSITIVE_INFINITY

/** `1 + c1 z^-1 + c2 z^-2` of one conjugate pair or of up to two real roots. */
function quadratic(roots: readonly Complex[]): [number, number, number] {
  const [first, second] = roots
  if (first === undefined) return [1, 0, 0]
  if (isPair(first)) return [1, -2 * first.re, first.re * first.re + first.im * first.im]
  if (second === undefined) return [1, -first.re, 0]
  return [1, -(first.re + second.re), first.re * second.re]
}

/**
 * Pairs poles and zeros into second-order sections as SciPy's `zpk2sos` does with `pairing='nearest'`: the pole nearest
 * the unit circle goes with the zeros nearest to it into the last section, which keeps peaks of gain between
 * sections low; the gain goes into the first.
 */
export function toSecondOrderSections({ zeros, poles, gain }: ZerosPolesGain): SecondOrderSections {
  const sections = Math.ceil(Math.max(zeros.length, poles.length) / 2)
  const pad = (roots: readonly Complex[]) => [
    ...roots,
    ...Array.from({ length: 2 * sections - roots.length }, () => complex(0)),
  ]
  const freePoles = halfPlane(pad(poles))
  const freeZeros = halfPlane(pad(zeros))
  const coefficients = new Float64Array(sections * 6)
  for (let section = sections - 1; section >= 0; section--) {
    const pole = take(freePoles, fromUnitCircle)!
    const sectionPoles = isPair(pole) ? [pole] : [pole, take(freePoles, realOnly(fromUnitCircle))!]
    const zero = take(freeZeros, root => distance(root, pole))!
    const sectionZeros = isPair(zero)
      ? [zero]
      : [
          zero,
          take(
            freeZeros,
            realOnly(root => distance(root, pole)),
          )!,
        ]
    coefficients.set(quadratic(sectionZeros), section * 6)
    coefficients.set(quadratic(sectionPoles), section * 6 + 3)
  }
  for (let i = 0; i < 3; i++) coefficients[i]! *= gain
  return { coefficients, sections }
}
