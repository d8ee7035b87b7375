import { describe, expect, it } from 'vitest'
import { normal, randomKey } from '../core/index.ts'
import { grad, jit, type Tensor, tensor } from '../tensor/index.ts'
import { batchNorm, groupNorm } from './norm.ts'

const draw = (name: string, shape: readonly number[]): Tensor =>
  tensor(
    normal(
      randomKey(name),
      shape.reduce((product, n) => product * n, 1),
    ),
    { shape },
  )

const x = draw('x', [2, 6, 5]).add(3)
const scale = draw('scale', [6])
const offset = draw('offset', [6])
const weights = draw('weights', [2, 6, 5])

/** The definitions, step by step. */
const plainGroupNorm = (v: Tensor, s: Tensor, o: Tensor): Tensor => {
  const rows = v.reshape([2, 3, 10])
  const centred = rows.sub(rows.mean({ axes: 2, keepAxes: true }))
  const variance = centred.square().mean({ axes: 2, keepAxes: true })
  return centred
    .div(variance.add(1e-5).sqrt())
    .reshape([2, 6, 5])
    .mul(s.reshape([1, 6, 1]))
    .add(o.reshape([1, 6, 1]))
}
const plainBatchNorm = (v: Tensor, s: Tensor, o: Tensor): Tensor => {
  const centred = v.sub(v.mean({ axes: [0, 2], keepAxes: true }))
  const variance = centred.square().mean({ axes: [0, 2], keepAxes: true })
  return centred
    .div(variance.add(1e-5).sqrt())
    .mul(s.reshape([1, 6, 1]))
    .add(o.reshape([1, 6, 1]))
}

const norms = [
  {
    name: 'groupNorm',
    ours: (v: Tensor, s: Tensor, o: Tensor) => groupNorm(v, { groups: 3, scale: s, offset: o }),
    plain: plainGroupNorm,
  },
  {
    name: 'batchNorm',
    ours: (v: Tensor, s: Tensor, o: Tensor) => batchNorm(v, { scale: s, offset: o }).output,
    plain: plainBatchNorm,
  },
] as const

const close = (a: Tensor, b: Tensor, tolerance: number): void => {
  expect(a.shape).toEqual(b.shape)
  expect(a.sub(b).abs().max().item()).toBeLessThan(tolerance)
}

describe.each(norms)('$name', ({ ours, plain }) => {
  it('is what its definition says', () => {
    close(ours(x, scale, offset), plain(x, scale, offset), 1e-13)
  })

  it.each([0, 1, 2])('has the derived gradient in argument %i, eagerly and compiled', async argument => {
    const weighed = (f: typeof plain) => (v: Tensor, s: Tensor, o: Tensor) => f(v, s, o).sin().mul(weights).sum()
    const expected = grad(weighed(plain), { argument })(x, scale, offset)
    close(grad(weighed(ours), { argument })(x, scale, offset), expected, 1e-12)
    const compiled = jit(grad(weighed(ours), { argument }))
    close(await compiled(x, scale, offset), expected, 1e-12)
    await compiled.dispose()
  })

  it('has a second derivative', () => {
    const twice = (f: typeof plain) => (v: Tensor) =>
      grad((u: Tensor) => f(u, scale, offset).sin().mul(weights).sum())(v)
        .mul(weights)
        .sum()
    close(grad(twice(ours))(x), grad(twice(plain))(x), 1e-10)
  })
})

describe('norms', () => {
  it('measures the batch without letting gradients through', () => {
    const { moments } = batchNorm(x, { scale, offset })
    close(moments.mean, x.mean({ axes: [0, 2] }), 1e-14)
    close(moments.variance, x.variance({ axes: [0, 2] }), 1e-13)
    const gradient = grad((v: Tensor) => batchNorm(v, { scale, offset }).moments.mean.sum())(x)
    expect(gradient.abs().max().item()).toBe(0)
  })

  it('says when groups do not fit', () => {
    expect(() => groupNorm(x, { groups: 4, scale, offset })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: groupNorm: 6 channels don't divide into 4 groups]`,
    )
  })
})
