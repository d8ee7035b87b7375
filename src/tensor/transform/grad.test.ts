import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Complex, grad, jit, scalar, stack, sum, Tensor, tensor, valueAndGrad, vjp } from '../index.ts'

const float64 = { dtype: 'float64' } as const
const vector = (...values: number[]): Tensor => tensor(values, float64)

/** Rosenbrock's function: sum of 100 (x[i+1] - x[i]^2)^2 + (1 - x[i])^2. */
function rosenbrock(x: Tensor): Tensor {
  const [head, tail] = [x.slice({ 0: [0, -1] }), x.slice({ 0: [1, null] })]
  const valley = tail.sub(head.square()).square().mul(100)
  return valley.add(head.neg().add(1).square()).sum()
}

/** Its Hessian, written out. */
function rosenbrockHessian(x: readonly number[]): number[][] {
  return x.map((a, i) =>
    x.map((_, j) => {
      if (i === j) return (i < x.length - 1 ? 1200 * a * a - 400 * x[i + 1]! + 2 : 0) + (i > 0 ? 200 : 0)
      return Math.abs(i - j) === 1 ? -400 * x[Math.min(i, j)]! : 0
    }),
  )
}

/** Row i is the gradient of the i-th component of the gradient. */
const hessian = (f: (x: Tensor) => Tensor) => (x: Tensor) =>
  stack(
    x.shape[0] === 0
      ? [x]
      : Array.from({ length: x.shape[0]! }, (_, i) => grad((y: Tensor) => grad(f)(y).slice({ 0: i }))(x)),
  )

describe('nested', () => {
  test('gradients of gradients are the Hessian, at once and compiled', async () => {
    const point = [0.5, -1.25, 2, 1.5]
    const x = vector(...point)
    const compiled = jit(hessian(rosenbrock))
    expect(hessian(rosenbrock)(x).toArray()).toEqual(rosenbrockHessian(point))
    expect((await compiled(x)).toArray()).toEqual(rosenbrockHessian(point))
    await compiled.dispose()
  })

  test('derivatives of any order of x^n are falling factorials', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 5 }), (n, order) => {
        let f = (x: Tensor): Tensor => Array.from({ length: n - 1 }).reduce<Tensor>(y => y.mul(x), x)
        for (let k = 0; k < order; k++) f = grad(f)
        const factor = Array.from({ length: order }, (_, k) => n - k).reduce((product, k) => product * k, 1)
        expect(f(scalar(1.5, float64)).item()).toBeCloseTo(factor === 0 ? 0 : factor * 1.5 ** (n - order), 10)
      }),
    )
  })

  test('an inner gradient may use what an outer function was given, without mixing the two up', () => {
    // d/dx [x d/dy (x + y) at y = 1] = 1, the example by which perturbation confusion is known
    const f = (x: Tensor): Tensor => x.mul(grad((y: Tensor) => x.add(y))(scalar(1, float64)))
    expect(grad(f)(scalar(1, float64)).item()).toBe(1)
    // d/dx of d/dy (x^2 y^3) at y = 2 is 2 x 3 y^2
    const g = (x: Tensor): Tensor => grad((y: Tensor) => x.square().mul(y).mul(y).mul(y))(scalar(2, float64))
    expect(grad(g)(scalar(5, float64)).item()).toBe(120)
  })

  test('a gradient of a penalty on a gradient trains through both', async () => {
    const penalty = (w: Tensor, x: Tensor): Tensor =>
      grad((at: Tensor) => at.mul(w).tanh().sum())(x)
        .square()
        .sum()
    const [w, x] = [vector(0.3, -0.7), vector(1, 2)]
    const step = 1e-5
    const numeric = [0, 1].map(i => {
      const along = (by: number) => penalty(vector(...[0.3, -0.7].map((v, k) => (k === i ? v + by : v))), x).item()
      return (along(step) - along(-step)) / (2 * step)
    })
    const compiled = jit(grad(penalty))
    for (const found of [grad(penalty)(w, x), await compiled(w, x)])
      found.data.forEach((value, i) => {
        expect(Number(value)).toBeCloseTo(numeric[i]!, 8)
      })
    await compiled.dispose()
  })
})

describe('arguments', () => {
  const parameters = { layers: [{ weight: vector(1, 2), bias: vector(3) }], scale: vector(2) }
  const loss = ({ layers, scale }: typeof parameters, x: Tensor): Tensor =>
    layers
      .reduce((y, { weight, bias }) => y.mul(weight).sum().add(bias), x)
      .mul(scale)
      .sum()

  test('may be trees; the gradient is a tree like them', () => {
    const { value, gradient } = valueAndGrad(loss)(parameters, vector(4, 5))
    expect(value.item()).toBe(34)
    expect(gradient.layers[0]!.weight.toArray()).toEqual([8, 10])
    expect(gradient.layers[0]!.bias.toArray()).toEqual([2])
    expect(gradient.scale.toArray()).toEqual([17])
    expect(grad(loss, { argument: 1 })(parameters, vector(4, 5))).toMatchObject({ shape: [2] })
  })

  test('of integers or without influence have gradients of zeros', () => {
    const f = ({ x, index, unused }: Record<string, Tensor>) =>
      x!.mul(index!.cast('float64')).sum().add(unused!.sum().mul(0))
    const gradient = grad(f)({ x: vector(1, 2), index: tensor([3, 4], { dtype: 'int32' }), unused: vector(9) })
    expect(gradient.x!.toArray()).toEqual([3, 4])
    expect(gradient.index!.toArray()).toEqual([0, 0])
    expect(gradient.unused!.toArray()).toEqual([0])
  })

  test('may hold complex pairs', () => {
    const power = (z: Complex): Tensor => z.re.square().add(z.im.square()).sum()
    const gradient = grad(power)(new Complex(vector(1, 2), vector(3, 4)))
    expect([gradient.re.toArray(), gradient.im.toArray()]).toEqual([
      [2, 4],
      [6, 8],
    ])
  })

  test('are not differentiated where the gradient is stopped', () => {
    const f = (x: Tensor): Tensor => x.mul(x.stopGradient()).sum()
    expect(grad(f)(vector(3, 4)).toArray()).toEqual([3, 4])
  })
})

test('a function may give more than its loss, which comes back beside the gradient', async () => {
  const f = (x: Tensor): readonly [Tensor, { readonly norm: Tensor }] => [x.square().sum(), { norm: x.abs().sum() }]
  const both = valueAndGrad(f)
  const compiled = jit(both)
  for (const { value, gradient } of [both(vector(3, -4)), await compiled(vector(3, -4))]) {
    expect([value[0].item(), value[1].norm.item()]).toEqual([25, 7])
    expect(gradient.toArray()).toEqual([6, -8])
  }
  await compiled.dispose()
})

test('a pullback is linear and can be used more than once', () => {
  const numbers = fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 3, maxLength: 3 })
  fc.assert(
    fc.property(numbers, numbers, numbers, (x, a, b) => {
      const { pullback } = vjp((t: Tensor) => t.square().mul(0.5).add(t.sum()), vector(...x))
      const [of] = pullback(vector(...a.map((value, i) => value + 2 * b[i]!)))
      const [ofA] = pullback(vector(...a))
      const [ofB] = pullback(vector(...b))
      expect(
        of
          .sub(ofA.add(ofB.mul(2)))
          .abs()
          .max()
          .item(),
      ).toBe(0)
    }),
  )
})

test('the gradient of a sum over any axes and broadcasts is the count of uses', () => {
  const shape = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(shape, fc.nat(), (lengths, axis) => {
      const x = Tensor.of(new Float64Array(lengths.reduce((n, m) => n * m, 1)), lengths)
      const axes = axis % lengths.length
      const f = (t: Tensor): Tensor => sum(t.sub(t.mean({ axes, keepAxes: true })).add(t.sum({ axes, keepAxes: true })))
      for (const value of grad(f)(x).data) expect(Number(value)).toBeCloseTo(lengths[axes]!, 12)
    }),
  )
})
