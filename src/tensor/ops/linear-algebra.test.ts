import { describe, expect, test } from 'vitest'
import { foldIn, normal, type QuadrupoleError, randomKey } from '../../core/index.ts'
import {
  cholesky,
  choleskySolve,
  diagonal,
  eye,
  grad,
  jit,
  logDeterminant,
  outer,
  solveBanded,
  solvePositiveDefinite,
  solveTriangular,
  type Tensor,
  tensor,
  vecdot,
  vjp,
} from '../index.ts'
import { expectClose, numbersOf } from '../testing/compare.ts'
import { goldenCases, type Tensors } from '../testing/golden.ts'

const functions: Readonly<Record<string, (inputs: Tensors, args: object) => Tensor>> = {
  cholesky: ({ x }) => cholesky(x!),
  solveTriangular: ({ matrix, b }, args) => solveTriangular(matrix!, b!, args),
  solveBanded: ({ bands, b }, args) => solveBanded(bands!, b!, args),
}
const goldens = goldenCases(...Object.keys(functions))

const draw = (name: string, shape: readonly number[], dtype: 'float32' | 'float64' = 'float64'): Tensor =>
  tensor(
    normal(
      foldIn(randomKey(11), name),
      shape.reduce((a, b) => a * b, 1),
    ),
    { shape, dtype },
  )

const definite = (name: string, n: number): Tensor => {
  const root = draw(name, [n, n])
  return root.matmul(root, { transposeB: true }).add(eye(n, { dtype: 'float64' }).mul(n))
}

/** The matrix that diagonals stand for. */
function denseOf(bands: Tensor, lower: number, upper: number): Tensor {
  const n = bands.shape[1]!
  const values = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = Math.max(0, i - lower); j <= Math.min(n - 1, i + upper); j++)
      values[i * n + j] = Number(bands.data[(upper + i - j) * n + j])
  return tensor(values, { shape: [n, n] })
}

describe('linear algebra', () => {
  test('has PyTorch’s and SciPy’s values and gradients', () => {
    expect(goldens.length).toBe(16)
    for (const { op, reference, args, inputs, outputs, cotangents, gradients } of goldens) {
      const { output, pullback } = vjp((at: Tensors) => functions[op]!(at, args), inputs)
      expectClose(`${op} by ${reference}`, output, { tensor: outputs.y!, tolerance: 3e-15 })
      const found = pullback(cotangents!.y!)[0]
      for (const [name, expected] of Object.entries(gradients!))
        expectClose(`${op} ${JSON.stringify(args)}: gradient of ${name}`, found[name]!, {
          tensor: expected,
          tolerance: 1e-14,
        })
    }
  })

  test.each([
    ['float64', 1e-13],
    ['float32', 1e-5],
  ] as const)('solves larger systems in %s, eagerly and compiled, with gradients', async (dtype, tolerance) => {
    const [a, b] = [definite('a', 40).cast(dtype), draw('b', [40, 3], dtype)]
    const bands = draw('bands', [6, 40]).cast(dtype)
    const strong = bands.add(tensor([0, 0, 0, 9, 0, 0], { dtype }).reshape([6, 1]))
    const f = (m: Tensor, side: Tensor, diagonals: Tensor) => ({
      solved: solvePositiveDefinite(m, side),
      logDeterminant: logDeterminant(m),
      banded: solveBanded(diagonals, side, { lower: 2, upper: 3 }),
    })
    const all = (m: Tensor, side: Tensor, diagonals: Tensor) => {
      const { output, pullback } = vjp(f, m, side, diagonals)
      return { output, gradients: pullback(output) }
    }
    const eager = all(a, b, strong)
    const dense = denseOf(strong, 2, 3)
    expectClose('residual', a.cast('float64').matmul(eager.output.solved.cast('float64')), {
      tensor: b.cast('float64'),
      tolerance,
    })
    expectClose('banded residual', dense.matmul(eager.output.banded.cast('float64')), {
      tensor: b.cast('float64'),
      tolerance,
    })
    const compiled = jit(all)
    const found = await compiled(a, b, strong)
    await compiled.dispose()
    for (const name of ['solved', 'logDeterminant', 'banded'] as const)
      expectClose(name, found.output[name], { tensor: eager.output[name], tolerance })
    found.gradients.forEach((gradient, i) => {
      expectClose(`gradient ${i}`, gradient, { tensor: eager.gradients[i]!, tolerance })
    })
  })

  test('interchanges rows of banded systems that need it', () => {
    // zeros on the diagonal
    const bands = draw('weak', [5, 30]).mul(tensor([1, 1, 0, 1, 1], { dtype: 'float64' }).reshape([5, 1]))
    const b = draw('side', [30])
    const x = solveBanded(bands, b, { lower: 2, upper: 2 })
    expectClose('residual', denseOf(bands, 2, 2).matmul(x), { tensor: b, tolerance: 1e-12 })
  })

  test('takes vectors, and broadcasts batches', () => {
    const a = definite('v', 4)
    const b = draw('w', [4])
    expectClose('vector', a.matmul(solvePositiveDefinite(a, b)), { tensor: b, tolerance: 1e-14 })
    const many = draw('many', [3, 4, 2])
    const l = cholesky(a)
    const solved = choleskySolve(l, many)
    expect(solved.shape).toEqual([3, 4, 2])
    expectClose('one of many', solved.slice({ 0: 1 }), { tensor: choleskySolve(l, many.slice({ 0: 1 })), tolerance: 0 })
    const bands = tensor([
      [0, 1, 1],
      [4, 4, 4],
      [1, 1, 0],
    ])
    expectClose('banded', solveBanded(bands, tensor([5, 6, 5])), { tensor: tensor([1, 1, 1]), tolerance: 1e-7 })
    expect(solveBanded(bands, draw('x', [2, 3, 1], 'float32')).shape).toEqual([2, 3, 1])
  })

  test('has the gradient of a log determinant, which is the inverse', () => {
    const a = definite('g', 5)
    const inverse = solvePositiveDefinite(a, eye(5, { dtype: 'float64' }))
    expectClose('gradient', grad((x: Tensor) => logDeterminant(x))(a), { tensor: inverse, tolerance: 1e-14 })
  })

  test('says which matrix is not positive definite or singular', () => {
    const bad = tensor([
      [
        [1, 0],
        [0, 1],
      ],
      [
        [1, 2],
        [2, 1],
      ],
    ])
    const failure = (f: () => unknown): QuadrupoleError => {
      try {
        f()
      } catch (error) {
        return error as QuadrupoleError
      }
      throw new Error('nothing was thrown')
    }
    const error = failure(() => cholesky(bad))
    expect(error.code).toBe('data')
    expect(error.details).toEqual({ batch: 1, minor: 2 })
    expect(error.message).toMatchInlineSnapshot(
      `"cholesky: matrix [1] is not positive definite, its leading minor of order 2 is not positive; check its symmetry and add to the diagonal"`,
    )
    expect(
      failure(() =>
        solveBanded(
          tensor([
            [0, 1],
            [0, 0],
            [0, 0],
          ]),
          tensor([1, 1]),
        ),
      ).message,
    ).toMatchInlineSnapshot(`"solveBanded: the matrix is singular, column 0 has no pivot; check its diagonals"`)
    expect(
      failure(() =>
        cholesky(
          tensor([
            [1, 2, 3],
            [4, 5, 6],
          ]),
        ),
      ).message,
    ).toMatchInlineSnapshot(`"cholesky: [2, 3] is no stack of square matrices; expected [..., n, n]"`)
    expect(failure(() => solveTriangular(eye(3), tensor([1, 2]))).message).toMatchInlineSnapshot(
      `"solveTriangular: matrices [3, 3] and right sides [2]; with matrices of 3 columns, expected [3] or [..., 3, k]"`,
    )
    expect(
      failure(() =>
        solveBanded(
          tensor([
            [1, 1],
            [1, 1],
          ]),
          tensor([1, 2]),
        ),
      ).message,
    ).toMatchInlineSnapshot(
      `"solveBanded: diagonals [2, 2] and right sides [2, 1]; expected [..., 3, n] and [..., n, k] with equal leading axes"`,
    )
    expect(failure(() => cholesky(tensor([[1]], { dtype: 'int32' }))).message).toMatchInlineSnapshot(
      `"cholesky: takes float32 or float64, got int32; cast it first"`,
    )
  })

  test('has diagonals, outer products and products of vectors', () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ])
    expect(diagonal(x).toArray()).toEqual([1, 5])
    expect(diagonal(x.transpose()).toArray()).toEqual([1, 5])
    expect(outer(tensor([1, 2]), x).shape).toEqual([2, 2, 3])
    expect(numbersOf(vecdot(x, tensor([1, 0, -1])))).toEqual(Float64Array.of(-2, -2))
  })
})
