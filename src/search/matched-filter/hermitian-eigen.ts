import { type ComplexRows, rowOf, zeroRows } from './complex-rows.ts'

/** Eigenvalues, largest first, and the eigenvectors, one a row. */
export interface HermitianEigen {
  readonly values: Float64Array
  readonly vectors: ComplexRows
}

/** Sweeps over all pairs at most; each squares what is left off the diagonal, so that six or seven do. */
const mostSweeps = 30

/**
 * Eigenvalues and eigenvectors of a Hermitian matrix, `[n, n]`, by cyclic Jacobi rotations (Golub and Van Loan, Matrix
 * Computations, section 8.5): to working precision, the small ones too.
 */
export function hermitianEigen(matrix: ComplexRows): HermitianEigen {
  const n = matrix.rows
  const a: ComplexRows = { ...matrix, re: matrix.re.slice(), im: matrix.im.slice() }
  const v = zeroRows(n, n)
  for (let i = 0; i < n; i++) v.re[i * n + i] = 1
  const size = Math.sqrt(a.re.reduce((sum, x, i) => sum + x * x + a.im[i]! ** 2, 0))
  for (let sweep = 0; sweep < mostSweeps && offDiagonal(a) > 1e-15 * size; sweep++)
    for (let p = 0; p < n - 1; p++) for (let q = p + 1; q < n; q++) rotate(a, v, p, q)
  const diagonal = Float64Array.from({ length: n }, (_, i) => a.re[i * n + i]!)
  const order = [...diagonal.keys()].sort((i, j) => diagonal[j]! - diagonal[i]! || i - j)
  const vectors = zeroRows(n, n)
  for (const [to, from] of order.entries()) {
    const [target, source] = [rowOf(vectors, to), rowOf(v, from)]
    target.re.set(source.re)
    // Rows of v are the eigenvectors' adjoints.
    target.im.set(source.im.map(x => -x))
  }
  return { values: Float64Array.from(order, i => diagonal[i]!), vectors }
}

function offDiagonal({ re, im, rows: n }: ComplexRows): number {
  let power = 0
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) if (i !== j) power += re[i * n + j]! ** 2 + im[i * n + j]! ** 2
  return Math.sqrt(power)
}

/** Makes element (p, q) zero by a rotation of rows and columns p and q; rows of `v` turn along. */
function rotate(a: ComplexRows, v: ComplexRows, p: number, q: number): void {
  const n = a.rows
  const [x, y] = [a.re[p * n + q]!, a.im[p * n + q]!]
  const modulus = Math.hypot(x, y)
  const [first, second] = [a.re[p * n + p]!, a.re[q * n + q]!]
  if (modulus <= 1e-18 * (Math.abs(first) + Math.abs(second))) return
  const tau = (second - first) / (2 * modulus)
  const tangent = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.hypot(1, tau))
  const c = 1 / Math.hypot(1, tangent)
  // The rotation is c in both, s e^(i phi) between: phi is the element's phase.
  const turn = { c, re: (c * tangent * x) / modulus, im: (c * tangent * y) / modulus }
  turnRows(a, p, q, turn)
  // Columns of a Hermitian matrix are the conjugates of its rows.
  turnColumns(a, p, q, turn)
  turnRows(v, p, q, turn)
}

interface Turn {
  readonly c: number
  readonly re: number
  readonly im: number
}

/** Rows p and q become c p - s q and conj(s) p + c q. */
function turnRows({ re, im, length }: ComplexRows, p: number, q: number, turn: Turn): void {
  const [from, to] = [p * length, q * length]
  for (let k = 0; k < length; k++) turnPair(re, im, from + k, to + k, turn, 1)
}

/** The same of columns, with the conjugates of the factors. */
function turnColumns({ re, im, length, rows }: ComplexRows, p: number, q: number, turn: Turn): void {
  for (let k = 0; k < rows; k++) turnPair(re, im, k * length + p, k * length + q, turn, -1)
}

function turnPair(re: Float64Array, im: Float64Array, p: number, q: number, turn: Turn, sign: 1 | -1): void {
  const [a, b, x, y] = [re[p]!, im[p]!, re[q]!, im[q]!]
  const [sRe, sIm] = [turn.re, sign * turn.im]
  re[p] = turn.c * a - (sRe * x - sIm * y)
  im[p] = turn.c * b - (sRe * y + sIm * x)
  re[q] = sRe * a + sIm * b + turn.c * x
  im[q] = sRe * b - sIm * a + turn.c * y
}
