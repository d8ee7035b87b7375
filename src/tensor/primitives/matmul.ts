import { QuadrupoleError } from '../../core/index.ts'
import { allocate, type NumberStorage } from '../dtype.ts'
import { microsoftDomain } from '../onnx/lowering.ts'
import { definePrimitive, type Primitive } from '../primitive.ts'
import { broadcastShapes, type Shape, showShape, sizeOf } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import { sumToShape } from './elementwise.ts'
import { broadcastOffsets, checkDTypes, floats } from './rules.ts'

export interface MatmulParams {
  /** Whether an operand's last two axes are swapped first. */
  readonly transposeA: boolean
  readonly transposeB: boolean
}

/** Rows and columns of a matrix operand, after its transposition. */
const matrixShape = (shape: Shape, isTransposed: boolean): readonly [number, number] => {
  const [rows, columns] = shape.slice(-2) as [number, number]
  return isTransposed ? [columns, rows] : [rows, columns]
}

/**
 * For a product of so many columns the left matrix is transposed first: ONNX Runtime's FusedMatMul reads it across its rows
 * for every block of columns, which takes twice the time where rows are powers of two long.
 */
const manyColumns = 128

/** Products of matrices in the last two axes; leading axes are equal or have length 1. */
export const matmul: Primitive<MatmulParams> = definePrimitive<MatmulParams>({
  name: 'matmul',
  infer: ([a, b], { transposeA, transposeB }) => {
    const dtype = checkDTypes('matmul', [a!, b!], floats)
    if (a!.shape.length < 2 || a!.shape.length !== b!.shape.length)
      throw new QuadrupoleError(
        'shape',
        `matmul: operands have shapes ${showShape(a!.shape)} and ${showShape(b!.shape)}, expected equal ranks of 2 or more`,
      )
    const [rows, inner] = matrixShape(a!.shape, transposeA)
    const [innerB, columns] = matrixShape(b!.shape, transposeB)
    if (inner !== innerB)
      throw new QuadrupoleError(
        'shape',
        `matmul: ${showShape(a!.shape)} times ${showShape(b!.shape)} has inner lengths ${inner} and ${innerB}; they must be equal`,
      )
    const batch = broadcastShapes('matmul: batches', a!.shape.slice(0, -2), b!.shape.slice(0, -2))
    return [{ shape: [...batch, rows, columns], dtype }]
  },
  run: ([a, b], { transposeA, transposeB }, [result]) => {
    const batch = result!.shape.slice(0, -2)
    const [rows, inner] = matrixShape(a!.shape, transposeA)
    const [, columns] = matrixShape(b!.shape, transposeB)
    const out = allocate(result!.dtype, sizeOf(result!.shape)) as NumberStorage
    const offsetsA = broadcastOffsets(a!.shape.slice(0, -2), batch)
    const offsetsB = broadcastOffsets(b!.shape.slice(0, -2), batch)
    for (let i = 0; i < offsetsA.length; i++) {
      const left = a!.data.subarray(offsetsA[i]! * rows * inner, (offsetsA[i]! + 1) * rows * inner) as NumberStorage
      const right = b!.data.subarray(
        offsetsB[i]! * inner * columns,
        (offsetsB[i]! + 1) * inner * columns,
      ) as NumberStorage
      const target = out.subarray(i * rows * columns, (i + 1) * rows * columns)
      multiply(target, left, right, { rows, inner, columns, transposeA, transposeB })
    }
    return [out]
  },
  gradient: ({ inputs, cotangents, needed, params: { transposeA, transposeB } }) => {
    const [a, b] = inputs as [Tensor, Tensor]
    const cotangent = cotangents[0]!
    const product = (x: Tensor, y: Tensor, flipX: boolean, flipY: boolean, shape: Shape): Tensor =>
      sumToShape(matmul.bind([x, y], { transposeA: flipX, transposeB: flipY })[0]!, shape)
    return [
      needed[0]
        ? transposeA
          ? product(b, cotangent, transposeB, true, a.shape)
          : product(cotangent, b, false, !transposeB, a.shape)
        : undefined,
      needed[1]
        ? transposeB
          ? product(cotangent, a, true, transposeA, b.shape)
          : product(a, cotangent, !transposeA, false, b.shape)
        : undefined,
    ]
  },
  lower: (onnx, [a, b], { params: { transposeA, transposeB }, inputs, outputs: [result] }) => {
    // ONNX Runtime does not stretch a batch of 1 to one of 0
    if (result!.shape.includes(0)) return onnx.constant(allocate(result!.dtype, 0), result!.shape)
    const rank = inputs[0]!.shape.length
    const perm = Array.from({ length: rank }, (_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis))
    const swap = (name: string, isTransposed: boolean): string =>
      isTransposed ? onnx.op('Transpose', [name], { attributes: { perm } }) : name
    const isFused = onnx.provider === 'cpu'
    const isReadAcross = isFused && transposeA && result!.shape.at(-1)! < manyColumns
    const left = isReadAcross ? a! : swap(a!, transposeA)
    if (!isFused || !(isReadAcross || transposeB)) return onnx.op('MatMul', [left, swap(b!, transposeB)])
    return onnx.op('FusedMatMul', [left, b!], {
      domain: microsoftDomain,
      attributes: { transA: isReadAcross ? 1 : 0, transB: transposeB ? 1 : 0 },
    })
  },
  batch: ({ inputs, batched, params }) =>
    matmul.bind(
      inputs.map((input, i) => (batched[i] ? input : input.reshape([1, ...input.shape]))),
      params,
    ),
})

interface Product extends MatmulParams {
  readonly rows: number
  readonly inner: number
  readonly columns: number
}

/** One product, accumulated in float64 row by row. */
function multiply(out: NumberStorage, a: NumberStorage, b: NumberStorage, product: Product): void {
  const { rows, inner, columns, transposeA, transposeB } = product
  const right = transposeB ? transposed(b, columns, inner) : b
  const row = new Float64Array(columns)
  for (let i = 0; i < rows; i++) {
    row.fill(0)
    for (let k = 0; k < inner; k++) {
      const factor = transposeA ? a[k * rows + i]! : a[i * inner + k]!
      const start = k * columns
      for (let j = 0; j < columns; j++) row[j]! += factor * right[start + j]!
    }
    out.set(row, i * columns)
  }
}

function transposed(matrix: NumberStorage, rows: number, columns: number): Float64Array {
  const out = new Float64Array(matrix.length)
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = matrix[i * columns + j]!
  return out
}
