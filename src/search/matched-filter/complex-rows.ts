import type { FloatArray } from '../../tensor/fft/index.ts'

/** Rows of complex numbers of one length, one after the other; float64 unless said otherwise. */
export interface ComplexRows<T extends FloatArray = Float64Array> {
  readonly re: T
  readonly im: T
  readonly rows: number
  readonly length: number
}

/** Rows of zeros. */
export const zeroRows = (rows: number, length: number): ComplexRows => ({
  re: new Float64Array(rows * length),
  im: new Float64Array(rows * length),
  rows,
  length,
})

/** The same of half the memory: for sets of many spectra. */
export const zeroSingleRows = (rows: number, length: number): ComplexRows<Float32Array> => ({
  re: new Float32Array(rows * length),
  im: new Float32Array(rows * length),
  rows,
  length,
})

/** One row, as views. */
export function rowOf<T extends FloatArray>({ re, im, length }: ComplexRows<T>, row: number): { re: T; im: T } {
  const part = (values: T) => values.subarray(row * length, (row + 1) * length) as T
  return { re: part(re), im: part(im) }
}

/** sum of conj(a) b over the row of two sets. */
export function innerProductOf(
  a: ComplexRows<FloatArray>,
  i: number,
  b: ComplexRows<FloatArray>,
  j: number,
): { re: number; im: number } {
  const [x, y] = [rowOf(a, i), rowOf(b, j)]
  let [re, im] = [0, 0]
  for (let k = 0; k < a.length; k++) {
    re += x.re[k]! * y.re[k]! + x.im[k]! * y.im[k]!
    im += x.re[k]! * y.im[k]! - x.im[k]! * y.re[k]!
  }
  return { re, im }
}

/** a_i += (re + i im) b_j. */
export function addScaled(
  a: ComplexRows,
  i: number,
  b: ComplexRows<FloatArray>,
  j: number,
  scale: { re: number; im: number },
): void {
  const [x, y] = [rowOf(a, i), rowOf(b, j)]
  for (let k = 0; k < a.length; k++) {
    x.re[k]! += scale.re * y.re[k]! - scale.im * y.im[k]!
    x.im[k]! += scale.re * y.im[k]! + scale.im * y.re[k]!
  }
}

/** Scales a row to unit norm and returns the norm it had. */
export function normalizeRow(a: ComplexRows, i: number): number {
  const { re, im } = rowOf(a, i)
  let power = 0
  for (let k = 0; k < a.length; k++) power += re[k]! ** 2 + im[k]! ** 2
  const norm = Math.sqrt(power)
  for (let k = 0; k < a.length; k++) {
    re[k]! /= norm
    im[k]! /= norm
  }
  return norm
}
