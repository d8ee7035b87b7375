import { describe, expect, test } from 'vitest'
import { normal, randomKey } from '../../core/index.ts'
import { addScaled, type ComplexRows, innerProductOf, normalizeRow, rowOf, zeroRows } from './complex-rows.ts'
import { hermitianEigen } from './hermitian-eigen.ts'
import { reducedBasis } from './reduced-basis.ts'

function randomRows(rows: number, length: number, seed: number): ComplexRows {
  const values = normal(randomKey(seed), 2 * rows * length)
  return { re: values.slice(0, rows * length), im: values.slice(rows * length), rows, length }
}

/** Distance of a set's Gram matrix from the unit matrix. */
function departure(set: ComplexRows): number {
  let most = 0
  for (let i = 0; i < set.rows; i++)
    for (let j = 0; j < set.rows; j++) {
      const { re, im } = innerProductOf(set, i, set, j)
      most = Math.max(most, Math.hypot(re - (i === j ? 1 : 0), im))
    }
  return most
}

describe('the eigenvectors of a Hermitian matrix', () => {
  const n = 24
  const random = randomRows(n, n, 1)
  const matrix = zeroRows(n, n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      const { re, im } = innerProductOf(random, i, random, j)
      matrix.re[i * n + j] = re
      matrix.im[i * n + j] = im
    }
  const { values, vectors } = hermitianEigen(matrix)

  test('are what it only scales, by the eigenvalues in order', () => {
    for (let v = 0; v < n; v++) {
      const own = rowOf(vectors, v)
      for (let i = 0; i < n; i++) {
        let [re, im] = [-values[v]! * own.re[i]!, -values[v]! * own.im[i]!]
        for (let j = 0; j < n; j++) {
          re += matrix.re[i * n + j]! * own.re[j]! - matrix.im[i * n + j]! * own.im[j]!
          im += matrix.re[i * n + j]! * own.im[j]! + matrix.im[i * n + j]! * own.re[j]!
        }
        expect(Math.hypot(re, im)).toBeLessThan(1e-12 * values[0]!)
      }
    }
    expect([...values]).toEqual([...values].sort((a, b) => b - a))
    const trace = Array.from({ length: n }, (_, i) => matrix.re[i * n + i]!).reduce((a, b) => a + b)
    expect(values.reduce((a, b) => a + b)).toBeCloseTo(trace, 9)
  })

  test('are orthonormal', () => {
    expect(departure(vectors)).toBeLessThan(1e-13)
  })
})

describe('a reduced basis', () => {
  // Sums of twelve directions whose shares fall by half from each to the next.
  const [rows, length, dimensions] = [80, 200, 12]
  const directions = randomRows(dimensions, length, 2)
  for (let i = 0; i < dimensions; i++) normalizeRow(directions, i)
  const shares = randomRows(rows, dimensions, 3)
  const spectra = zeroRows(rows, length)
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < dimensions; i++) {
      const { re, im } = rowOf(shares, row)
      addScaled(spectra, row, directions, i, { re: re[i]! * 2 ** -i, im: im[i]! * 2 ** -i })
    }
    normalizeRow(spectra, row)
  }
  const held = (vectors: ComplexRows, row: number) => {
    let power = 0
    for (let i = 0; i < vectors.rows; i++) {
      const { re, im } = innerProductOf(vectors, i, spectra, row)
      power += re * re + im * im
    }
    return power
  }
  const mean = (values: Float64Array) => values.reduce((a, b) => a + b) / values.length

  test('is orthonormal, and says what it leaves out', () => {
    const { vectors, lost } = reducedBasis(spectra, { size: 5, tolerance: 0 })
    expect(vectors.rows).toBe(5)
    expect(departure(vectors)).toBeLessThan(1e-12)
    for (let row = 0; row < rows; row++) expect(lost[row]).toBeCloseTo(1 - held(vectors, row), 10)
  })

  test('holds more than any greedy choice of as many spectra, and no more directions than there are', () => {
    const { vectors, lost } = reducedBasis(spectra, { size: 40, tolerance: 1e-12 })
    expect(vectors.rows).toBeLessThanOrEqual(dimensions)
    expect(mean(lost)).toBeLessThan(1e-11)
    // A chosen spectrum in place of a component can only hold less.
    const { lost: few } = reducedBasis(spectra, { size: 4, tolerance: 0 })
    const chosen = zeroRows(4, length)
    for (let i = 0; i < 4; i++) {
      addScaled(chosen, i, spectra, i, { re: 1, im: 0 })
      for (let j = 0; j < i; j++) {
        const { re, im } = innerProductOf(chosen, j, chosen, i)
        addScaled(chosen, i, chosen, j, { re: -re, im: -im })
      }
      normalizeRow(chosen, i)
    }
    const greedy = Float64Array.from({ length: rows }, (_, row) => 1 - held(chosen, row))
    expect(mean(few)).toBeLessThan(mean(greedy))
  })

  test('ends where spectra lack no more than they may in the mean', () => {
    const { vectors, lost } = reducedBasis(spectra, { size: 40, tolerance: 1e-3 })
    expect(mean(lost)).toBeLessThanOrEqual(1e-3)
    const { lost: fewer } = reducedBasis(spectra, { size: vectors.rows - 1, tolerance: 0 })
    expect(mean(fewer)).toBeGreaterThan(1e-3)
  })

  test('has the vectors of a smaller one first', () => {
    const some = reducedBasis(spectra, { size: 6, tolerance: 0 })
    const more = reducedBasis(spectra, { size: 12, tolerance: 0 })
    for (let row = 0; row < rows; row++)
      expect(held({ ...more.vectors, rows: 6 }, row)).toBeCloseTo(held(some.vectors, row), 8)
  })
})
