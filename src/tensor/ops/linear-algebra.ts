import { QuadrupoleError } from '../../core/index.ts'
import { bandedSolve } from '../primitives/banded.ts'
import { cholesky as factor, triangularSolve } from '../primitives/linear-algebra.ts'
import { noParams } from '../primitives/rules.ts'
import { broadcastShapes, normalizeAxis, showShape } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import { calledAs } from './called-as.ts'
import { requireFloat } from './elementwise.ts'

/**
 * The Cholesky factor of symmetric positive definite matrices [..., n, n]: lower triangular L with L L^T = A. A's
 * symmetric part counts, so gradients are symmetric. Compiled, it is a loop of n steps.
 *
 * @throws `data` where a matrix is not positive definite, naming it and the leading minor; compiled, that gives NaN.
 *   `shape` unless matrices are square, `dtype` unless they are float.
 * @example
 * cholesky(tensor([[4, 2], [2, 10]])) // [[2, 0], [1, 3]]
 */
export function cholesky(a: Tensor): Tensor {
  requireFloat('cholesky', a)
  if (a.rank < 2 || a.shape.at(-1) !== a.shape.at(-2))
    throw new QuadrupoleError(
      'shape',
      `cholesky: ${showShape(a.shape)} is no stack of square matrices; expected [..., n, n]`,
    )
  return factor.bind([a.add(a.moveAxis(-1, -2)).mul(0.5)], noParams)[0]!
}

export interface SolveTriangularOptions {
  /** The upper triangle is read, not the lower one; false by default. */
  readonly upper?: boolean
  /** Solves A^T x = b; false by default. */
  readonly transpose?: boolean
  /** The diagonal counts as ones; false by default. */
  readonly unitDiagonal?: boolean
}

/**
 * x with A x = b for triangular matrices A [..., n, n], whose other triangle is not read, and b [n] or [..., n, k];
 * leading axes broadcast. A zero on the diagonal gives infinities. Compiled, it is a loop of n steps.
 *
 * @throws `shape` where A is not square or b has another length.
 */
export function solveTriangular(a: Tensor, b: Tensor, options: SolveTriangularOptions = {}): Tensor {
  const { upper = false, transpose = false, unitDiagonal = false } = options
  const params = { isUpper: upper, isTransposed: transpose, hasUnitDiagonal: unitDiagonal }
  return solvedBy('solveTriangular', a, b, (matrix, sides) => triangularSolve.bind([matrix, sides], params)[0]!)
}

/** x with A x = b, of A's Cholesky factor L and b [n] or [..., n, k]. */
export const choleskySolve = (l: Tensor, b: Tensor): Tensor =>
  solveTriangular(l, solveTriangular(l, b), { transpose: true })

/** x with A x = b for symmetric positive definite A [..., n, n] and b [n] or [..., n, k]; throws as `cholesky`. */
export const solvePositiveDefinite = (a: Tensor, b: Tensor): Tensor => choleskySolve(cholesky(a), b)

/** Logarithm of the determinant of symmetric positive definite matrices [..., n, n]; throws as `cholesky`. */
export const logDeterminant = (a: Tensor): Tensor => diagonal(cholesky(a)).log().sum({ axes: -1 }).mul(2)

export interface SolveBandedOptions {
  /** Diagonals below the main one; 1 by default. */
  readonly lower?: number
  /** Diagonals above the main one; 1 by default. */
  readonly upper?: number
}

/**
 * x with A x = b for matrices of few diagonals, given as `scipy.linalg.solve_banded` wants them:
 * bands[upper + i - j, j] = A[i, j], shape [..., lower + upper + 1, n]; b is [n] or [..., n, k] with equal leading axes.
 *
 * Eagerly rows are interchanged for stability. Compiled (a loop of n steps) they are not: A should be diagonally
 * dominant or positive definite there.
 *
 * @throws `data` where a matrix is singular, `shape` where shapes do not fit.
 * @example
 * solveBanded(tensor([[0, 1, 1], [4, 4, 4], [1, 1, 0]]), tensor([5, 6, 5])) // [1, 1, 1]
 */
export const solveBanded = calledAs(
  'solveBanded',
  (bands: Tensor, b: Tensor, options: SolveBandedOptions = {}): Tensor => {
    const { lower = 1, upper = 1 } = options
    const params = { below: lower, above: upper, isTransposed: false }
    return solvedBy('solveBanded', bands, b, (matrix, sides) => {
      const batch = broadcastShapes('solveBanded', matrix.shape.slice(0, -2), sides.shape.slice(0, -2))
      const whole = (x: Tensor): Tensor => x.broadcastTo([...batch, ...x.shape.slice(-2)])
      return bandedSolve.bind([whole(matrix), whole(sides)], params)[0]!
    })
  },
)

/** Solves for a vector as for a matrix of one column, with ranks aligned. */
function solvedBy(where: string, a: Tensor, b: Tensor, solve: (a: Tensor, b: Tensor) => Tensor): Tensor {
  requireFloat(where, a)
  requireFloat(where, b)
  if (a.rank < 2 || b.rank === 0 || b.shape.at(b.rank === 1 ? -1 : -2) !== a.shape.at(-1))
    throw new QuadrupoleError(
      'shape',
      `${where}: matrices ${showShape(a.shape)} and right sides ${showShape(b.shape)}; with matrices of ${a.shape.at(-1) ?? 0} columns, expected [${a.shape.at(-1) ?? 0}] or [..., ${a.shape.at(-1) ?? 0}, k]`,
    )
  const sides = b.rank === 1 ? b.expandAxis(-1) : b
  const rank = Math.max(a.rank, sides.rank)
  const ranked = (x: Tensor): Tensor => x.reshape([...new Array<number>(rank - x.rank).fill(1), ...x.shape])
  const solution = solve(ranked(a), ranked(sides))
  return b.rank === 1 ? solution.squeeze(-1) : solution
}

/** The diagonals of matrices in the last two axes: [..., n, m] to [..., min(n, m)]. */
export function diagonal(x: Tensor): Tensor {
  normalizeAxis('diagonal', -2, x.rank)
  const n = Math.min(x.shape.at(-1)!, x.shape.at(-2)!)
  const square = x.slice({ '-2': [0, n], '-1': [0, n] })
  return square.reshape([...x.shape.slice(0, -2), n * n]).slice({ '-1': [0, null, n + 1] })
}

/** Sums of products along the last axis, broadcast elsewhere. */
export const vecdot = (a: Tensor, b: Tensor): Tensor => a.mul(b).sum({ axes: -1 })

/** All products of elements of two tensors: the shapes joined. */
export const outer = (a: Tensor, b: Tensor): Tensor => a.reshape([...a.shape, ...b.shape.map(() => 1)]).mul(b)
