import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { QuadrupoleError } from '../../core/index.ts'
import { createFft } from './fft.ts'
import { referenceDft } from './reference.ts'
import { precisions, relativeError, samples } from './testing/samples.ts'

const { fft, rfft, irfft } = createFft()

// The other rows are the first two times powers of two, so that one reference serves all exactly.
const rowScales = [1, 1, 0.5, -4, 2, 0.25, -1] as const
const spread = (first: ArrayLike<number>, second: ArrayLike<number>): Float64Array => {
  const n = first.length
  return Float64Array.from(
    { length: n * rowScales.length },
    (_, i) => rowScales[Math.floor(i / n)]! * (Math.floor(i / n) % 2 === 0 ? first : second)[i % n]!,
  )
}

interface Reference {
  readonly n: number
  readonly re: Float64Array
  readonly im: Float64Array
  readonly forward: { readonly re: Float64Array; readonly im: Float64Array }
  readonly real: { readonly re: Float64Array; readonly im: Float64Array }
}

function makeReference(n: number): Reference {
  const rows = [0, 1].map(row => {
    const [re, im] = [samples(2 * row + 1, n), samples(2 * row + 2, n)]
    const forward = referenceDft(re, im)
    const bins = Math.floor(n / 2) + 1
    // The spectrum of the real part is the Hermitian part of the spectrum.
    const realRe = Float64Array.from({ length: bins }, (_, k) => (forward.re[k]! + forward.re[(n - k) % n]!) / 2)
    const realIm = Float64Array.from({ length: bins }, (_, k) => (forward.im[k]! - forward.im[(n - k) % n]!) / 2)
    return { re, im, forward, real: { re: realRe, im: realIm } }
  })
  const [a, b] = rows as [(typeof rows)[0], (typeof rows)[0]]
  return {
    n,
    re: spread(a.re, b.re),
    im: spread(a.im, b.im),
    forward: { re: spread(a.forward.re, b.forward.re), im: spread(a.forward.im, b.forward.im) },
    real: { re: spread(a.real.re, b.real.re), im: spread(a.real.im, b.real.im) },
  }
}

describe('every length from 1 to 300 agrees with the definition', () => {
  const references = Array.from({ length: 300 }, (_, i) => makeReference(i + 1))

  for (const { name, ArrayType, tolerance } of precisions)
    for (const rows of [1, 2, 7])
      test(`in ${name}, ${rows} rows`, () => {
        const take = (values: Float64Array, rowLength: number) => new ArrayType(values.subarray(0, rows * rowLength))
        const errors: Record<string, number>[] = references.map(({ n, re, im, forward, real }) => {
          const bins = Math.floor(n / 2) + 1
          const [x, y] = [take(re, n), take(im, n)]
          const spectrum = fft(x, y, n)
          const truth = [forward.re, forward.im].map(part => part.subarray(0, rows * n))
          // With real and imaginary parts exchanged on both sides, the forward transform is n times the inverse.
          const inverse = fft(y, x, n, { inverse: true })
          const half = rfft(x, n)
          const halfTruth = [real.re, real.im].map(part => part.subarray(0, rows * bins))
          const series = irfft(take(real.re, bins), take(real.im, bins), n)
          return {
            forward: relativeError([spectrum.re, spectrum.im], truth),
            inverse: relativeError(
              [inverse.im, inverse.re],
              truth.map(part => part.map(v => v / n)),
            ),
            real: relativeError([half.re, half.im], halfTruth),
            inverseReal: relativeError([series], [x]),
          }
        })
        for (const kind of ['forward', 'inverse', 'real', 'inverseReal']) {
          const bad = errors.flatMap((error, i) => (error[kind]! < tolerance ? [] : [`${i + 1}: ${error[kind]}`]))
          expect(bad, kind).toEqual([])
        }
      })
})

interface Golden {
  readonly max: number
  readonly re: readonly number[]
  readonly im: readonly number[]
}

const golden = JSON.parse(readFileSync(new URL('fixtures/long-rows.json', import.meta.url), 'utf8')) as readonly {
  readonly n: number
  readonly at: readonly number[]
  readonly bins: readonly number[]
  readonly forward: Golden
  readonly inverse: Golden
  readonly real: Golden
  readonly inverseReal: Golden
}[]

describe('long rows agree with SciPy in extended precision', () => {
  for (const { n, at, bins, forward, inverse, real, inverseReal } of golden)
    for (const { name, ArrayType, tolerance } of precisions)
      test(`length ${n} in ${name}, and there and back`, () => {
        const pick = (array: ArrayLike<number>, where: readonly number[]) => where.map(k => array[k]!)
        const [x, y] = [new ArrayType(samples(1, n)), new ArrayType(samples(2, n))]
        const check = (what: string, actual: readonly ArrayLike<number>[], where: readonly number[], truth: Golden) => {
          const expected = truth.im === undefined ? [truth.re] : [truth.re, truth.im]
          const picked = actual.map(part => pick(part, where))
          expect(relativeError(picked, expected, { largest: truth.max }), what).toBeLessThan(tolerance)
        }
        const spectrum = fft(x, y, n)
        check('forward', [spectrum.re, spectrum.im], at, forward)
        const transformed = fft(x, y, n, { inverse: true })
        check('inverse', [transformed.re, transformed.im], at, inverse)
        const half = rfft(x, n)
        check('real', [half.re, half.im], bins, real)
        const count = Math.floor(n / 2) + 1
        check('inverse real', [irfft(x.subarray(0, count), y.subarray(0, count), n)], at, inverseReal)

        const back = fft(spectrum.re, spectrum.im, n, { inverse: true, out: spectrum })
        expect(norm(back.re, x), 'complex round trip').toBeLessThan(tolerance)
        expect(norm(back.im, y), 'complex round trip').toBeLessThan(tolerance)
        expect(norm(irfft(half.re, half.im, n), x), 'real round trip').toBeLessThan(tolerance)
      })
})

function norm(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let error = 0
  let total = 0
  for (let i = 0; i < expected.length; i++) {
    error += (actual[i]! - expected[i]!) ** 2
    total += expected[i]! ** 2
  }
  return Math.sqrt(error / total)
}

test('imaginary parts that a real series cannot have are ignored', () => {
  for (const n of [1, 2, 9, 16, 1024]) {
    const { re, im } = rfft(samples(1, n), n)
    const spoilt = im.slice()
    spoilt[0] = 1e3
    if (n % 2 === 0) spoilt[n / 2] = -1e3
    expect(irfft(re, spoilt, n)).toEqual(irfft(re, im, n))
  }
})

test('results can go to arrays that exist, also those that came in', () => {
  const n = 96
  const [re, im] = [samples(1, 5 * n), samples(2, 5 * n)]
  const expected = fft(re, im, n)
  expect(fft(re, im, n, { out: { re, im } }).re).toBe(re)
  expect({ re, im }).toEqual({ re: expected.re, im: expected.im })
})

test('no rows give no rows', () => {
  expect(rfft(new Float32Array(0), 8).re).toEqual(new Float32Array(0))
  expect(irfft(new Float64Array(0), new Float64Array(0), 8)).toEqual(new Float64Array(0))
})

test('a wrong length is refused, with the numbers in the message', () => {
  const four = new Float64Array(4)
  const codeOf = (run: () => unknown): string => {
    try {
      run()
    } catch (error) {
      if (error instanceof QuadrupoleError) return `${error.code} ${error.message}`
    }
    return 'nothing was thrown'
  }
  expect(codeOf(() => rfft(four, 3))).toMatch(/^shape .*4 values.*rows of 3/)
  expect(codeOf(() => rfft(four, 0))).toMatch(/^argument .*n is 0/)
  expect(codeOf(() => fft(four, new Float64Array(3), 4))).toMatch(/^shape .*im has 3 values, expected 4/)
  expect(codeOf(() => irfft(four, four, 8))).toMatch(/^shape /)
  expect(codeOf(() => rfft(four, 4, { out: { re: four, im: four } }))).toMatch(/^shape .*out.re has 4.*expected 3/)
})
