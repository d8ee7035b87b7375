import { uniform } from '../../../core/index.ts'
import type { Shape } from '../../shape.ts'
import type { Cases } from '../case.ts'
import { evenly, type Input } from '../inputs.ts'

/** Matrices with large diagonals, whose triangles differ: definite, and only one triangle may be read. */
const dominant = (shape: Shape): Input => {
  const n = shape.at(-1)!
  const draw: Input['draw'] = (key, count) =>
    uniform(key, count, { low: -1 }).map((x, at) => (Math.floor(at / n) % n === at % n ? x + n + 1 : x))
  return { shape, draw }
}

/** Diagonals of matrices whose main one is large. */
const bands = (batch: Shape, n: number, below: number, above: number): Input => {
  const count = below + above + 1
  const draw: Input['draw'] = (key, size) =>
    uniform(key, size, { low: -1 }).map((x, at) => (Math.floor(at / n) % count === above ? x + count + 1 : x))
  return { shape: [...batch, count, n], draw }
}

const both = [false, true]

export const linearAlgebraCases = {
  cholesky: [
    [1, 1],
    [5, 5],
    [2, 3, 3],
  ].map(shape => ({ inputs: [dominant(shape)] })),
  triangularSolve: [
    ...both.flatMap(isUpper =>
      both.flatMap(isTransposed =>
        both.map(hasUnitDiagonal => ({
          inputs: [dominant([2, 4, 4]), evenly([2, 4, 3])],
          params: { isUpper, isTransposed, hasUnitDiagonal },
        })),
      ),
    ),
    {
      inputs: [dominant([2, 1, 3, 3]), evenly([1, 2, 3, 1])],
      params: { isUpper: false, isTransposed: false, hasUnitDiagonal: false },
    },
  ],
  bandedSolve: (
    [
      [1, 1],
      [2, 1],
      [0, 2],
      [1, 0],
      [0, 0],
      [3, 3],
    ] as const
  ).flatMap(([below, above]) =>
    both.map(isTransposed => ({
      inputs: [bands([2], 6, below, above), evenly([2, 6, 2])],
      params: { below, above, isTransposed },
    })),
  ),
} satisfies Partial<Cases>
