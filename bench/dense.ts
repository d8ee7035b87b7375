import { normal, randomKey } from 'quadrupole/core'
import { coherentCnn } from 'quadrupole/nn'
import { compileNetwork, createDenseEvaluator, type DenseOptions } from 'quadrupole/search'
import type { Bench, BenchCase, Timed } from './harness/bench.ts'

const sampleRate = 2048
const seconds = 16
const execution = { threads: 2 } as const
/** 16 windows a second, and the network's total stride: 42.7 a second. */
const strides = { '16 Hz': 128, '42.7 Hz': 48 } as const

/** Evaluates the coherent network (634,433 parameters, windows of 1 s) over white noise of two detectors. */
async function dense(stride: number, method: NonNullable<DenseOptions['method']>): Promise<Timed> {
  const layers = coherentCnn({ channels: 2, samples: sampleRate })
  const card = {
    name: 'coherent',
    sampleRate,
    window: sampleRate,
    detectors: ['H1', 'L1'],
    band: [20, 1024],
    mergerRange: [0.6, 0.8],
  } as const
  const network = await compileNetwork(layers, layers.init(randomKey(1)), card, execution)
  const evaluator = await createDenseEvaluator(network, { stride, method, execution })
  const strain = [1, 2].map(seed => Float32Array.from(normal(randomKey(seed), seconds * sampleRate)))
  return {
    run: async () => {
      await evaluator.evaluate(strain)
    },
    close: async () => {
      await evaluator.dispose()
      await network.dispose()
    },
  }
}

const cases: readonly BenchCase[] = [
  { name: 'window by window, 16 Hz', bar: 1, setUp: () => dense(strides['16 Hz'], 'windows') },
  ...Object.entries(strides).map(
    ([rate, stride]): BenchCase => ({
      name: `shared passes, ${rate}, against ours window by window`,
      theirs: () => dense(stride, 'windows'),
      bar: 0.3,
      setUp: () => dense(stride, 'shared'),
    }),
  ),
]

export const bench: Bench = { rival: { environment: 'torch', script: 'dense.py' }, cases }
