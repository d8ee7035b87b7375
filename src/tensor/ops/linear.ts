import { QuadrupoleError } from '../../core/index.ts'
import { matmul as product } from '../primitives/matmul.ts'
import { showShape } from '../shape.ts'
import type { Tensor } from '../tensor.ts'

export interface MatmulOptions {
  /** Swaps the last two axes of an operand first. */
  readonly transposeA?: boolean
  readonly transposeB?: boolean
}

/**
 * Matrix product over the last axis of `a` and the last but one of `b`; leading axes are batches and broadcast. A
 * vector counts as a row (on the left) or a column (on the right), whose axis goes again.
 *
 * @throws `shape` where inner lengths differ, `dtype` where dtypes do.
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  const { transposeA = false, transposeB = false } = options
  if (a.rank === 0 || b.rank === 0)
    throw new QuadrupoleError(
      'shape',
      `matmul: shapes ${showShape(a.shape)} and ${showShape(b.shape)}, expected vectors or matrices; use mul for a scalar`,
    )
  const inner = [
    a.shape[a.rank === 1 || !transposeA ? a.rank - 1 : a.rank - 2],
    b.shape[b.rank === 1 || transposeB ? b.rank - 1 : b.rank - 2],
  ]
  if (inner[0] !== inner[1])
    throw new QuadrupoleError(
      'shape',
      `matmul: ${showShape(a.shape)}${transposeA ? ' transposed' : ''} times ${showShape(b.shape)}${transposeB ? ' transposed' : ''} has inner lengths ${inner[0]} and ${inner[1]}; they must be equal`,
    )
  if (a.rank === 1) return dropAxis(matmul(a.reshape([1, a.size]), b, { transposeB }), b.rank === 1 ? -1 : -2)
  if (b.rank === 1) return dropAxis(matmul(a, b.reshape([b.size, 1]), { transposeA }), -1)
  const params = { transposeA, transposeB }
  // a matrix on the right is shared by all rows of all batches: one large product
  if (b.rank === 2 && a.rank > 2 && !transposeA) {
    const rows = product.bind([a.reshape([-1, a.shape.at(-1)!]), b], params)[0]!
    return rows.reshape([...a.shape.slice(0, -1), rows.shape[1]!])
  }
  const rank = Math.max(a.rank, b.rank)
  const ranked = (x: Tensor): Tensor => x.reshape([...new Array<number>(rank - x.rank).fill(1), ...x.shape])
  return product.bind([ranked(a), ranked(b)], params)[0]!
}

const dropAxis = (x: Tensor, axis: number): Tensor => x.reshape(x.shape.toSpliced(axis + x.rank, 1))
