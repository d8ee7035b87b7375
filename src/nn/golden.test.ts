import { describe, expect, it } from 'vitest'
import { flatten, type Key, mapTree, randomKey, treePaths } from '../core/index.ts'
import {
  avgPool1d,
  Complex,
  createSession,
  jit,
  maxPool1d,
  spec,
  stack,
  type Tensor,
  toOnnx,
  valueAndGrad,
} from '../tensor/index.ts'
import { type Activation, activations } from './activations.ts'
import { type CoherentCnnOptions, coherentCnn } from './coherent-cnn.ts'
import { firBank } from './fir-bank.ts'
import { convolution1d, linear } from './linear.ts'
import { type Network, parameterCount, type Variables } from './network.ts'
import { batchNorm, batchNormInference, groupNorm } from './norm.ts'
import { type ResNet1dOptions, resNet1d } from './resnet-1d.ts'
import { cotangentOf, type GoldenCase, goldenCases, goldenCounts } from './testing/golden.ts'

// Ours is compiled float32, PyTorch's float64: 1e-5 of the largest element.
const tolerance = 1e-5

function expectClose(ours: Tensor, theirs: Float32Array, name: string): void {
  const largest = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3)
  const worst = ours.dataAs('float32').reduce((most, value, i) => Math.max(most, Math.abs(value - theirs[i]!)), 0)
  expect(ours.size, name).toBe(theirs.length)
  expect(worst / largest, name).toBeLessThan(tolerance)
}

type Tensors = Readonly<Record<string, Tensor>>

/** Values and gradients by every named tensor, compiled. */
async function expectGolden({ tensors, shape, output, gradients }: GoldenCase, f: (given: Tensors) => Tensor) {
  const buffers = Object.fromEntries(Object.entries(tensors).filter(([name]) => !(name in gradients)))
  const trained = Object.fromEntries(Object.entries(tensors).filter(([name]) => name in gradients))
  const cotangent = cotangentOf(shape)
  const run = jit((given: Tensors, rest: Tensors) =>
    valueAndGrad((own: Tensors) => {
      const y = f({ ...own, ...rest })
      return [y.mul(cotangent).sum(), y] as const
    })(given),
  )
  const result = await run(trained, buffers)
  await run.dispose()
  expectClose(result.value[1], output, 'output')
  expect(Object.keys(result.gradient).toSorted()).toEqual(Object.keys(gradients).toSorted())
  for (const [name, gradient] of Object.entries(result.gradient)) expectClose(gradient, gradients[name]!, name)
}

const oneCase = (title: string): GoldenCase => goldenCases(title).find(each => each.title === title)!

describe('layers give what PyTorch’s give', () => {
  it('linear', () => expectGolden(oneCase('linear'), ({ x, ...own }) => linear(x!, own as never)))
  it('convolution1d', () =>
    expectGolden(oneCase('convolution1d'), ({ x, ...own }) =>
      convolution1d(x!, own as never, { stride: 2, padding: 2, dilation: 2, groups: 2 }),
    ))
  it('groupNorm', () =>
    expectGolden(oneCase('groupNorm'), ({ x, weight, bias }) =>
      groupNorm(x!, { groups: 3, scale: weight!, offset: bias! }),
    ))
  it('batchNorm', () =>
    expectGolden(
      oneCase('batchNorm'),
      ({ x, weight, bias }) => batchNorm(x!, { scale: weight!, offset: bias! }).output,
    ))
  it('batchNormInference', () =>
    expectGolden(oneCase('batchNorm, inference'), ({ x, weight, bias, running_mean, running_var }) =>
      batchNormInference(x!, { scale: weight!, offset: bias!, mean: running_mean!, variance: running_var! }),
    ))
  it('pooling', async () => {
    await expectGolden(oneCase('maxPool1d'), ({ x }) => maxPool1d(x!, 3, { stride: 2, padding: 1 }))
    await expectGolden(oneCase('avgPool1d'), ({ x }) => avgPool1d(x!, 3, { stride: 2 }))
  })
  it.each(Object.keys(activations) as Activation[])('%s', name =>
    expectGolden(oneCase(`activation ${name}`), ({ x }) => activations[name](x!)),
  )
  it.each(['direct', 'fourier'] as const)('firBank, %s', async method => {
    for (const golden of goldenCases('firBank'))
      await expectGolden({ ...golden, shape: [2, ...golden.shape] }, given => {
        const pair = (name: string) => new Complex(given[`${name}.re`]!, given[`${name}.im`]!)
        const y = firBank(pair('x'), pair('bank'), { stride: golden.stride!, method })
        return stack([y.re, y.im])
      })
  })
})

const cnn = oneCase('coherentCnn')
const networks = [
  ...goldenCases('resNet1d').map(golden => ({
    ...golden,
    model: resNet1d(golden.network as unknown as ResNet1dOptions) as Network,
  })),
  { ...cnn, model: coherentCnn(cnn.network as unknown as CoherentCnnOptions) as Network },
]

/** A tree of the network's nest with the tensors of PyTorch's names. */
const named = <T>(tree: T, model: Network, tensors: Tensors): T =>
  mapTree(tree, (_: Tensor, path) => tensors[model.torchName!(path)]!) as T

describe.each(networks)('$title', ({ model, training, buffers, ...golden }) => {
  const initial = model.init(randomKey(1))
  const isTraining = training!
  const variablesOf = (tensors: Tensors): Variables => ({
    parameters: named(initial.parameters, model, tensors),
    statistics: named(initial.statistics, model, tensors),
  })

  it('gives the values and gradients of PyTorch with the same weights', () =>
    expectGolden(
      { ...golden, buffers },
      ({ x, ...tensors }) => model.apply(variablesOf(tensors), x!, { isTraining }).output,
    ))

  it('has the tensors that PyTorch has, in the same shapes', () => {
    const { x: _, ...tensors } = golden.tensors
    const ours = [initial.parameters, initial.statistics].flatMap(tree =>
      treePaths(tree).map((path, i) => [model.torchName!(path), [...(flatten(tree).leaves[i] as Tensor).shape]]),
    )
    expect(Object.fromEntries(ours)).toEqual(
      Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, [...shape]])),
    )
  })

  it('keeps the running moments that PyTorch keeps', () => {
    const { x, ...tensors } = golden.tensors
    const { statistics } = model.apply(variablesOf(tensors), x!, { isTraining })
    const leaves = flatten(statistics).leaves as Tensor[]
    treePaths(statistics).forEach((path, i) => {
      const name = model.torchName!(path)
      expectClose(leaves[i]!, buffers[name]!, name)
    })
    expect(leaves).toHaveLength(Object.keys(buffers).length)
  })

  it('is the same as a file of ONNX with an open batch axis', async () => {
    if (isTraining && Object.keys(buffers).length > 0) return
    const { x, ...tensors } = golden.tensors
    const { parameters, statistics } = variablesOf(tensors)
    const bytes = toOnnx(
      ({ strain }: { strain: Tensor }) => ({ y: model.apply({ parameters, statistics }, strain).output }),
      {
        inputs: { strain: spec([1, ...x!.shape.slice(1)]) },
        batch: true,
        parameters,
      },
    )
    const session = await createSession(bytes)
    const [y] = await session.run([x!])
    await session.dispose()
    expectClose(y!, golden.output, 'output')
  })
})

describe('resNet1d', () => {
  it.each(goldenCounts)('with $options has $parameters parameters', ({ options, parameters }) => {
    const { parameters: tree } = resNet1d({ channels: 2, ...options }).init(randomKey(1))
    expect(parameterCount(tree)).toBe(parameters)
  })

  it('has exactly 7,219,201 parameters as aframe has it', () => {
    expect(parameterCount(resNet1d({ channels: 2 }).init(randomKey(1)).parameters)).toBe(7_219_201)
  })

  it('begins with blocks that are identities with zeroInitResidual', () => {
    const key: Key = randomKey(2)
    const network = resNet1d({ channels: 2, blocks: [1], width: 4, zeroInitResidual: true })
    const { parameters, statistics } = network.init(key)
    expect(parameters.stages[0]![0]!.convolutions[1]!.scale.toArray()).toEqual([0, 0, 0, 0])
    expect(parameters.stages[0]![0]!.convolutions[0]!.scale.toArray()).toEqual([1, 1, 1, 1])
    // whatever the first convolutions are, nothing of them is added
    const silent = mapTree(parameters, (leaf: Tensor, path) => (/stages.*0.weight/.test(path) ? leaf.mul(0) : leaf))
    const x = cotangentOf([2, 2, 40])
    const full = network.features({ parameters, statistics }, x).output
    const other = network.features({ parameters: silent, statistics }, x).output
    expect(full.shape).toEqual([2, 4, 10])
    expect(full.equal(other).all().item()).toBe(1)
  })

  it.each([
    { options: { taps: 4 }, message: 'expected odd taps, got 4' },
    { options: { blocks: [] }, message: 'expected a positive number of blocks for each of at least one stage, got []' },
    {
      options: { reductions: ['stride'] as const },
      message: 'expected a reduction for each of the 3 stages after the first, got 1',
    },
    { options: { groups: 3 }, message: "3 groups don't divide 64 channels" },
  ])('refuses $options', ({ options, message }) => {
    expect(() => resNet1d({ channels: 2, ...options })).toThrow(`nn.resNet1d: ${message}`)
  })
})

describe('coherentCnn', () => {
  it('has the size of the published entry: 0.635 million parameters within 0.2 %', () => {
    const { parameters } = coherentCnn({ channels: 2, samples: 2048 }).init(randomKey(1))
    expect(parameterCount(parameters)).toBe(634_433)
    expect(parameters.convolutions).toHaveLength(12)
    expect(parameters.dense).toHaveLength(3)
  })

  it('refuses windows that are too short, and others than its own', () => {
    expect(() => coherentCnn({ channels: 2, samples: 100 })).toThrow('nn.coherentCnn: 100 samples are too few')
    const { init, apply } = coherentCnn({ channels: 2, samples: 2048 })
    expect(() => apply(init(randomKey(1)), cotangentOf([1, 2, 2000]))).toThrow('expected [batch, 2, 2048]')
  })
})
