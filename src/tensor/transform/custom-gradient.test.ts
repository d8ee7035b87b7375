import { describe, expect, it } from 'vitest'
import { Complex, checkpoint, customGradient, grad, jit, type Tensor, tensor } from '../index.ts'
import { preparedFor } from '../onnx/model.ts'
import { trace } from './trace.ts'

const float64 = { dtype: 'float64' } as const
const x = tensor([0.5, 1.5], float64)

describe('customGradient', () => {
  const straight = customGradient(
    (v: Tensor) => v.round(),
    ({ cotangent }) => [cotangent],
  )

  it('keeps the value and replaces the gradient', async () => {
    expect(straight(x).toArray()).toEqual([0, 2])
    const loss = (v: Tensor) => straight(v.mul(3)).sum()
    expect(grad(loss)(x).toArray()).toEqual([3, 3])
    const compiled = jit(grad(loss))
    expect((await compiled(x)).toArray()).toEqual([3, 3])
    await compiled.dispose()
  })

  it('gives the rule arguments, output and cotangent as trees, complex pairs among them', () => {
    const scaled = customGradient(
      ({ z, by }: { z: Complex; by: Tensor }) => ({ out: z.re.mul(by).add(z.im) }),
      ({ args, output, cotangent }) => [{ z: new Complex(cotangent.out, args[0].by), by: output.out }],
    )
    const loss = (v: Tensor) => scaled({ z: new Complex(v, v), by: v }).out.sum()
    // 1 + by + output, with output = v^2 + v
    expect(grad(loss)(x).toArray()).toEqual([1 + 0.5 + 0.75, 1 + 1.5 + 3.75])
  })

  it('says when the rule gives cotangents of the wrong shape', () => {
    const wrong = customGradient(
      (v: Tensor) => v,
      ({ cotangent }) => [cotangent.sum()],
    )
    expect(() => grad((v: Tensor) => wrong(v).sum())(x)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: customGradient: the rule gave [] for tensor 0 of shape [2]; return one cotangent tree an argument]`,
    )
  })
})

describe('checkpoint', () => {
  const weight = tensor([2, 3], float64)
  const layer = (v: Tensor, w: Tensor) => v.mul(w).sin().mul(v).exp()
  const plain = (v: Tensor, w: Tensor) => layer(layer(v, w), w).sum()
  const kept = checkpoint(layer)
  const lean = (v: Tensor, w: Tensor) => kept(kept(v, w), w).sum()

  it.each([0, 1])('has the gradient of the plain function in argument %i, eagerly and compiled', async argument => {
    const expected = grad(plain, { argument })(x, weight)
    expect(grad(lean, { argument })(x, weight).toArray()).toEqual(expected.toArray())
    const compiled = jit(grad(lean, { argument }))
    const found = await compiled(x, weight)
    found.data.forEach((entry, i) => {
      expect(Math.abs(Number(entry) / Number(expected.data[i]) - 1)).toBeLessThan(1e-13)
    })
    await compiled.dispose()
  })

  it('reaches what the function captured', () => {
    const loss = (w: Tensor) => checkpoint((v: Tensor) => v.mul(w).sin())(x).sum()
    expect(grad(loss)(weight).toArray()).toEqual(grad((w: Tensor) => x.mul(w).sin().sum())(weight).toArray())
  })

  it('computes again instead of keeping, which equal computations being merged does not undo', () => {
    const sines = (f: (v: Tensor, w: Tensor) => Tensor) =>
      preparedFor(trace(grad(f), x, weight).graph, { provider: 'cpu' }).nodes.filter(
        node => node.primitive.name === 'exp',
      ).length
    expect(sines(lean)).toBeGreaterThan(sines(plain))
  })
})
