import { QuadrupoleError } from '../../core/index.ts'
import { castStorage } from '../dtype.ts'
import { eye } from '../ops/create.ts'
import { definePrimitive, type Primitive } from '../primitive.ts'
import { broadcastShapes, type Shape, showShape, sizeOf } from '../shape.ts'
import { Tensor } from '../tensor.ts'
import type { Spec } from '../trace.ts'
import { scan } from '../transform/scan.ts'
import { alignBatch, sumToShape } from './elementwise.ts'
import { broadcastOffsets, checkDTypes, floats, type NoParams, noParams } from './rules.ts'

/** Ones where a row and a column say so, zeros elsewhere: [n, n]. */
function pattern(n: number, like: Tensor, value: (row: number, column: number) => number): Tensor {
  const values = Float64Array.from({ length: n * n }, (_, i) => value(Math.floor(i / n), i % n))
  return Tensor.of(castStorage(values, like.dtype), [n, n])
}

const matrixTransposed = (x: Tensor): Tensor => x.moveAxis(-1, -2)

function squareOrder(where: string, { shape }: Spec): number {
  const [rows, columns] = shape.slice(-2)
  if (shape.length < 2 || rows !== columns || rows === 0)
    throw new QuadrupoleError('shape', `${where}: ${showShape(shape)} is no stack of square matrices [..., n, n]`)
  return rows!
}

/** Which matrix of a batch is meant, for messages. */
export function batchIndex(at: number, batch: Shape): string {
  const index = batch.map((n, axis) => Math.floor(at / sizeOf(batch.slice(axis + 1))) % n)
  return batch.length === 0 ? 'the matrix' : `matrix [${index.join(', ')}]`
}

/** Lower triangular L with L L^T = A, of which the lower triangle is read; zeros above the diagonal. */
export const cholesky: Primitive<NoParams> = definePrimitive<NoParams>({
  name: 'cholesky',
  infer: ([a]) => {
    const dtype = checkDTypes('cholesky', [a!], floats)
    squareOrder('cholesky', a!)
    return [{ shape: a!.shape, dtype }]
  },
  run: ([a]) => {
    const n = a!.shape.at(-1)!
    const out = new Float64Array(a!.size)
    const data = a!.data as Float64Array
    for (let start = 0, at = 0; start < out.length; start += n * n, at++) {
      const minor = factorised(data, out, start, n)
      if (minor > 0)
        throw new QuadrupoleError(
          'data',
          `cholesky: ${batchIndex(at, a!.shape.slice(0, -2))} is not positive definite, its leading minor of order ${minor} is not positive; check its symmetry and add to the diagonal`,
          { details: { batch: at, minor } },
        )
    }
    return [castStorage(out, a!.dtype)]
  },
  // I. Murray, arXiv:1602.07527, equations 9 and 10, for changes of the lower triangle alone
  gradient: ({ outputs, cotangents }) => {
    const [factor] = outputs as [Tensor]
    const n = factor.shape.at(-1)!
    const half = pattern(n, factor, (row, column) => (row > column ? 1 : row === column ? 0.5 : 0))
    const product = factor.matmul(cotangents[0]!, { transposeA: true }).mul(half)
    const params = { isUpper: false, isTransposed: true, hasUnitDiagonal: false }
    const solve = (b: Tensor): Tensor => triangularSolve.bind([factor, b], params)[0]!
    const sensitivity = solve(matrixTransposed(solve(product)))
    return [sensitivity.add(matrixTransposed(sensitivity)).mul(half)]
  },
  decompose: ([a]) => [byColumns(a!)],
  lower: 'decomposed',
  batch: ({ inputs }) => cholesky.bind(inputs, noParams),
})

/** Factorises one matrix by rows; gives the order of the first leading minor that is not positive, or 0. */
function factorised(a: ArrayLike<number>, out: Float64Array, start: number, n: number): number {
  for (let row = 0; row < n; row++) {
    const at = start + row * n
    for (let column = 0; column <= row; column++) {
      const other = start + column * n
      let rest = a[at + column]!
      for (let k = 0; k < column; k++) rest -= out[at + k]! * out[other + k]!
      if (column < row) out[at + column] = rest / out[other + column]!
      else if (rest > 0) out[at + row] = Math.sqrt(rest)
      else return row + 1
    }
  }
  return 0
}

/** A column a step, each taken out of the rest of the matrix (right-looking). */
function byColumns(a: Tensor): Tensor {
  const n = a.shape.at(-1)!
  const unit = eye(n, { dtype: a.dtype })
  const below = pattern(n, a, (column, row) => (row >= column ? 1 : 0))
  const [, columns] = scan(
    (rest: Tensor, [chosen, mask]: readonly [Tensor, Tensor]) => {
      const column = rest.matmul(chosen).mul(mask)
      const pivot = column.mul(chosen).sum({ axes: -1, keepAxes: true })
      const scaled = column.div(pivot.sqrt())
      return [rest.sub(scaled.expandAxis(-1).mul(scaled.expandAxis(-2))), scaled] as const
    },
    a,
    [unit, below] as const,
  )
  return columns.moveAxis(0, -1)
}

export interface TriangularSolveParams {
  /** Which triangle is read. */
  readonly isUpper: boolean
  /** Solves A^T x = b. */
  readonly isTransposed: boolean
  /** Takes the diagonal as ones, without reading it. */
  readonly hasUnitDiagonal: boolean
}

/** x with A x = b, or A^T x = b, for triangular A [..., n, n] and b [..., n, k]; leading axes as those of `matmul`. */
export const triangularSolve: Primitive<TriangularSolveParams> = definePrimitive<TriangularSolveParams>({
  name: 'triangularSolve',
  infer: ([a, b]) => {
    const dtype = checkDTypes('triangularSolve', [a!, b!], floats)
    const n = squareOrder('triangularSolve', a!)
    if (b!.shape.length !== a!.shape.length || b!.shape.at(-2) !== n)
      throw new QuadrupoleError(
        'shape',
        `triangularSolve: matrices ${showShape(a!.shape)} and right sides ${showShape(b!.shape)}; expected [..., ${n}, ${n}] and [..., ${n}, k] of equal ranks`,
      )
    const batch = broadcastShapes('triangularSolve: batches', a!.shape.slice(0, -2), b!.shape.slice(0, -2))
    return [{ shape: [...batch, ...b!.shape.slice(-2)], dtype }]
  },
  run: ([a, b], params, [result]) => {
    const batch = result!.shape.slice(0, -2)
    const [n, width] = result!.shape.slice(-2) as [number, number]
    const matrices = broadcastOffsets(a!.shape.slice(0, -2), batch)
    const sides = broadcastOffsets(b!.shape.slice(0, -2), batch)
    const out = new Float64Array(sizeOf(result!.shape))
    for (let i = 0; i < matrices.length; i++) {
      const x = out.subarray(i * n * width, (i + 1) * n * width)
      x.set((b!.data as Float64Array).subarray(sides[i]! * n * width, (sides[i]! + 1) * n * width))
      substitute((a!.data as Float64Array).subarray(matrices[i]! * n * n, (matrices[i]! + 1) * n * n), x, n, params)
    }
    return [castStorage(out, result!.dtype)]
  },
  gradient: ({ inputs, outputs, cotangents, needed, params }) => {
    const [a, b] = inputs as [Tensor, Tensor]
    const ofB = triangularSolve.bind([a, cotangents[0]!], { ...params, isTransposed: !params.isTransposed })[0]!
    const [left, right] = params.isTransposed ? [outputs[0]!, ofB] : [ofB, outputs[0]!]
    const ofA = (): Tensor => left.matmul(right, { transposeB: true }).mul(triangle(a, params)).neg()
    return [needed[0] ? sumToShape(ofA(), a.shape) : undefined, needed[1] ? sumToShape(ofB, b.shape) : undefined]
  },
  decompose: ([a, b], params) => [byRows(a!, b!, params)],
  lower: 'decomposed',
  batch: context => triangularSolve.bind(alignBatch(context), context.params),
})

/** Ones where the matrix is read. */
const triangle = (a: Tensor, { isUpper, hasUnitDiagonal }: TriangularSolveParams): Tensor =>
  pattern(a.shape.at(-1)!, a, (row, column) =>
    row === column ? (hasUnitDiagonal ? 0 : 1) : (isUpper ? column > row : row > column) ? 1 : 0,
  )

const isForward = ({ isUpper, isTransposed }: TriangularSolveParams): boolean => isUpper === isTransposed

/** Solves in place, one row of the solution after another. */
function substitute(a: ArrayLike<number>, x: Float64Array, n: number, params: TriangularSolveParams): void {
  const width = x.length / n
  const forward = isForward(params)
  for (let step = 0; step < n; step++) {
    const row = forward ? step : n - 1 - step
    const [from, to] = forward ? [0, row] : [row + 1, n]
    for (let k = from; k < to; k++) {
      const factor = params.isTransposed ? a[k * n + row]! : a[row * n + k]!
      for (let j = 0; j < width; j++) x[row * width + j]! -= factor * x[k * width + j]!
    }
    if (!params.hasUnitDiagonal) for (let j = 0; j < width; j++) x[row * width + j]! /= a[row * n + row]!
  }
}

/** A row of the solution a step; rows that are not known yet are zero. */
function byRows(a: Tensor, b: Tensor, params: TriangularSolveParams): Tensor {
  const n = a.shape.at(-1)!
  const batch = broadcastShapes('triangularSolve', a.shape.slice(0, -2), b.shape.slice(0, -2))
  const isRead = triangle(a, params).cast('bool')
  const rows = isRead.where(a, 0).moveAxis(params.isTransposed ? -1 : -2, 0)
  const unit = eye(n, { dtype: a.dtype })
  const sides = b.moveAxis(-2, 0)
  const [, solution] = scan(
    (known: Tensor, [row, side, chosen]: readonly [Tensor, Tensor, Tensor]) => {
      const rest = side.expandAxis(-2).sub(row.expandAxis(-2).matmul(known))
      const pivot = row.mul(chosen).sum({ axes: -1, keepAxes: true }).expandAxis(-1)
      const found = params.hasUnitDiagonal ? rest : rest.div(pivot)
      return [known.add(chosen.expandAxis(-1).mul(found)), found] as const
    },
    a.like(0).broadcastTo([...batch, n, b.shape.at(-1)!]),
    [rows, sides, unit] as const,
    { reverse: !isForward(params) },
  )
  return solution.moveAxis(0, -3).reshape([...batch, n, b.shape.at(-1)!])
}
