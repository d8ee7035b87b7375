import { expect, test } from 'vitest'
import { grad, jit, type Tensor, tensor, trace, vjp } from '../index.ts'

const x = tensor([1, 2, 3])

test('a tensor that outlives its traced function is refused wherever it is used', () => {
  let kept: Tensor | undefined
  const f = (t: Tensor): Tensor => {
    kept = t.mul(2)
    return t.sum()
  }
  trace(f, x)
  const leaked = kept!
  expect(() => leaked.add(1)).toThrow(/^add: a tensor was made inside a traced function that has returned; return it/)
  expect(() => x.add(leaked)).toThrow(/has returned/)
  expect(() => trace((t: Tensor) => t.add(leaked), x)).toThrow(/has returned/)
  expect(() => trace((_: Tensor) => leaked, x)).toThrow(
    /traced Tensor\(float32 \[3\]\) was made inside a traced function/,
  )
  grad(f)(x)
  expect(() => kept!.sum()).toThrow(/has returned/)
})

test('a traced tensor has no elements to read', () => {
  expect(() => trace((t: Tensor) => t.mul(t.sum().item()), x)).toThrow(
    /^Tensor.data: traced Tensor\(float32 \[\]\) is traced/,
  )
  expect(() => grad((t: Tensor) => (Number(t.toArray()) > 0 ? t.sum() : t.sum().neg()))(x)).toThrow(/has no elements/)
})

test('a function that is async, or returns something else than tensors, is refused', async () => {
  const asynchronous = (async (t: Tensor) => t.sum()) as unknown as (t: Tensor) => Tensor
  expect(() => trace(asynchronous, x)).toThrow(/async|promise/i)
  expect(() => vjp(asynchronous, x)).toThrow(/async|promise/i)
  await expect(jit(asynchronous)(x)).rejects.toThrow(/async|promise/i)
  const wrong = ((t: Tensor) => ({ t, date: new Date(0) })) as unknown as (t: Tensor) => Tensor
  expect(() => trace(wrong, x)).toThrow(/'date' is Date/)
})

test('an error inside a traced function passes through and leaves nothing behind', () => {
  expect(() => trace((_: Tensor) => tensor([1]).add(tensor([1, 2, 3]).reshape([4])), x)).toThrow(/^reshape/)
  expect(grad((t: Tensor) => t.square().sum())(x).toArray()).toEqual([2, 4, 6])
})

test('traced functions nest, and inner ones may use what outer ones trace', async () => {
  const f = (t: Tensor): Tensor => {
    const outer = t.mul(3)
    const inner = grad((u: Tensor) => u.mul(outer).mul(t).sum())(t.add(1))
    return inner.add(outer)
  }
  const expected = [1, 2, 3].map(v => 3 * v * v + 3 * v)
  const compiled = jit(f)
  expect(f(x).toArray()).toEqual(expected)
  expect((await compiled(x)).toArray()).toEqual(expected)
  await compiled.dispose()
})

test('tensors that a function closes over are constants of its graph', async () => {
  const weight = tensor([10, 20, 30])
  const { graph } = trace((t: Tensor) => t.mul(weight).add(weight), x)
  expect([...graph.constants.values()]).toEqual([weight])
  const compiled = jit((t: Tensor) => t.mul(weight).add(weight))
  expect((await compiled(x)).toArray()).toEqual([20, 60, 120])
  await compiled.dispose()
})

test('work that no output needs is left out of the graph', () => {
  const { graph } = trace((t: Tensor) => {
    t.exp().log()
    return t.neg()
  }, x)
  expect(graph.nodes.map(({ primitive }) => primitive.name)).toEqual(['neg'])
})
