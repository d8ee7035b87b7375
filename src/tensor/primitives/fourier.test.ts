import { describe, expect, test } from 'vitest'
import { foldIn, normal, randomKey } from '../../core/index.ts'
import type { FloatDType } from '../dtype.ts'
import { createFft } from '../fft/index.ts'
import { referenceDft } from '../fft/reference.ts'
import '../methods.ts'
import { tensor } from '../ops/create.ts'
import type { Tensor } from '../tensor.ts'
import { vjp } from '../transform/grad.ts'
import { jit } from '../transform/jit.ts'
import { fft, irfft, rfft } from './fourier.ts'
import { noParams } from './rules.ts'

/** Relative L2 errors allowed, forward, inverse and gradient, eager and compiled. */
const limits: Readonly<Record<FloatDType, number>> = { float32: 5e-7, float64: 1e-14 }

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1)

/** Primes, powers, and lengths the field uses; the last ones have large prime factors. */
const larger = [
  512,
  1000,
  1024,
  1536,
  2048,
  3000,
  4096,
  4410,
  6000,
  8192,
  10000,
  16384,
  44100,
  65536,
  347,
  1021,
  2047,
  8191,
  16381,
  65537,
  2 ** 20,
]

interface Samples {
  readonly x: Tensor
  readonly y: Tensor
  /** One-sided, as a spectrum or as cotangents. */
  readonly re: Tensor
  readonly im: Tensor
}

function samplesOf(n: number, dtype: FloatDType): Samples {
  const draw = (name: string, count: number): Tensor =>
    tensor(normal(foldIn(foldIn(randomKey(7), n), name), count), { shape: [1, count], dtype })
  const bins = Math.floor(n / 2) + 1
  return { x: draw('x', n), y: draw('y', n), re: draw('re', bins), im: draw('im', bins) }
}

/** Every transform of a length and its gradient. */
function transformsOf({ x, y, re, im }: Samples): readonly Tensor[] {
  const n = x.shape.at(-1)!
  const forward = vjp((samples: Tensor) => rfft.bind([samples], noParams), x)
  const inverse = vjp((a: Tensor, b: Tensor) => irfft.bind([a, b], { n }), re, im)
  const complex = vjp((a: Tensor, b: Tensor) => fft.bind([a, b], { isInverse: false }), x, y)
  const back = vjp((a: Tensor, b: Tensor) => fft.bind([a, b], { isInverse: true }), x, y)
  return [
    ...forward.output,
    ...forward.pullback([re, im]),
    ...inverse.output,
    ...inverse.pullback([x]),
    ...complex.output,
    ...complex.pullback([x, y]),
    ...back.output,
    ...back.pullback([x, y]),
  ]
}

type Dft = (re: ArrayLike<number>, im: ArrayLike<number>) => { re: Float64Array; im: Float64Array }

/** What `transformsOf` must give, by a float64 transform that is judged elsewhere. */
function expectedOf({ x, y, re, im }: Samples, dft: Dft): Float64Array[] {
  const n = x.shape.at(-1)!
  const [a, b, c, d] = [x, y, re, im].map(each => Float64Array.from(each.data as Float64Array)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  const bins = c.length
  const scaled = (values: Float64Array, by: (i: number) => number) => values.map((value, i) => value * by(i))
  const count = (k: number): number => (k === 0 || 2 * k === n ? 1 : 2)
  const padded = (values: Float64Array) => Float64Array.from({ length: n }, (_, i) => values[i] ?? 0)
  const conjugated = (p: Float64Array, q: Float64Array) => {
    const z = dft(
      p,
      scaled(q, () => -1),
    )
    return { re: z.re, im: scaled(z.im, () => -1) }
  }
  const real = dft(a, new Float64Array(n))
  const ofSpectrum = conjugated(padded(scaled(c, count)), padded(scaled(d, k => (count(k) === 1 ? 0 : 2))))
  const complex = dft(a, b)
  const conjugate = conjugated(a, b)
  const over = (values: Float64Array) => scaled(values, () => 1 / n)
  return [
    real.re.slice(0, bins),
    real.im.slice(0, bins),
    conjugated(padded(c), padded(d)).re,
    over(ofSpectrum.re),
    scaled(real.re.slice(0, bins), k => count(k) / n),
    scaled(real.im.slice(0, bins), k => count(k) / n),
    complex.re,
    complex.im,
    conjugate.re,
    conjugate.im,
    over(conjugate.re),
    over(conjugate.im),
    over(complex.re),
    over(complex.im),
  ]
}

/** Outputs that are parts of one complex result are judged together: one of them may be zero. */
const groups = [[0, 1], [2], [3], [4, 5], [6, 7], [8, 9], [10, 11], [12, 13]]

function relativeErrors(found: readonly Tensor[], expected: readonly Float64Array[]): number[] {
  return groups.map(members => {
    let [error, size] = [0, 0]
    for (const member of members)
      expected[member]!.forEach((value, i) => {
        error += ((found[member]!.data[i] as number) - value) ** 2
        size += value ** 2
      })
    return Math.sqrt(error / size)
  })
}

function expectAccurate(n: number, dtype: FloatDType, found: readonly Tensor[], expected: readonly Float64Array[]) {
  const errors = relativeErrors(found, expected)
  const worst = Math.max(...errors)
  if (!(worst < limits[dtype]))
    expect.fail(`length ${n} in ${dtype}: relative errors ${errors.map(e => e.toExponential(1))}`)
}

const direct: Dft = (re, im) => referenceDft(re, im)
const host = createFft()
/** The host's float64 kernel, for what `direct` would take long over; where both judge, they agree. */
const fast: Dft = (re, im) => host.fft(Float64Array.from(re), Float64Array.from(im), re.length)

describe.each(['float64', 'float32'] as const)('transforms in %s', dtype => {
  test.each([
    ['every length from 1 to 300', upTo(300), dtype === 'float64' ? direct : fast, 50],
    ['larger lengths', larger, fast, 1],
  ] as const)('of %s are accurate, eager and compiled, with their gradients', async (_name, lengths, dft, together) => {
    for (let i = 0; i < lengths.length; i += together) {
      const all = lengths.slice(i, i + together)
      const samples = all.map(n => samplesOf(n, dtype))
      const compiled = jit((each: readonly Samples[]) => each.map(transformsOf))
      const found = await compiled(samples)
      await compiled.dispose()
      all.forEach((n, k) => {
        const expected = expectedOf(samples[k]!, dft)
        expectAccurate(n, dtype, found[k]!, expected)
        expectAccurate(n, dtype, transformsOf(samples[k]!), expected)
      })
    }
  })
})
