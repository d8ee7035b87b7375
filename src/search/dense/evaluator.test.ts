import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mapTree, normal, type QuadrupoleError, randomKey, split, uniform } from '../../core/index.ts'
import {
  coherentCnn,
  convolution1d,
  firBank,
  initialConvolution1d,
  initialFirBank,
  initialLinear,
  linear,
  type Network,
  type Normalization,
  normalization,
  resNet1d,
  type Variables,
} from '../../nn/index.ts'
import { Complex, globalAveragePool, maxPool1d, spec, type Tensor, tensor, toOnnx } from '../../tensor/index.ts'
import { loadNetwork } from '../look/onnx-network.ts'
import type { WindowNetwork } from './detector-network.ts'
import { createDenseEvaluator, type DenseEvaluator } from './evaluator.ts'
import { compileNetwork, type NetworkCard, type OnnxNetwork } from './session-network.ts'

const cardOf = (window: number): NetworkCard => ({
  name: 'small',
  sampleRate: 256,
  window,
  detectors: ['H1', 'L1'],
  band: [20, 128],
  mergerRange: [0.5, 0.75],
})

/** White noise of both detectors. */
const strainOf = (samples: number): Float32Array[] =>
  split(randomKey('strain'), 2).map(key => Float32Array.from(normal(key, samples)))

/** A network's variables of a size that carries what it sees to its output. */
const loud = <P, S>(network: Network<P, S>) => {
  const { parameters, statistics } = network.init(randomKey('weights'))
  // the variance of He's weights, which a rectifier keeps
  return { parameters: mapTree(parameters, (t: Tensor) => t.mul(Math.sqrt(6))) as P, statistics }
}

const small = coherentCnn({
  channels: 2,
  samples: 256,
  convolutions: [
    { outputs: 6, taps: 16 },
    { outputs: 6, taps: 8, pool: 4 },
    { outputs: 8, taps: 5, pool: 3 },
  ],
  dense: [16],
})
const totalStride = 12

/** Sums each channel with weights that tell all samples apart, without an engine. */
const weighing: WindowNetwork & { readonly batches: number[] } = {
  name: 'weighing',
  window: 10,
  detectors: ['H1', 'L1'],
  batches: [],
  async run(windows, batch) {
    this.batches.push(batch)
    return Float32Array.from({ length: batch }, (_, row) =>
      windows.subarray(row * 20, (row + 1) * 20).reduce((sum, x, i) => sum + x * (i + 1), 0),
    )
  },
}

/** Cuts channels where told. */
const piecesOf = (channels: readonly Float32Array[], cuts: readonly number[]): Float32Array[][] => {
  const { length } = channels[0]!
  const places = [0, ...cuts.map(cut => cut % (length + 1)).sort((a, b) => a - b), length]
  return places.slice(1).map((to, i) => channels.map(channel => channel.subarray(places[i]!, to)))
}

const streamed = async (evaluator: DenseEvaluator, pieces: readonly Float32Array[][]): Promise<Float32Array> => {
  const stream = evaluator.stream()
  const outputs: number[] = []
  for (const piece of pieces) outputs.push(...(await stream.push(piece)))
  outputs.push(...(await stream.finish()))
  return Float32Array.from(outputs)
}

const largestDifference = (a: Float32Array, b: Float32Array): number => {
  expect(a.length).toBe(b.length)
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0)
}

const spread = (x: Float32Array): number => Math.max(...x) - Math.min(...x)

describe('window by window', () => {
  it('gives every window that lies wholly in the stretch, at any stride, however it is cut', async () => {
    const cuts = fc.array(fc.nat(500), { maxLength: 8 })
    const size = fc.integer({ min: 1, max: 40 })
    await fc.assert(
      fc.asyncProperty(fc.nat(200), size, size, cuts, async (samples, stride, batch, places) => {
        const strain = strainOf(samples)
        const evaluator = await createDenseEvaluator(weighing, { stride, batch })
        const expected: number[] = []
        for (let at = 0; at + 10 <= samples; at += stride) {
          const window = strain.flatMap(channel => [...channel.subarray(at, at + 10)])
          expected.push(window.reduce((sum, x, i) => sum + x * (i + 1), 0))
        }
        expect(evaluator.countOf(samples)).toBe(expected.length)
        expect(await streamed(evaluator, piecesOf(strain, places))).toEqual(Float32Array.from(expected))
      }),
      { numRuns: 200 },
    )
  })

  it('waits until a batch is full, and says how many windows are done', async () => {
    const steps: number[] = []
    const evaluator = await createDenseEvaluator(weighing, { stride: 5, batch: 4 })
    const stream = evaluator.stream({ onProgress: done => steps.push(done) })
    // three windows, then a fourth
    expect(await stream.push(strainOf(24))).toHaveLength(0)
    expect(await stream.push(strainOf(1))).toHaveLength(4)
    expect(await stream.push(strainOf(9))).toHaveLength(0)
    expect(await stream.finish()).toHaveLength(1)
    expect(steps).toEqual([4, 5])
    expect(weighing.batches.slice(-2)).toEqual([4, 1])
  })

  it('refuses what is no stride, pieces that differ, samples out of turn and outputs that are not finite', async () => {
    const failure = async (work: Promise<unknown>): Promise<string> => {
      const error = await work.then(
        () => undefined,
        (reason: QuadrupoleError) => reason,
      )
      return `${error!.code} ${error!.message}`
    }
    expect(await failure(createDenseEvaluator(weighing, { stride: 2.5 }))).toMatchInlineSnapshot(
      `"argument search.createDenseEvaluator: expected stride to be a positive integer, got 2.5"`,
    )
    const evaluator = await createDenseEvaluator(weighing, { stride: 5, batch: 4 })
    const [h1] = strainOf(100) as [Float32Array]
    expect(await failure(evaluator.evaluate([h1]))).toMatchInlineSnapshot(
      `"shape search.createDenseEvaluator: expected equally many samples of H1 and L1 for weighing, got pieces of 100"`,
    )
    expect(await failure(evaluator.evaluate([h1, h1.subarray(1)]))).toMatchInlineSnapshot(
      `"shape search.createDenseEvaluator: expected equally many samples of H1 and L1 for weighing, got pieces of 100 and 99"`,
    )
    const stream = evaluator.stream()
    const first = stream.push([h1, h1])
    expect(await failure(stream.push([h1, h1]))).toMatchInlineSnapshot(
      `"argument search.createDenseEvaluator: samples came before those pushed earlier were done; wait for each push"`,
    )
    await first
    await stream.finish()
    expect(await failure(stream.push([h1, h1]))).toMatchInlineSnapshot(
      `"disposed search.createDenseEvaluator: the stretch has ended; begin a stream for the next one"`,
    )
    const gap = h1.with(50, Number.NaN)
    expect(await failure(evaluator.evaluate([h1, gap]))).toMatchInlineSnapshot(
      `"data search.createDenseEvaluator: sample 50 of L1 is NaN; end the stretch before it and begin another after it"`,
    )
    const broken = {
      ...weighing,
      run: async (_: Float32Array, batch: number) => new Float32Array(batch).fill(Infinity),
    }
    const other = await createDenseEvaluator(broken, { stride: 5, batch: 4 })
    expect(await failure(other.evaluate([h1, h1]))).toMatchInlineSnapshot(
      `"runtime search.createDenseEvaluator: weighing gave 4 outputs (finite: false) for 4 windows, expected one finite number each"`,
    )
  })
})

describe('in shared passes', () => {
  let network: OnnxNetwork
  let folder: string
  beforeAll(async () => {
    network = await compileNetwork(small, loud(small), cardOf(256))
    folder = await mkdtemp(join(tmpdir(), 'quadrupole-dense-'))
  })
  afterAll(async () => {
    await network.dispose()
    await rm(folder, { recursive: true })
  })

  const evaluated = async (
    of: WindowNetwork,
    strain: readonly Float32Array[],
    options: { stride: number; method: 'windows' | 'shared'; batch?: number },
  ): Promise<Float32Array> => {
    const evaluator = await createDenseEvaluator(of, options)
    const outputs = await evaluator.evaluate(strain)
    await evaluator.dispose()
    return outputs
  }

  it('gives what each window alone gives, to 1e-5, at multiples of the total stride and between', async () => {
    const strain = strainOf(3001)
    for (const stride of [totalStride, 3 * totalStride, 16, 7]) {
      const alone = await evaluated(network, strain, { stride, method: 'windows' })
      expect(alone).toHaveLength(Math.floor((3001 - 256) / stride) + 1)
      expect(spread(alone)).toBeGreaterThan(0.5)
      for (const batch of [5, 64]) {
        const shared = await evaluated(network, strain, { stride, method: 'shared', batch })
        expect(largestDifference(shared, alone)).toBeLessThan(1e-5)
      }
    }
  })

  it('gives the same bits however the stretch is cut', async () => {
    const strain = strainOf(2500)
    const evaluator = await createDenseEvaluator(network, { stride: 16, method: 'shared' })
    const whole = await evaluator.evaluate(strain)
    for (const cuts of [[1, 2, 300, 301, 2400], [0, 999, 1700], Array.from({ length: 25 }, (_, i) => 100 * i)])
      expect(await streamed(evaluator, piecesOf(strain, cuts))).toEqual(whole)
    expect(await evaluator.evaluate(strainOf(255))).toHaveLength(0)
    expect(await evaluator.evaluate(strainOf(256))).toEqual(whole.subarray(0, 1))
    await evaluator.dispose()
  })

  it('holds for the coherent network of 2,048 samples, whose total stride is 48', async () => {
    const full = coherentCnn({ channels: 2, samples: 2048 })
    const coherent = await compileNetwork(full, loud(full), { ...cardOf(2048), sampleRate: 2048 })
    const strain = strainOf(2048 + 40 * 48)
    const alone = await evaluated(coherent, strain, { stride: 48, method: 'windows' })
    const shared = await evaluated(coherent, strain, { stride: 48, method: 'shared' })
    await coherent.dispose()
    expect(alone).toHaveLength(41)
    expect(spread(alone)).toBeGreaterThan(0.5)
    expect(largestDifference(shared, alone)).toBeLessThan(1e-5)
  })

  it('holds for stored moments and the mean over all places, but not for moments of the window', async () => {
    const convolution = initialConvolution1d(randomKey(1), { inputs: 2, outputs: 8, taps: 9 })
    const parameters = { convolution, head: initialLinear(randomKey(2), { inputs: 8, outputs: 1 }) }
    const draws = (name: string) => tensor(Float32Array.from(uniform(randomKey(name), 8, { low: 0.2, high: 2 })))
    const scaling = { scale: draws('scale'), offset: draws('offset') }
    const moments = { mean: draws('mean'), variance: draws('variance') }
    const normed = (choice: Normalization) => ({
      apply: (_: Variables, x: Tensor) => {
        const convolved = convolution1d(x, parameters.convolution)
        const { output } = normalization(convolved, { parameters: scaling, statistics: moments }, choice)
        return { output: linear(globalAveragePool(maxPool1d(output.relu(), 4)), parameters.head), statistics: {} }
      },
    })
    const none = { parameters: {}, statistics: {} }
    const stored = await compileNetwork(normed({ kind: 'batch' }), none, cardOf(256))
    const strain = strainOf(1500)
    const alone = await evaluated(stored, strain, { stride: 4, method: 'windows' })
    const shared = await evaluated(stored, strain, { stride: 4, method: 'shared' })
    expect(spread(alone)).toBeGreaterThan(0.01)
    expect(largestDifference(shared, alone)).toBeLessThan(1e-6)
    const own = await compileNetwork(normed({ kind: 'group', groups: 2 }), none, cardOf(256))
    await expect(createDenseEvaluator(own, { stride: 4, method: 'shared' })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: tensor.slide: sub of [1, 2, 4, 248] and [1, 2, 1, 1] combines single places with something of the window as a whole, as group normalisation and other moments of the window do, so that windows don't share it; evaluate window by window]`,
    )
    await stored.dispose()
    await own.dispose()
  })

  it('holds for a bank of complex filters by sums, but not by transforms over the window', async () => {
    const bank = initialFirBank(randomKey(3), { filters: 3, taps: 32 })
    const filtered = (method: 'direct' | 'fourier') => ({
      apply: (_: Variables, x: Tensor) => {
        const series = new Complex(x, x.mul(0.5))
        const { re, im } = firBank(series, bank, { stride: 2, method })
        const power = re.square().add(im.square())
        return { output: power.sum({ axes: 1 }).max({ axes: [1, 2] }), statistics: {} }
      },
    })
    const none = { parameters: {}, statistics: {} }
    const bySums = await compileNetwork(filtered('direct'), none, cardOf(256))
    const strain = strainOf(1500)
    const alone = await evaluated(bySums, strain, { stride: 10, method: 'windows' })
    const shared = await evaluated(bySums, strain, { stride: 10, method: 'shared' })
    expect(spread(alone)).toBeGreaterThan(0.5)
    expect(largestDifference(shared, alone)).toBeLessThan(1e-5)
    const byTransforms = await compileNetwork(filtered('fourier'), none, cardOf(256))
    await expect(createDenseEvaluator(byTransforms, { stride: 10, method: 'shared' })).rejects.toThrow(
      /tensor\.slide: fft/,
    )
    await bySums.dispose()
    await byTransforms.dispose()
  })

  it('holds for the file of a network', async () => {
    const variables = loud(small)
    const path = join(folder, 'model.onnx')
    const bytes = toOnnx(({ strain }: { strain: Tensor }) => ({ logit: small.apply(variables, strain).output }), {
      inputs: { strain: spec([1, 2, 256]) },
      batch: true,
      parameters: variables.parameters,
    })
    await writeFile(path, bytes)
    await writeFile(join(folder, 'model.json'), JSON.stringify(cardOf(256)))
    const loaded = await loadNetwork(path)
    const strain = strainOf(2000)
    const [alone, shared] = [
      await evaluated(loaded, strain, { stride: totalStride, method: 'windows' }),
      await evaluated(loaded, strain, { stride: totalStride, method: 'shared' }),
    ]
    await loaded.dispose()
    expect(largestDifference(shared, alone)).toBeLessThan(1e-5)
    expect(alone).toEqual(await evaluated(network, strain, { stride: totalStride, method: 'windows' }))
  })

  it('refuses networks whose windows share nothing, and says why', async () => {
    const refusal = async (of: WindowNetwork): Promise<string> => {
      const error = await createDenseEvaluator(of, { stride: 16, method: 'shared' }).then(
        () => undefined,
        (reason: QuadrupoleError) => reason,
      )
      expect(error?.code).toBe('unsupported')
      return error!.message
    }
    expect(await refusal(weighing)).toMatchInlineSnapshot(
      `"search.createDenseEvaluator: weighing is not known as a function of tensors; evaluate it window by window"`,
    )
    const residual = resNet1d({ channels: 2, blocks: [1], width: 4, norm: { kind: 'group', groups: 2 } })
    const detector = await compileNetwork(residual, residual.init(randomKey(1)), cardOf(256))
    expect(await refusal(detector)).toMatchInlineSnapshot(
      `"tensor.slide: conv of [1, 2, 256] and [4, 2, 7] pads the window by 3 and 3 places, so that windows don't share it; evaluate window by window"`,
    )
    expect(await evaluated(detector, strainOf(400), { stride: 16, method: 'windows' })).toHaveLength(10)
    await detector.dispose()
  })
})
