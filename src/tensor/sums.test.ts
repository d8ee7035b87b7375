import { expect, test } from 'vitest'
import { normal, randomKey } from '../core/index.ts'
import { grad, jit, Tensor } from './index.ts'

const count = 1_000_000

/** Noise of unit variance on an offset that eats four of float32's seven digits. */
const noisy = Float32Array.from(normal(randomKey(3), count), x => 1e4 + x)
const exactMean = noisy.reduce((sum, x) => sum + (x - 1e4), 0) / count + 1e4

const relative = (found: number, exact: number): number => Math.abs(found / exact - 1)

test.each([
  ['one run', [count]],
  ['a run with no factor near its root', [999_983]],
  ['rows', [4, 250_000]],
])('the mean of float32 values near 10^4 keeps its digits: %s', async (_name, shape) => {
  const size = shape.reduce((product, n) => product * n, 1)
  const data = noisy.subarray(0, size)
  const exact = size === count ? exactMean : data.reduce((sum, x) => sum + (x - 1e4), 0) / size + 1e4
  const x = Tensor.of(data, shape)
  const compiled = jit((t: Tensor) => t.mean())
  expect(relative(x.mean().item(), exact)).toBeLessThan(1e-6)
  expect(relative((await compiled(x)).item(), exact)).toBeLessThan(1e-6)
  await compiled.dispose()
})

test('so do sums over other axes, and those in gradients', async () => {
  const x = Tensor.of(noisy, [1000, 1, 1000])
  const f = (t: Tensor) => ({ columns: t.sum({ axes: 0 }), both: t.sum({ axes: [0, 2] }), all: t.sum() })
  // the gradient of a stretched tensor is a sum over what it was stretched to
  const slope = grad((scale: Tensor) => scale.mul(x).sum())
  const compiled = jit((t: Tensor, scale: Tensor) => ({ ...f(t), slope: slope(scale) }))
  const found = await compiled(x, Tensor.of(Float32Array.of(1)))
  await compiled.dispose()
  const columns = Float64Array.from({ length: 1000 }, (_, j) => {
    let sum = 0
    for (let i = 0; i < 1000; i++) sum += noisy[i * 1000 + j]!
    return sum
  })
  const eager = f(x)
  // runs as short as these 1000 are added one by one; the worst of 1000 columns
  for (const { data } of [eager.columns, found.columns])
    columns.forEach((sum, j) => {
      expect(relative(Number(data[j]), sum)).toBeLessThan(2e-6)
    })
  for (const sum of [eager.both, eager.all, found.both, found.all, found.slope, slope(Tensor.of(Float32Array.of(1)))])
    expect(relative(sum.item(), exactMean * count)).toBeLessThan(1e-6)
})

test('the variance of values near 10^4 is right to 10^-3 in float32', async () => {
  const x = Tensor.of(noisy)
  const exact = noisy.reduce((sum, value) => sum + (value - exactMean) ** 2, 0) / count
  const compiled = jit((t: Tensor) => t.variance())
  expect(relative(x.variance().item(), exact)).toBeLessThan(1e-3)
  expect(relative((await compiled(x)).item(), exact)).toBeLessThan(1e-3)
  await compiled.dispose()
})

test('the sum of a few long rows, which is compiled to a product, keeps what every other sum does', async () => {
  const values = Float32Array.from(normal(randomKey(4), 32 * 1024))
  values[5 * 1024 + 7] = Number.NaN
  values[6 * 1024 + 8] = Number.POSITIVE_INFINITY
  const compiled = jit((t: Tensor) => [t.sum({ axes: 0 }), t.sum({ axes: 0, keepAxes: true })] as const)
  const [flat, kept] = await compiled(Tensor.of(values, [32, 32, 32]))
  await compiled.dispose()
  expect(flat.shape).toEqual([32, 32])
  expect(kept.shape).toEqual([1, 32, 32])
  for (let j = 0; j < 1024; j++) {
    let sum = 0
    for (let i = 0; i < 32; i++) sum += values[i * 1024 + j]!
    const found = Number(flat.data[j])
    if (Number.isFinite(sum)) expect(Math.abs(found - sum)).toBeLessThan(3e-6)
    else expect(found).toBe(sum)
    expect(Object.is(kept.data[j], flat.data[j])).toBe(true)
  }
})
