/**
 * Runs on WebGPU where there is a device. Without a GPU, SwiftShader (in Debian's `chromium` package) stands in for one:
 *
 *     apt-get install chromium libvulkan1
 *     VK_ICD_FILENAMES=/usr/lib/chromium/vk_swiftshader_icd.json npm run test:interop
 */
import { describe, expect, it } from 'vitest'
import { normal, randomKey } from '../../src/core/index.ts'
import {
  compileStep,
  conv1d,
  createSession,
  jit,
  matmul,
  spec,
  type Tensor,
  tensor,
  toOnnx,
  valueAndGrad,
  workerExecutor,
} from '../../src/tensor/index.ts'
import { deviation, numbersOf } from '../../src/tensor/testing/compare.ts'
import { gradientsOf } from '../../src/tensor/testing/experiment.ts'
import { everyCase } from '../../src/tensor/testing/exported.ts'

const increment = toOnnx((x: Tensor) => x.add(1), { inputs: spec([2]), provider: 'webgpu' })

/** Why WebGPU can't be used here, if it can't. */
const obstacle = await createSession(increment, { provider: 'webgpu' }).then(
  session => session.dispose(),
  (error: Error) => error.message,
)
if (obstacle) console.warn(`WebGPU tests are skipped: ${obstacle}`)

const random = (seed: number, shape: readonly number[], scale = 1): Tensor => {
  const count = shape.reduce((product, n) => product * n, 1)
  return tensor(normal(randomKey(seed), count), { dtype: 'float32', shape }).mul(scale)
}

/** As a part of the largest magnitude. WGSL's transcendental functions may be off by 2^-11 (its specification, 15.7.4). */
const tolerance = 2e-4

/** Functions of which WGSL bounds the absolute error only: near their zeros they have few digits or none. */
const isAbsolute = (title: string): boolean => /^(expm1|log1p|sin|tan|tanh|erf) /.test(title)

describe.skipIf(obstacle)('WebGPU', () => {
  it('runs a model', async () => {
    const session = await createSession(increment, { provider: 'webgpu' })
    expect((await session.run([tensor([1, 2])]))[0]!.toArray()).toEqual([2, 3])
    await session.dispose()
  })

  it('runs in a thread of its own', async () => {
    await using executor = workerExecutor()
    const sum = jit((x: Tensor) => x.square().sum(), { executor, provider: 'webgpu' })
    expect((await sum(tensor([1, 2, 3]))).item()).toBe(14)
    await sum.dispose()
  })

  interface Weights {
    readonly stem: Tensor
    readonly middle: Tensor
    readonly head: Tensor
  }
  const weights: Weights = {
    stem: random(1, [4, 2, 5], 0.3),
    middle: random(2, [4, 4, 3], 0.3),
    head: random(3, [4, 1], 0.5),
  }
  const network = ({ stem, middle, head }: Weights, x: Tensor): Tensor => {
    const first = conv1d(x, stem, { stride: 2, padding: 2 }).relu()
    const second = conv1d(first, middle, { padding: 'same' }).relu()
    return matmul(second.mean({ axes: -1 }), head)
  }
  const loss = (parameters: Weights, x: Tensor, y: Tensor): Tensor => network(parameters, x).sub(y).square().mean()
  const update = (parameters: Weights, x: Tensor, y: Tensor): [Weights, Tensor] => {
    const { value, gradient } = valueAndGrad(loss)(parameters, x, y)
    const move = (name: keyof Weights): Tensor => parameters[name].sub(gradient[name].mul(0.05))
    return [{ stem: move('stem'), middle: move('middle'), head: move('head') }, value]
  }

  it('trains like the processor, its parameters staying on the device', async () => {
    const [x, y] = [random(4, [3, 2, 16]), random(5, [3, 1])]
    const onDevice = await compileStep(update, weights, [x, y], { provider: 'webgpu' })
    const onProcessor = await compileStep(update, weights, [x, y])
    for (let step = 0; step < 5; step++) {
      const [a, b] = [await onDevice.run(x, y), await onProcessor.run(x, y)]
      expect(Math.abs(a.item() / b.item() - 1)).toBeLessThan(tolerance)
    }
    const [found, expected] = [await onDevice.state(), await onProcessor.state()]
    for (const name of ['stem', 'middle', 'head'] as const)
      expect(deviation(numbersOf(found[name]), numbersOf(expected[name]))).toBeLessThan(tolerance)
    await Promise.all([onDevice.dispose(), onProcessor.dispose()])
  })

  // WGSL's implementations may assume that there are no infinities and NaNs (its specification, 15.7.2)
  const isFinite = ({ data }: Tensor): boolean => Array.from(data as ArrayLike<number>, Number).every(Number.isFinite)
  const inFloat32 = everyCase().filter(
    ({ dtype, experiment }) => dtype === 'float32' && experiment.inputs.every(isFinite),
  )

  it.each(inFloat32.map(each => [each.title, each] as const))('computes %s', async (title, { experiment }) => {
    const { inputs, apply, cotangents, differentiable } = experiment
    const both = (...tensors: Tensor[]): Tensor[] => {
      const given = tensors.slice(0, inputs.length)
      const gradients = differentiable.length > 0 ? gradientsOf(experiment, given, tensors.slice(inputs.length)) : []
      return [...apply(given), ...gradients]
    }
    const compiled = jit(both, { provider: 'webgpu' })
    const found = await compiled(...inputs, ...cotangents)
    both(...inputs, ...cotangents).forEach((expected, i) => {
      expect(String(found[i])).toBe(String(expected))
      const floor = isAbsolute(title) ? 1 : Number.MIN_VALUE
      expect(deviation(numbersOf(found[i]!), numbersOf(expected), floor), `output ${i}`).toBeLessThan(tolerance)
    })
    await compiled.dispose()
  })
})
