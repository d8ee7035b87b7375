import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createFft, type FloatArray } from './fft.ts'
import { rootOfUnity } from './roots.ts'
import { precisions, relativeError, samples } from './testing/samples.ts'

/** Sum of squares with compensation (Neumaier): a plain sum of many would err more than the transform. */
function energy(parts: readonly FloatArray[]): number {
  let sum = 0
  let lost = 0
  for (const part of parts)
    for (const value of part) {
      const term = value ** 2
      const next = sum + term
      lost += sum >= term ? sum - next + term : term - next + sum
      sum = next
    }
  return sum + lost
}

const transforms = createFft({ cacheBytes: 2 ** 18 })
const lengths = fc.oneof(fc.integer({ min: 1, max: 600 }), fc.constantFrom(1009, 2048, 2187, 5000, 8192, 16384, 20011))
const cases = fc.record({
  n: lengths,
  rows: fc.integer({ min: 1, max: 9 }),
  seed: fc.integer({ min: 1, max: 200 }),
  precision: fc.constantFrom(...precisions),
})
const runs = { numRuns: 150 }

test('a transform there and back returns the values', () => {
  fc.assert(
    fc.property(cases, ({ n, rows, seed, precision: { ArrayType, tolerance } }) => {
      const [re, im] = [new ArrayType(samples(seed, n * rows)), new ArrayType(samples(seed + 1, n * rows))]
      const spectrum = transforms.fft(re, im, n)
      const back = transforms.fft(spectrum.re, spectrum.im, n, { inverse: true })
      // Two transforms: twice the error of one.
      expect(relativeError([back.re, back.im], [re, im])).toBeLessThan(2 * tolerance)
      const half = transforms.rfft(re, n)
      expect(relativeError([transforms.irfft(half.re, half.im, n)], [re])).toBeLessThan(2 * tolerance)
    }),
    runs,
  )
})

test('the transform is linear', () => {
  fc.assert(
    fc.property(cases, fc.integer({ min: -8, max: 8 }), ({ n, rows, seed, precision }, factor) => {
      const { ArrayType, tolerance } = precision
      const [x, y] = [samples(seed, n * rows), samples(seed + 1, n * rows)]
      const [a, b] = [transforms.rfft(new ArrayType(x), n), transforms.rfft(new ArrayType(y), n)]
      const sum = transforms.rfft(new ArrayType(x.map((v, i) => v + factor * y[i]!)), n)
      // Measured against the parts, which may cancel in the sum.
      let largest = 0
      let worst = 0
      for (const part of ['re', 'im'] as const)
        for (const [k, value] of sum[part].entries()) {
          const [p, q] = [a[part][k]!, factor * b[part][k]!]
          largest = Math.max(largest, Math.abs(p) + Math.abs(q))
          worst = Math.max(worst, Math.abs(value - p - q))
        }
      expect(worst).toBeLessThanOrEqual(2 * tolerance * largest)
    }),
    runs,
  )
})

test('the energy is that of the spectrum over n (Parseval)', () => {
  fc.assert(
    fc.property(cases, ({ n, seed, precision: { ArrayType, tolerance } }) => {
      const [re, im] = [new ArrayType(samples(seed, n)), new ArrayType(samples(seed + 1, n))]
      const spectrum = transforms.fft(re, im, n)
      const ratio = energy([spectrum.re, spectrum.im]) / (n * energy([re, im]))
      expect(Math.abs(ratio - 1)).toBeLessThan(2 * tolerance)
    }),
    runs,
  )
})

test('a rotation of a row turns the phases of its spectrum', () => {
  fc.assert(
    fc.property(cases, fc.nat(20_000), ({ n, seed, precision: { ArrayType, tolerance } }, shift) => {
      const x = new ArrayType(samples(seed, n))
      const rotated = x.map((_, t) => x[(t + shift) % n]!)
      const [a, b] = [transforms.rfft(x, n), transforms.rfft(rotated, n)]
      const turned = Array.from(a.re, (re, k) => {
        const root = rootOfUnity(-k * shift, n)
        return { re: re * root.re - a.im[k]! * root.im, im: re * root.im + a.im[k]! * root.re }
      })
      const expected = [turned.map(v => v.re), turned.map(v => v.im)]
      expect(relativeError([b.re, b.im], expected)).toBeLessThan(2 * tolerance)
    }),
    runs,
  )
})

test('a row does not depend on its neighbours, their scale or their number', () => {
  fc.assert(
    fc.property(cases, ({ n, rows, seed, precision: { ArrayType } }) => {
      const x = new ArrayType(samples(seed, n * rows))
      const loud = x.map((v, i) => (Math.floor(i / n) === rows - 1 ? v : v * 1e20))
      const bins = Math.floor(n / 2) + 1
      const last = (array: { readonly re: ArrayLike<number> }) => Array.from(array.re).slice(-bins)
      expect(last(transforms.rfft(loud, n))).toEqual(last(transforms.rfft(x, n)))
      expect(last(transforms.rfft(x.subarray((rows - 1) * n), n))).toEqual(last(transforms.rfft(x, n)))
      x.fill(Number.NaN, 0, (rows - 1) * n)
      expect(last(transforms.rfft(x, n)).every(Number.isFinite)).toBe(true)
    }),
    runs,
  )
})

test('the same call gives the same bits with fresh plans', () => {
  fc.assert(
    fc.property(cases, ({ n, rows, seed, precision: { ArrayType } }) => {
      const x = new ArrayType(samples(seed, n * rows))
      expect(createFft().rfft(x, n)).toEqual(transforms.rfft(x, n))
    }),
    { numRuns: 20 },
  )
})
