import { type Progress, silentProgress } from '../../core/index.ts'
import type { FloatArray } from '../../tensor/fft/index.ts'
import { addScaled, type ComplexRows, innerProductOf, normalizeRow, rowOf, zeroRows } from './complex-rows.ts'
import { hermitianEigen } from './hermitian-eigen.ts'

/** Orthonormal vectors that hold a set of spectra. */
export interface ReducedBasis {
  /** The first hold most of the spectra's power, and so on: any number of them is the best basis of that size. */
  readonly vectors: ComplexRows
  /** Part of each spectrum's power that the basis does not hold. */
  readonly lost: Float64Array
}

export interface ReducedBasisOptions {
  /** Most vectors. */
  readonly size: number
  /** Part of their power that spectra may lack in the mean: so many vectors as it takes, up to `size`. */
  readonly tolerance: number
  readonly progress?: Progress
}

/** Lost power that is but rounding: what has lost no more is held. */
const rounding = 1e-13

/** Vectors of the greedy basis, per vector of the result at most. */
const greedySurplus = 2

/**
 * An orthonormal basis of a set of unit spectra that leaves out least of their power: their principal components. Spectra
 * are first written in a larger basis, found by the greedy algorithm (Field et al. 2011, arXiv:1101.3765): again and again
 * the spectrum that it holds worst is added. The components are the eigenvectors of the covariance of what the spectra
 * have along it, which is small.
 */
export function reducedBasis(
  spectra: ComplexRows<FloatArray>,
  { size, tolerance, progress = silentProgress }: ReducedBasisOptions,
): ReducedBasis {
  const greedy = greedyBasis(spectra, { size: Math.min(spectra.rows, greedySurplus * size), tolerance, progress })
  const { values, vectors: components } = hermitianEigen(covariance(greedy.coefficients))
  const held = values.reduce((sum, value) => sum + Math.max(0, value), 0)
  const outside = greedy.lost.reduce((sum, part) => sum + part, 0)
  let count = 0
  for (let left = held + outside; count < Math.min(size, values.length) && left > tolerance * spectra.rows; count++)
    left -= values[count]!
  const vectors = zeroRows(count, spectra.length)
  for (let i = 0; i < count; i++) {
    const { re, im } = rowOf(components, i)
    for (let b = 0; b < greedy.vectors.rows; b++) addScaled(vectors, i, greedy.vectors, b, { re: re[b]!, im: im[b]! })
    normalizeRow(vectors, i)
  }
  return { vectors, lost: lostBy(greedy, components, count) }
}

interface GreedyBasis extends ReducedBasis {
  /** What each spectrum has along each vector, `[spectra, vectors]`. */
  readonly coefficients: ComplexRows
}

function greedyBasis(
  spectra: ComplexRows<FloatArray>,
  { size, tolerance, progress = silentProgress }: ReducedBasisOptions,
): GreedyBasis {
  const vectors = zeroRows(size, spectra.length)
  const coefficients = zeroRows(spectra.rows, size)
  const lost = new Float64Array(spectra.rows).fill(1)
  const work = progress.begin('finding a basis', { total: size, unit: 'vectors' })
  let found = 0
  while (found < size) {
    const worst = lost.indexOf(lost.reduce((a, b) => Math.max(a, b), 0))
    if (lost[worst]! <= Math.max(tolerance, rounding)) break
    addScaled(vectors, found, spectra, worst, { re: 1, im: 0 })
    // Twice: what the first pass leaves of nearly dependent vectors is rounding of large numbers.
    for (const _ of [1, 2]) {
      for (let i = 0; i < found; i++) {
        const { re, im } = innerProductOf(vectors, i, vectors, found)
        addScaled(vectors, found, vectors, i, { re: -re, im: -im })
      }
      normalizeRow(vectors, found)
    }
    for (let row = 0; row < spectra.rows; row++) {
      const { re, im } = innerProductOf(vectors, found, spectra, row)
      coefficients.re[row * size + found] = re
      coefficients.im[row * size + found] = im
      lost[row] = Math.max(0, lost[row]! - re * re - im * im)
    }
    found++
    work.advance(1, { worst: lost[worst]!.toExponential(1) })
  }
  work.finish()
  return {
    vectors: columnsOf(vectors, { rows: found }),
    coefficients: columnsOf(coefficients, { columns: found }),
    lost,
  }
}

/** The first rows and columns of a set of rows. */
function columnsOf(
  set: ComplexRows,
  { rows = set.rows, columns = set.length }: { readonly rows?: number; readonly columns?: number },
): ComplexRows {
  const part = zeroRows(rows, columns)
  for (let row = 0; row < rows; row++) {
    const [target, source] = [rowOf(part, row), rowOf(set, row)]
    target.re.set(source.re.subarray(0, columns))
    target.im.set(source.im.subarray(0, columns))
  }
  return part
}

/** sum over rows of c_i conj(c_j), `[length, length]`. */
function covariance({ re, im, rows, length }: ComplexRows): ComplexRows {
  const out = zeroRows(length, length)
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < length; i++) {
      const [x, y] = [re[row * length + i]!, im[row * length + i]!]
      for (let j = 0; j < length; j++) {
        const [u, v] = [re[row * length + j]!, im[row * length + j]!]
        out.re[i * length + j]! += x * u + y * v
        out.im[i * length + j]! += y * u - x * v
      }
    }
  return out
}

/** Part of each spectrum's power outside of the first components. */
function lostBy({ lost, coefficients }: GreedyBasis, components: ComplexRows, count: number): Float64Array {
  return lost.map((outside, row) => {
    let left = outside
    for (let i = count; i < components.rows; i++) {
      const { re, im } = innerProductOf(components, i, coefficients, row)
      left += re * re + im * im
    }
    return left
  })
}
