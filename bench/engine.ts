import { normal, randomKey } from 'quadrupole/core'
import {
  conv1d,
  exp,
  jit,
  matmul,
  mean,
  relu,
  square,
  sum,
  type Tensor,
  tanh,
  tensor,
  valueAndGrad,
} from 'quadrupole/tensor'
import { rfft } from 'quadrupole/tensor/fft'
import type { Bench, BenchCase, Timed } from './harness/bench.ts'

/** The n-th of a bench's normal arrays. */
const random = (n: number, shape: readonly number[], standardDeviation = 1): Tensor => {
  const count = shape.reduce((product, size) => product * size, 1)
  return tensor(normal(randomKey(n), count, { standardDeviation }), { dtype: 'float32', shape })
}

/** Times a function compiled for CPU with as many threads as the rival. */
function compiled<Args extends readonly unknown[], Out>(f: (...args: Args) => Out, ...args: Args): Timed {
  const run = jit(f, { threads: 2 })
  return {
    run: async () => {
      await run(...args)
    },
    close: () => run.dispose(),
  }
}

interface Layer {
  readonly weight: Tensor
  readonly bias: Tensor
}

/** conv1d(2->64, k7, stride 2) + ReLU, then 4 x [conv1d(64->64, k3) + ReLU], same padding. */
const convStackLayers = (): readonly Layer[] =>
  Array.from({ length: 5 }, (_, n) => ({
    weight: n === 0 ? random(1, [64, 2, 7], 0.2) : random(1 + n, [64, 64, 3], 0.1),
    bias: random(10 + n, [64], 0.1),
  }))

function convStackLoss(layers: readonly Layer[], x: Tensor): Tensor {
  const y = layers.reduce(
    (h, { weight, bias }, n) =>
      relu(conv1d(h, weight, { bias, ...(n === 0 ? { stride: 2, padding: 3 } : { padding: 1 }) })),
    x,
  )
  return mean(square(y))
}

const convStackBatch = (): Tensor => random(0, [32, 2, 2048])

const convStack: readonly BenchCase[] = [
  {
    name: 'conv stack forward',
    bar: 1.1,
    setUp: () => compiled(convStackLoss, convStackLayers(), convStackBatch()),
  },
  {
    name: 'conv stack forward+backward',
    bar: 1.1,
    setUp: () => compiled(valueAndGrad(convStackLoss), convStackLayers(), convStackBatch()),
  },
]

const eagerRfft = (x: Float32Array | Float64Array): Timed => ({
  run: () => {
    rfft(x, 8192)
  },
})

const transforms: readonly BenchCase[] = [
  {
    name: 'rfft float32',
    bar: 1.5,
    setUp: () => eagerRfft(Float32Array.from(normal(randomKey(0), 64 * 2 * 8192))),
  },
  { name: 'rfft float64', bar: 1.5, setUp: () => eagerRfft(normal(randomKey(0), 64 * 2 * 8192)) },
]

const operations: readonly BenchCase[] = [
  {
    name: 'matmul 1024',
    bar: 2,
    setUp: () => compiled((a: Tensor, b: Tensor) => matmul(a, b), random(0, [1024, 1024]), random(1, [1024, 1024])),
  },
  {
    name: 'elementwise chain',
    bar: 2,
    setUp: () => compiled((x: Tensor) => tanh(x.mul(1.5).add(0.5)).mul(exp(x.mul(x).neg())), random(0, [4_000_000])),
  },
  { name: 'sum', bar: 2, setUp: () => compiled((x: Tensor) => sum(x, { axes: -1 }), random(0, [64, 16384])) },
  { name: 'tiny graph', bar: 2, setUp: () => compiled((x: Tensor) => x.mul(2).add(1), random(0, [8])) },
]

export const bench: Bench = {
  rival: { environment: 'torch', script: 'engine.py' },
  cases: [...convStack, ...transforms, ...operations],
}
