import { describe, expect, it } from 'vitest'
import { customGradient, grad, jit, type Tensor, tensor, vmap } from '../index.ts'

const batch = tensor([
  [1, 2, 3],
  [4, 5, 6],
])

describe('vmap', () => {
  it('maps over the first axis and shares what is not batched', () => {
    const scaled = vmap((x: Tensor, w: Tensor) => x.mul(w).sum(), { batched: [true, false] })
    expect(scaled(batch, tensor([1, 10, 100])).toArray()).toEqual([321, 654])
  })

  it('gives per-example gradients', () => {
    const perExample = vmap((x: Tensor) => grad((v: Tensor) => v.square().sum())(x))
    expect(perExample(batch).toArray()).toEqual([
      [2, 4, 6],
      [8, 10, 12],
    ])
  })

  it('is differentiable and compiles', async () => {
    const loss = (x: Tensor) =>
      vmap((v: Tensor) =>
        v
          .reshape([3, 1])
          .matmul(v.reshape([1, 3]))
          .sum(),
      )(x).sum()
    const expected = batch.toArray() as number[][]
    const slope = expected.map(row => row.map(() => 2 * row.reduce((sum, x) => sum + x, 0)))
    expect(grad(loss)(batch).toArray()).toEqual(slope)
    const compiled = jit(grad(loss))
    expect((await compiled(batch)).toArray()).toEqual(slope)
    await compiled.dispose()
  })

  it('runs operations without a batching rule example by example', () => {
    const odd = customGradient(
      (x: Tensor) => x.mul(2),
      ({ cotangent }) => [cotangent],
    )
    expect(vmap((x: Tensor) => odd(x).sum())(batch).toArray()).toEqual([12, 30])
  })

  it('repeats a result that does not depend on the batch', () => {
    const constant = vmap((_x: Tensor, w: Tensor) => w.sum(), { batched: [true, false] })
    expect(constant(batch, tensor([1, 2])).toArray()).toEqual([3, 3])
  })

  it('says when batch sizes differ or nothing is batched', () => {
    expect(() => vmap((a: Tensor, b: Tensor) => a.add(b))(batch, tensor([1, 2, 3]))).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: vmap: axis 0 of batched arguments must have one length, got [2, 3] and [3]]`,
    )
    expect(() => vmap((a: Tensor) => a, { batched: [false] })(batch)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: vmap: no argument has the batch axis; mark at least one as batched]`,
    )
  })
})
