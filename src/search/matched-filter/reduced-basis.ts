import { addScaled, type ComplexRows, innerProductOf, normalizeRow, zeroRows } from './complex-rows.ts'

/** Orthonormal vectors that hold a set of spectra. */
export interface ReducedBasis {
  readonly vectors: ComplexRows
  /** Part of each spectrum's power that the basis does not hold. */
  readonly lost: Float64Array
}

/**
 * An orthonormal basis of a set of unit spectra by the greedy algorithm (Field et al. 2011, arXiv:1101.3765): again and
 * again the spectrum that the basis holds worst is added, so the error left is that of the worst one. Ends at `size`
 * vectors, or when none has lost more than `tolerance` of its power.
 */
export function reducedBasis(
  spectra: ComplexRows,
  { size, tolerance = 0 }: { readonly size: number; readonly tolerance?: number },
): ReducedBasis {
  const residuals: ComplexRows = { ...spectra, re: spectra.re.slice(), im: spectra.im.slice() }
  const vectors = zeroRows(size, spectra.length)
  const lost = new Float64Array(spectra.rows).fill(1)
  let found = 0
  while (found < size) {
    const worst = lost.indexOf(lost.reduce((a, b) => Math.max(a, b), 0))
    if (lost[worst]! <= tolerance) break
    addScaled(vectors, found, residuals, worst, { re: 1, im: 0 })
    normalizeRow(vectors, found)
    // A residual carries rounding of all steps before: once more makes the vector orthogonal to working precision.
    for (let i = 0; i < found; i++) {
      const { re, im } = innerProductOf(vectors, i, vectors, found)
      addScaled(vectors, found, vectors, i, { re: -re, im: -im })
    }
    normalizeRow(vectors, found)
    for (let row = 0; row < spectra.rows; row++) {
      const { re, im } = innerProductOf(vectors, found, residuals, row)
      addScaled(residuals, row, vectors, found, { re: -re, im: -im })
      lost[row] = Math.max(0, lost[row]! - re * re - im * im)
    }
    found++
  }
  const { length } = spectra
  return {
    vectors: {
      re: vectors.re.slice(0, found * length),
      im: vectors.im.slice(0, found * length),
      rows: found,
      length,
    },
    lost,
  }
}
