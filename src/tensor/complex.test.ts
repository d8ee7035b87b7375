import { describe, expect, test } from 'vitest'
import { foldIn, normal, randomKey } from '../core/index.ts'
import {
  Complex,
  complex,
  concatComplex,
  conj,
  grad,
  imag,
  jit,
  polar,
  real,
  stackComplex,
  type Tensor,
  tensor,
  vjp,
} from './index.ts'
import { deviation, expectClose, numbersOf } from './testing/compare.ts'
import { dot, finiteDifferences, randomLike } from './testing/experiment.ts'
import { type Golden, goldenCases, type Tensors } from './testing/golden.ts'

const partsOf = (x: Tensor | Complex): Tensor[] => (x instanceof Complex ? [x.re, x.im] : [x])

/** What NumPy's golden cases are compared with. */
const functions: Readonly<Record<string, (inputs: Tensors) => Tensor | Complex>> = {
  complexAbs: ({ re, im }) => complex(re!, im!).abs(),
  complexAngle: ({ re, im }) => complex(re!, im!).angle(),
  complexExp: ({ re, im }) => complex(re!, im!).exp(),
  complexMultiply: ({ re0, im0, re1, im1 }) => complex(re0!, im0!).mul(complex(re1!, im1!)),
  complexDivide: ({ re0, im0, re1, im1 }) => complex(re0!, im0!).div(complex(re1!, im1!)),
}

describe('complex functions', () => {
  const goldens: readonly Golden[] = goldenCases(...Object.keys(functions))

  test('have NumPy’s values and PyTorch’s gradients, also for signed zeros, huge and tiny numbers', () => {
    expect(goldens.length).toBe(8)
    for (const { op, inputs, outputs, cotangents, gradients = {} } of goldens) {
      const { output, pullback } = vjp((at: Tensors) => partsOf(functions[op]!(at)), inputs)
      Object.values(outputs).forEach((expected, i) => {
        const [a, b] = [numbersOf(output[i]!), numbersOf(expected)]
        b.forEach((value, k) => {
          if (
            !Object.is(a[k], value) &&
            !(Math.abs(a[k]! - value) <= 4e-16 * Math.abs(value) + (op === 'complexAbs' ? 0 : 1e-15))
          )
            expect.fail(`${op} ${i} [${k}] is ${a[k]}, expected ${value}`)
        })
      })
      const found = cotangents ? pullback(Object.values(cotangents))[0] : {}
      for (const [name, expected] of Object.entries(gradients))
        expectClose(`${op}: gradient of ${name}`, found[name]!, { tensor: expected, tolerance: 1e-15 })
    }
  })

  // away from poles and kinks, whose distance finite differences would notice
  const draw = (name: string, shape: readonly number[]): Tensor =>
    tensor(
      normal(foldIn(randomKey(3), name), 6).map(x => x + 0.7 * Math.sign(x)),
      { shape },
    )
  const a = [draw('a', [2, 3]), draw('b', [2, 3])]
  const b = [draw('c', [2, 3]), draw('d', [2, 3])]
  const pair = ([re, im]: readonly Tensor[]): Complex => new Complex(re!, im!)
  const ways: Readonly<Record<string, (x: Complex, y: Complex) => Tensor | Complex>> = {
    add: (x, y) => x.add(y).add(2).add(y.re),
    sub: (x, y) => x.sub(y).sub(2).sub(y.re),
    mul: (x, y) => x.mul(y).mul(2).mul(y.im),
    div: (x, y) => x.div(y).div(2).div(y.im),
    neg: (x, y) => x.neg().add(y.conj()),
    abs: x => x.abs(),
    absSquared: x => x.absSquared(),
    angle: x => x.angle(),
    exp: x => x.exp(),
    log: x => x.log(),
    sqrt: x => x.sqrt(),
    matmul: (x, y) => x.matmul(y, { transposeB: true }).matmul(y.re),
    polar: (x, y) => polar(x.re, y.im),
    shapes: (x, y) =>
      concatComplex([x.reshape([3, 2]).transpose(), y.slice({ 1: [0, 2] })], { axis: 1 }).sum({ axes: 1 }),
    stack: (x, y) =>
      stackComplex([x, y])
        .mean({ axes: 0 })
        .flip(1)
        .roll(1)
        .take(tensor([0, 2], { dtype: 'int32' }), { axis: 1 }),
  }

  test.each(Object.entries(ways))('%s has gradients like finite differences', (_name, f) => {
    const inputs = [...a, ...b]
    const flat = (...at: Tensor[]): Tensor[] => partsOf(f(pair(at.slice(0, 2)), pair(at.slice(2))))
    const { output, pullback } = vjp(flat, ...inputs)
    const cotangents = output.map((part, i) => randomLike(part, foldIn(randomKey(5), i)))
    pullback(cotangents).forEach((found, i) => {
      const expected = finiteDifferences(at => dot(cotangents, flat(...at)), inputs, i)
      expect(deviation(numbersOf(found), expected, 0.1)).toBeLessThan(1e-8)
    })
  })

  test.each([
    ['float64', 1e-14],
    ['float32', 2e-6],
  ] as const)('compiled in %s they and their gradients are like eager ones', async (dtype, tolerance) => {
    const all = (x: Complex, y: Complex) =>
      Object.values(ways).map(f => {
        const { output, pullback } = vjp((z: Complex) => partsOf(f(z, y)), x)
        return [...output, pullback(output.map((part, i) => randomLike(part, foldIn(randomKey(6), i))))[0]]
      })
    const [x, y] = [pair(a).cast(dtype), pair(b).cast(dtype)]
    const compiled = jit(all)
    const found = (await compiled(x, y)).flat().flatMap(partsOf)
    await compiled.dispose()
    all(x, y)
      .flat()
      .flatMap(partsOf)
      .forEach((expected, i) => {
        expectClose(`part ${i}`, found[i]!, { tensor: expected, tolerance, floor: 1 })
      })
  })

  test('keep the digits of strain in float32, whose square is below its range', () => {
    const z = complex(tensor([3e-22, 3e25]), tensor([-4e-22, 4e25]))
    expectClose('abs', z.abs(), { tensor: tensor([5e-22, 5e25]), tolerance: 1e-7 })
    expect(numbersOf(z.abs())[0]! / 5e-22).toBeCloseTo(1, 6)
    expectClose('quotient', z.div(z).re, { tensor: tensor([1, 1]), tolerance: 2e-7 })
    const direction = grad((x: Complex) => x.abs().sum())(z)
    expectClose('gradient', direction.re, { tensor: tensor([0.6, 0.6]), tolerance: 1e-6 })
  })

  test('have gradient 0 at 0, to all orders asked for', () => {
    const zero = complex(tensor([0, 1]), tensor([0, 0]))
    for (const f of [(z: Complex) => z.abs(), (z: Complex) => z.angle(), (z: Complex) => z.sqrt().re]) {
      const first = grad((z: Complex) => f(z).sum())
      const second = grad((z: Complex) => first(z).re.add(first(z).im).sum())
      for (const g of [first(zero), second(zero)]) for (const part of partsOf(g)) expect(numbersOf(part)[0]).toBe(0)
    }
  })

  test('take roots and logarithms on the principal branch', () => {
    const z = complex(tensor([-4, -4, 3, 0, 2e-30]), tensor([0, -0.0, -4, 0, 0]))
    const root = z.sqrt()
    expectClose('re', root.re, { tensor: tensor([0, 0, 2, 0, Math.sqrt(2e-30)]), tolerance: 1e-7 })
    expectClose('im', root.im, { tensor: tensor([2, 2, -1, 0, 0]), tolerance: 1e-7 })
    expect(numbersOf(complex(tensor([-1]), tensor([0])).log().im)[0]).toBeCloseTo(Math.PI, 6)
  })

  test('are made of tensors and numbers, and taken apart', () => {
    const z = complex(tensor([[1], [2]]), tensor([3, 4, 5]))
    expect(z.toArray()).toEqual({
      re: [
        [1, 1, 1],
        [2, 2, 2],
      ],
      im: [
        [3, 4, 5],
        [3, 4, 5],
      ],
    })
    expect(`${z}`).toBe('Complex(float32 [2, 3])')
    expect(complex(2, tensor([1])).toArray()).toEqual({ re: [2], im: [1] })
    expect([real(z), imag(z), imag(z.re).sum()].map(part => part.shape)).toEqual([[2, 3], [2, 3], []])
    expect(conj(z).im.slice({ 0: 0 }).toArray()).toEqual([-3, -4, -5])
    expect([z.rank, z.size, z.dtype]).toEqual([2, 6, 'float32'])
    expect(z.add(tensor([[[1]]])).shape).toEqual([1, 2, 3])
    expect(() => complex(1, 2)).toThrow('complex: both parts are numbers')
    expect(() => complex(tensor([1], { dtype: 'int32' }))).toThrow('complex: takes float32 or float64, got int32')
    expect(() => complex(tensor([1, 2]), tensor([1, 2, 3]))).toThrow('complex: shapes [2] and [3] do not broadcast')
    expect(() => z.add(complex(tensor([1, 2])))).toThrow('add: shapes')
  })
})
