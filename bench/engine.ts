import { createWorkerPool, normal, randomKey } from 'quadrupole/core'
import {
  batchNorm,
  groupNorm,
  type NormOptions,
  type ResNet1dParameters,
  resNet1d,
  sigmoidCrossEntropy,
} from 'quadrupole/nn'
import {
  compileStep,
  conv1d,
  cumsum,
  exp,
  jit,
  matmul,
  mean,
  median,
  ones,
  relu,
  square,
  sum,
  type Tensor,
  tanh,
  tensor,
  rfft as tensorRfft,
  valueAndGrad,
  vjp,
  zeros,
} from 'quadrupole/tensor'
import { createParallelFft } from 'quadrupole/tensor/fft'
import { type AdamState, adam } from 'quadrupole/train'
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

/** A training step by Adam, its state kept in the engine. */
async function trained<P>(
  loss: (parameters: P, x: Tensor, y: Tensor) => Tensor,
  parameters: P,
  x: Tensor,
  y: Tensor,
): Promise<Timed> {
  const rule = adam({ learningRate: 1e-3 })
  type State = { readonly parameters: P; readonly optimizer: AdamState }
  const step = await compileStep(
    (state: State, ...batch: [Tensor, Tensor]): readonly [State, Tensor] => {
      const { value, gradient } = valueAndGrad((p: P) => loss(p, ...batch))(state.parameters)
      const next = rule.update(state.parameters, gradient, state.optimizer)
      return [{ parameters: next.parameters, optimizer: next.state }, value]
    },
    { parameters, optimizer: rule.init(parameters) },
    [x, y],
    { threads: 2 },
  )
  return {
    run: async () => {
      await step.run(x, y)
    },
    close: () => step.dispose(),
  }
}

/** The rival's ResNet of 242,369 parameters (`bench/rivals/engine.py`). */
const resNet = resNet1d({ channels: 2, blocks: [2, 2, 2, 2], width: 16, norm: { kind: 'group', groups: 8 } })

const steps: readonly BenchCase[] = [
  {
    name: 'conv stack forward+backward+Adam',
    bar: 1.1,
    setUp: () =>
      trained((p: readonly Layer[], x) => convStackLoss(p, x), convStackLayers(), convStackBatch(), zeros([1])),
  },
  {
    name: 'ResNet step',
    bar: 1.1,
    setUp: () => {
      const { parameters, statistics } = resNet.init(randomKey('resnet'))
      return trained(
        (p: ResNet1dParameters, x, y) => {
          const { output } = resNet.apply({ parameters: p, statistics }, x, { isTraining: true })
          return sigmoidCrossEntropy(output, y)
        },
        parameters,
        random(1, [64, 2, 2048]),
        random(2, [64, 1]).greater(0).cast('float32'),
      )
    },
  },
]

/** Forward and backward, in all three arguments, of a norm and ReLU. */
const normed = (norm: (x: Tensor, options: NormOptions) => Tensor): Timed =>
  compiled(
    (x: Tensor, scale: Tensor, offset: Tensor, cotangent: Tensor) =>
      vjp(
        (...[v, s, o]: [Tensor, Tensor, Tensor]) => norm(v, { scale: s, offset: o }).relu(),
        x,
        scale,
        offset,
      ).pullback(cotangent),
    random(0, [32, 64, 1024]),
    ones([64]),
    zeros([64]),
    random(1, [32, 64, 1024]),
  )

const boundByPasses =
  'ONNX Runtime fuses no elementwise operations on processors: norm, rectifier and their gradients walk the 8 MB tensor ' +
  "about eleven times, each at the speed of the cache it lies in; PyTorch's kernels walk it four times."

const boundByCall =
  "A call into ONNX Runtime from Node takes 12 microseconds, against 6 of an operation of PyTorch's from Python; in a " +
  'training step it is one call for thousands of operations.'

const norms: readonly BenchCase[] = [
  {
    name: 'BatchNorm+ReLU forward+backward',
    bar: 2,
    explanation: boundByPasses,
    setUp: () => normed((x, options) => batchNorm(x, options).output),
  },
  {
    name: 'GroupNorm+ReLU forward+backward',
    bar: 2,
    explanation: boundByPasses,
    setUp: () => normed((x, options) => groupNorm(x, { groups: 8, ...options })),
  },
]

/** Transforms arrays in shared memory in this thread and one other. */
function eagerRfft<T extends Float32Array | Float64Array>(Floats: new (buffer: SharedArrayBuffer) => T): Timed {
  const pool = createWorkerPool({ size: 1 })
  const { rfft } = createParallelFft(pool)
  const shared = (length: number): T => new Floats(new SharedArrayBuffer(length * new Floats(empty).BYTES_PER_ELEMENT))
  const x = shared(64 * 2 * 8192)
  x.set(normal(randomKey(0), x.length))
  const out = { re: shared(64 * 2 * 4097), im: shared(64 * 2 * 4097) }
  return {
    run: async () => {
      await rfft<T>(x, 8192, { out })
    },
    close: () => pool.close(),
  }
}

const empty = new SharedArrayBuffer(0)

const boundByMatrixProducts =
  'ONNX Runtime has no FFT operator that is right and fast, so a graph transforms by matrix products: 335 MFLOP here, ' +
  'at what its products reach, where an FFT needs 70. Without a gradient, transform on the host before the graph.'

const transforms: readonly BenchCase[] = [
  { name: 'rfft float32', bar: 1.5, setUp: () => eagerRfft(Float32Array) },
  { name: 'rfft float64', bar: 1.5, setUp: () => eagerRfft(Float64Array) },
  {
    name: 'rfft float32 in a graph',
    theirs: 'rfft float32',
    bar: 2,
    explanation: boundByMatrixProducts,
    setUp: () => compiled((x: Tensor) => tensorRfft(x), random(0, [64, 2, 8192])),
  },
  {
    name: 'rfft float64 in a graph',
    theirs: 'rfft float64',
    bar: 2,
    explanation: `${boundByMatrixProducts} float64 has no fused rotation either, and half the lanes.`,
    setUp: () => compiled((x: Tensor) => tensorRfft(x), random(0, [64, 2, 8192]).cast('float64')),
  },
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
  {
    name: 'sum',
    bar: 2,
    explanation: boundByCall,
    setUp: () => compiled((x: Tensor) => sum(x, { axes: -1 }), random(0, [64, 16384])),
  },
  {
    name: 'median',
    bar: 2,
    explanation: "A selection in plain JavaScript, in one thread, against PyTorch's compiled one in two.",
    setUp: () => {
      const x = random(0, [64, 16384])
      return {
        run: () => {
          median(x, { axis: -1 })
        },
      }
    },
  },
  {
    name: 'cumulative sum',
    bar: 2,
    explanation:
      'ONNX Runtime adds a run element by element in one thread, here in float64, so that long float32 runs keep their ' +
      'digits. As products with a triangular matrix it would be faster, but one NaN would spread to elements before it.',
    setUp: () => compiled((x: Tensor) => cumsum(x, { axis: -1 }), random(0, [64, 8192])),
  },
  {
    name: 'tiny graph',
    bar: 2,
    explanation: boundByCall,
    setUp: () => compiled((x: Tensor) => x.mul(2).add(1), random(0, [8])),
  },
]

export const bench: Bench = {
  rival: { environment: 'torch', script: 'engine.py' },
  cases: [...convStack, ...steps, ...norms, ...transforms, ...operations],
}
