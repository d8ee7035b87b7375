import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromBinary } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import {
  avgPool1d,
  Complex,
  concat,
  conv1d,
  conv2d,
  convTranspose1d,
  createSession,
  matmul,
  maxPool1d,
  overlapAdd,
  scan,
  stack,
  Tensor,
  take,
  tensor,
  topK,
  windows,
  zeros,
} from '../index.ts'
import { spec, type TensorSpec } from '../spec.ts'
import { deviation, numbersOf } from '../testing/compare.ts'
import { ModelProtoSchema } from './gen/onnx_pb.ts'
import { toOnnx, writeOnnx } from './to-onnx.ts'

/** Numbers without a pattern, the same every time. */
const noise = (shape: readonly number[], seed = 1): Tensor => {
  const size = shape.reduce((product, n) => product * n, 1)
  return Tensor.of(
    Float32Array.from({ length: size }, (_, i) => Math.sin(12.9898 * (i + seed)) * 2),
    shape,
  )
}

type Trees = Readonly<Record<string, Tensor>>
interface BatchCase {
  readonly f: (inputs: Trees) => Trees
  readonly inputs: Readonly<Record<string, TensorSpec>>
  readonly batch?: boolean | readonly string[]
}

const w1 = noise([4, 3, 5], 7)
const w2 = noise([4, 3, 3, 3], 8)
const dense = noise([12, 5], 9)

/** Functions that must be exported with an open batch axis. */
const batchCases: Readonly<Record<string, BatchCase>> = {
  'an elementwise chain with a bias': {
    f: ({ x }) => ({
      y: x!
        .mul(2)
        .add(tensor([1, 2, 3]))
        .tanh(),
    }),
    inputs: { x: spec([1, 4, 3]) },
  },
  'flatten to one axis behind the batch': {
    f: ({ x }) => ({ y: x!.reshape([x!.shape[0]!, -1]) }),
    inputs: { x: spec([1, 3, 4]) },
  },
  'a batch folded into another axis and back': {
    f: ({ x }) => ({ y: x!.reshape([-1, 4]).softmax().reshape([x!.shape[0]!, 3, 4]) }),
    inputs: { x: spec([1, 3, 4]) },
  },
  'an output whose axis is a multiple of the batch': {
    f: ({ x }) => ({ y: x!.reshape([-1, 4]) }),
    inputs: { x: spec([1, 3, 4]) },
  },
  'a product with weights after flattening': {
    f: ({ x }) => ({ y: matmul(x!.reshape([x!.shape[0]!, 12]), dense) }),
    inputs: { x: spec([1, 3, 4]) },
  },
  'a product with weights on three axes': {
    f: ({ x }) => ({ y: matmul(x!, dense).relu() }),
    inputs: { x: spec([1, 2, 12]) },
  },
  'products of two batches, one transposed': {
    f: ({ a, b }) => ({ y: matmul(a!, b!, { transposeB: true }) }),
    inputs: { a: spec([1, 3, 4]), b: spec([1, 5, 4]) },
  },
  'a one-dimensional convolution with stride and padding': {
    f: ({ x }) => ({ y: conv1d(x!, w1, { stride: 2, padding: 'same' }).relu() }),
    inputs: { x: spec([1, 3, 16]) },
  },
  'a convolution in float64, which is decomposed': {
    f: ({ x }) => ({ y: conv1d(x!, w1.cast('float64'), { stride: 2, padding: 1, dilation: 2 }) }),
    inputs: { x: spec([1, 3, 16], 'float64') },
  },
  'a two-dimensional convolution': {
    f: ({ x }) => ({ y: conv2d(x!, w2, { padding: 1 }) }),
    inputs: { x: spec([1, 3, 5, 6]) },
  },
  'mean and variance over the other axes': {
    f: ({ x }) => ({
      y: x!.sub(x!.mean({ axes: [1, 2], keepAxes: true })).div(x!.variance({ axes: [1, 2], keepAxes: true })),
    }),
    inputs: { x: spec([1, 4, 6]) },
  },
  'a long sum, which is made in two stages': {
    f: ({ x }) => ({ y: x!.square().sum({ axes: 1 }) }),
    inputs: { x: spec([1, 8192]) },
  },
  'the first example': { f: ({ x }) => ({ y: x!.slice({ 0: 0 }) }), inputs: { x: spec([1, 4]) } },
  'slices and steps along other axes': {
    f: ({ x }) => ({ y: x!.slice({ 1: [1, 3], '-1': [null, null, -2] }), z: x!.slice({ 1: 0 }) }),
    inputs: { x: spec([1, 4, 7]) },
  },
  'concatenation, stacking and flips along other axes': {
    f: ({ x }) => ({ y: concat([x!, x!.flip(2)], { axis: 1 }), z: stack([x!, x!.neg()], { axis: 1 }) }),
    inputs: { x: spec([1, 2, 5]) },
  },
  'a batch moved to the last axis by a transpose': {
    f: ({ x }) => ({ y: x!.transpose([1, 2, 0]).mul(tensor([[[2]], [[3]], [[4]]])) }),
    inputs: { x: spec([1, 3, 4]) },
  },
  'a batch moved and moved back through a reshape': {
    f: ({ x }) => ({
      y: x!.transpose([1, 0, 2]).reshape([3, -1]).reshape([3, x!.shape[0]!, 4]).transpose([1, 0, 2]).add(1),
    }),
    inputs: { x: spec([1, 3, 4]) },
  },
  'a constant of the batch’s length': {
    f: ({ x }) => ({ y: concat([x!, zeros([x!.shape[0]!, 2])], { axis: 1 }) }),
    inputs: { x: spec([1, 3]) },
  },
  'a row stretched to the batch': {
    f: ({ x }) => ({ y: tensor([[1, 2, 3]]).broadcastTo(x!.shape), z: x!.slice({ 1: [0, 1] }).broadcastTo(x!.shape) }),
    inputs: { x: spec([1, 3]) },
  },
  'padding between and around along other axes': {
    f: ({ x }) => ({ y: conv1d(x!, w1, { padding: [[3, 1]] }).square() }),
    inputs: { x: spec([1, 3, 8]) },
  },
  'two inputs with the batch and one without': {
    f: ({ x, y, scale }) => ({ z: x!.mul(scale!).add(y!.sum({ axes: 1, keepAxes: true })) }),
    inputs: { x: spec([1, 3]), y: spec([1, 6]), scale: spec([3]) },
    batch: ['x', 'y'],
  },
  'an input that is passed on and one that is not used': {
    f: ({ x }) => ({ y: x!, z: x!.greater(0).cast('float32') }),
    inputs: { x: spec([1, 3]), unused: spec([1, 2]) },
  },
  'poolings, one with padding left out of its means': {
    f: ({ x }) => ({
      largest: maxPool1d(x!, 3, { stride: 2, padding: 1 }),
      mean: avgPool1d(x!, 3, { stride: 2, padding: 1, countIncludePad: false }),
    }),
    inputs: { x: spec([1, 3, 16]) },
  },
  'transposed convolutions with and without strides': {
    f: ({ x }) => ({
      y: convTranspose1d(x!, w1.transpose([1, 0, 2]), { stride: 2, padding: 1 }),
      z: convTranspose1d(x!, w1.transpose([1, 0, 2])),
    }),
    inputs: { x: spec([1, 3, 8]) },
  },
  'sorting, medians and running sums': {
    f: ({ x }) => ({
      sorted: x!.sort(),
      median: x!.median({ axis: -1 }),
      sums: x!.cumsum(),
      best: topK(x!, 2, { axis: 1 }).values,
    }),
    inputs: { x: spec([1, 3, 7]) },
  },
  'windows and their sum': {
    f: ({ x }) => {
      const frames = windows(x!, 4, { step: 2 })
      return { frames, sum: overlapAdd(frames.mul(0.5), 2) }
    },
    inputs: { x: spec([1, 3, 12]) },
  },
  'elements at indices along another axis': {
    f: ({ x }) => ({ y: take(x!, [2, 0, -1], { axis: 1 }) }),
    inputs: { x: spec([1, 3, 4]) },
  },
  'functions that float64 has no operators for': {
    f: ({ x }) => ({ y: x!.erf().add(x!.atan()).add(x!.sinh()), z: x!.tan() }),
    inputs: { x: spec([1, 5], 'float64') },
  },
  'a scan over time behind the batch': {
    f: ({ x }) => {
      const [last, sums] = scan(
        (sum: Tensor, step: Tensor): [Tensor, Tensor] => [sum.mul(0.5).add(step), sum.add(step)],
        x!.slice({ 1: 0 }).mul(0),
        x!.transpose([1, 0, 2]),
      )
      return { last, sums: sums.transpose([1, 0, 2]) }
    },
    inputs: { x: spec([1, 6, 3]) },
  },
}

async function runModel(bytes: Uint8Array, inputs: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>> {
  const session = await createSession(bytes)
  const outputs = await session.run(session.inputNames.map(name => inputs[name]!))
  await session.dispose()
  return Object.fromEntries(session.outputNames.map((name, i) => [name, outputs[i]!]))
}

describe('a model with an open batch axis', () => {
  it.each(Object.entries(batchCases))('computes %s at any batch size', async (_name, { f, inputs, batch = true }) => {
    const bytes = toOnnx(f, { inputs, batch })
    const session = await createSession(bytes)
    expect(session.inputs.filter(({ shape }) => shape[0] === 'batch')).toHaveLength(
      batch === true ? Object.keys(inputs).length : (batch as string[]).length,
    )
    for (const size of [1, 2, 5, 32]) {
      const given = Object.fromEntries(
        Object.entries(inputs).map(([name, { shape, dtype }], i) => {
          const isBatched = batch === true || (batch as string[]).includes(name)
          return [name, noise(isBatched ? [size, ...shape.slice(1)] : shape, i + size).cast(dtype)]
        }),
      )
      const expected = f(given)
      const outputs = await session.run(session.inputNames.map(name => given[name]!))
      expect(session.outputNames).toEqual(Object.keys(expected))
      Object.values(expected).forEach((tensor, i) => {
        expect(String(outputs[i])).toBe(String(tensor))
        expect(deviation(numbersOf(outputs[i]!), numbersOf(tensor))).toBeLessThan(2e-6)
      })
    }
    await session.dispose()
  })

  it('says which operation keeps the batch from being open', () => {
    const x = spec([1, 4])
    const exportIt = (f: (inputs: { x: Tensor }) => Tensor) => () => toOnnx(f, { inputs: { x }, batch: true })
    expect(exportIt(({ x }) => x.mean())).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: toOnnx: a constant depends on the batch size (a mean over the batch, or a tensor of its length); the batch axis can’t be symbolic]`,
    )
    expect(exportIt(({ x }) => x.slice({ 0: [0, 2] }))).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: toOnnx: slice takes elements up to 2 of the batch, which may be smaller; the batch axis can’t be symbolic]`,
    )
    expect(exportIt(({ x }) => x.slice({ 0: [1, null] }))).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: toOnnx: slice uses a number that follows the batch size, but is no multiple of it (990 and 996); the batch axis can’t be symbolic]`,
    )
    expect(exportIt(({ x }) => x.add(noise([x.shape[0]!, 4])))).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: toOnnx: a constant depends on the batch size (a mean over the batch, or a tensor of its length); the batch axis can’t be symbolic]`,
    )
    expect(exportIt(({ x }) => (x.shape[0]! > 994 ? x.neg() : x.abs()))).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: toOnnx: abs becomes neg at another batch size; the batch axis can’t be symbolic]`,
    )
    expect(exportIt(({ x }) => concat([x, x, noise([1, 4])]))).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: toOnnx: concat uses a number that follows the batch size, but is no multiple of it (1983 and 1995); the batch axis can’t be symbolic]`,
    )
  })
})

describe('toOnnx', () => {
  it('names inputs and outputs by their paths in the trees', async () => {
    const bytes = toOnnx(
      ({ pair, list }: { pair: Complex; list: [Tensor, Tensor] }) => ({
        sum: { re: pair.re.add(list[0]) },
        power: new Complex(pair.im, list[1]),
      }),
      { inputs: { pair: new Complex(zeros([2]), zeros([2])) as never, list: [spec([2]), spec([2])] } },
    )
    const session = await createSession(bytes)
    expect(session.inputNames).toEqual(['pair.re', 'pair.im', 'list.0', 'list.1'])
    expect(session.outputNames).toEqual(['sum.re', 'power.re', 'power.im'])
    await session.dispose()
  })

  it('names a single tensor input and output, and takes names', async () => {
    const single = await createSession(toOnnx((x: Tensor) => x.exp(), { inputs: spec([3]) }))
    expect([single.inputNames, single.outputNames]).toEqual([['input'], ['output']])
    const renamed = await createSession(
      toOnnx((x: { a: Tensor }) => [x.a.exp()], {
        inputs: { a: spec([3]) },
        inputNames: { a: 'hoft' },
        outputNames: { 0: 'y' },
      }),
    )
    expect([renamed.inputNames, renamed.outputNames]).toEqual([['hoft'], ['y']])
    await Promise.all([single.dispose(), renamed.dispose()])
  })

  it('stores the tensors that a function uses, under the paths they have among the parameters', async () => {
    const parameters = { dense: { weight: dense, bias: noise([5]) } }
    const bytes = toOnnx((x: Tensor) => matmul(x, parameters.dense.weight).add(parameters.dense.bias).mul(0.5), {
      inputs: spec([2, 12]),
      parameters,
    })
    const { graph, metadataProps } = fromBinary(ModelProtoSchema, bytes)
    const names = graph!.initializer.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['dense.weight', 'dense.bias']))
    expect(names).toHaveLength(3)
    expect(metadataProps.map(({ key, value }) => [key, value])).toEqual([
      ['quadrupole.parameters', '["dense.weight","dense.bias"]'],
    ])
    const x = noise([2, 12], 3)
    const { output } = await runModel(bytes, { input: x })
    const expected = matmul(x, dense).add(parameters.dense.bias).mul(0.5)
    expect(deviation(numbersOf(output!), numbersOf(expected))).toBeLessThan(2e-7)
  })

  it('uses standard operators only, unless asked for a provider’s own', () => {
    const f = ({ a, b }: { a: Tensor; b: Tensor }) => matmul(a, b, { transposeA: true })
    const inputs = { a: spec([2, 3]), b: spec([2, 3]) }
    const domains = (bytes: Uint8Array) => fromBinary(ModelProtoSchema, bytes).opsetImport.map(({ domain }) => domain)
    expect(domains(toOnnx(f, { inputs }))).toEqual([''])
    expect(domains(toOnnx(f, { inputs, provider: 'cpu' }))).toEqual(['', 'com.microsoft'])
  })

  it('declares states and other metadata', () => {
    const bytes = toOnnx(
      ({ x, memory }: { x: Tensor; memory: Tensor }) => ({ y: memory.add(x), next: memory.mul(0.5).add(x) }),
      {
        inputs: { x: spec([1, 2]), memory: spec([1, 2]) },
        batch: true,
        states: [{ input: 'memory', output: 'next', initial: tensor([[1, -1]]) }],
        metadata: { sampleRate: '2048' },
      },
    )
    expect(fromBinary(ModelProtoSchema, bytes).metadataProps.map(({ key, value }) => [key, value])).toEqual([
      ['sampleRate', '2048'],
      ['quadrupole.states', '[{"input":"memory","output":"next","initial":"AACAPwAAgL8="}]'],
    ])
  })

  it('refuses names, batches and states that do not fit', () => {
    const f = ({ x, s }: { x: Tensor; s: Tensor }) => ({
      x: x.neg(),
      n: s.add(1),
      m: s.cast('int32'),
      k: s.reshape([1, 2]),
    })
    const inputs = { x: spec([2]), s: spec([2]) }
    const outputNames = { x: 'y' }
    const wrong = (options: object) => () => toOnnx(f, { inputs, outputNames, ...options })
    expect(wrong({ outputNames: {} })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: toOnnx: two inputs, outputs or parameters would be called 'x'; tell them apart with inputNames or outputNames]`,
    )
    expect(wrong({ inputNames: { z: 'a' } })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: toOnnx: inputNames has 'z', the function's inputs are 'x', 's']`,
    )
    expect(wrong({ batch: ['z'] })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: toOnnx: batch names 'z', the inputs are 'x', 's']`,
    )
    expect(wrong({ states: [{ input: 'z', output: 'n' }] })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: toOnnx: a state names the input 'z', the model has 'x', 's']`,
    )
    expect(wrong({ states: [{ input: 's', output: 'm' }] })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: toOnnx: state 's' is float32 [2], output 'm' is int32 [2]; both must be equal]`,
    )
    expect(wrong({ states: [{ input: 's', output: 'k' }] })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: toOnnx: state 's' is float32 [2], output 'k' is float32 [1, 2]; both must be equal]`,
    )
    expect(wrong({ states: [{ input: 's', output: 'n', initial: zeros([3]) }] })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: toOnnx: state 's' is float32 [2], its initial value is float32 [3]; both must be equal]`,
    )
    expect(
      wrong({
        states: [
          { input: 's', output: 'n' },
          { input: 'x', output: 'n' },
        ],
      }),
    ).toThrowErrorMatchingInlineSnapshot(`[QuadrupoleError: toOnnx: output 'n' belongs to two states; pair each once]`)
    expect(() => toOnnx((x: Tensor) => x.exp(), { inputs: spec([]), batch: true })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: toOnnx: input 'input' has shape [] and no axis 0 for the batch; name the inputs that have one in batch]`,
    )
  })

  it('gives the same bytes twice', () => {
    const { f, inputs } = batchCases['a one-dimensional convolution with stride and padding']!
    expect(Buffer.compare(toOnnx(f, { inputs, batch: true }), toOnnx(f, { inputs, batch: true }))).toBe(0)
  })
})

describe('writeOnnx', () => {
  it('writes the bytes to a file and leaves nothing else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'quadrupole-'))
    const path = join(folder, 'model.onnx')
    const options = { inputs: spec([3]) }
    await writeOnnx(path, (x: Tensor) => x.exp(), options)
    expect(
      Buffer.compare(
        await readFile(path),
        toOnnx((x: Tensor) => x.exp(), options),
      ),
    ).toBe(0)
    await rm(folder, { recursive: true })
  })
})
