import type { BandedSolveParams } from './banded.ts'

/** L and U of a matrix of few diagonals, rows interchanged: each row from `below` before its diagonal. */
export interface BandFactors {
  readonly n: number
  readonly below: number
  /** Entries of a row that may differ from 0, from its diagonal on. */
  readonly reach: number
  readonly rows: Float64Array
  /** The row that was interchanged with each. */
  readonly pivots: Int32Array
}

/** Factorises with partial pivoting; gives the first column without a pivot, if there is one. */
export function factorisedBands(
  bands: ArrayLike<number>,
  n: number,
  { below: lower, above: upper, isTransposed }: BandedSolveParams,
): BandFactors | number {
  const [below, above] = isTransposed ? [upper, lower] : [lower, upper]
  const reach = above + below + 1
  const width = below + reach
  const rows = new Float64Array(n * width)
  const at = (i: number, j: number): number => i * width + j - i + below
  for (let j = 0; j < n; j++)
    for (let i = Math.max(0, j - upper); i <= Math.min(n - 1, j + lower); i++)
      rows[isTransposed ? at(j, i) : at(i, j)] = bands[(upper + i - j) * n + j]!
  const pivots = new Int32Array(n)
  for (let column = 0; column < n; column++) {
    const last = Math.min(n - 1, column + below)
    let pivot = column
    for (let i = column + 1; i <= last; i++)
      if (Math.abs(rows[at(i, column)]!) > Math.abs(rows[at(pivot, column)]!)) pivot = i
    pivots[column] = pivot
    if (rows[at(pivot, column)] === 0) return column
    const end = Math.min(n, column + reach)
    if (pivot !== column)
      for (let j = column; j < end; j++) {
        const held = rows[at(column, j)]!
        rows[at(column, j)] = rows[at(pivot, j)]!
        rows[at(pivot, j)] = held
      }
    for (let i = column + 1; i <= last; i++) {
      const factor = rows[at(i, column)]! / rows[at(column, column)]!
      rows[at(i, column)] = factor
      for (let j = column + 1; j < end; j++) rows[at(i, j)]! -= factor * rows[at(column, j)]!
    }
  }
  return { n, below, reach, rows, pivots }
}

/** Replaces right sides [n, k] by solutions. */
export function solveBands({ n, below, reach, rows, pivots }: BandFactors, x: Float64Array): void {
  const count = x.length / n
  const width = below + reach
  const at = (i: number, j: number): number => i * width + j - i + below
  for (let column = 0; column < n; column++) {
    const pivot = pivots[column]!
    for (let k = 0; k < count; k++) {
      const value = x[pivot * count + k]!
      x[pivot * count + k] = x[column * count + k]!
      x[column * count + k] = value
      for (let i = column + 1; i <= Math.min(n - 1, column + below); i++)
        x[i * count + k]! -= rows[at(i, column)]! * value
    }
  }
  for (let i = n - 1; i >= 0; i--)
    for (let k = 0; k < count; k++) {
      let rest = x[i * count + k]!
      for (let j = i + 1; j < Math.min(n, i + reach); j++) rest -= rows[at(i, j)]! * x[j * count + k]!
      x[i * count + k] = rest / rows[at(i, i)]!
    }
}
