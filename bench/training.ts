import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWorkerPool, normal, type Progress, randomKey, silentProgress } from 'quadrupole/core'
import { parameterCount, type ResNet1dParameters, resNet1d, sigmoidCrossEntropy } from 'quadrupole/nn'
import { compileStep, jit, type Tensor, tensor, valueAndGrad } from 'quadrupole/tensor'
import {
  type AdamState,
  adam,
  type BatchSource,
  chirpsKind,
  constantRate,
  type DetectionBatch,
  fit,
} from 'quadrupole/train'
import type { Bench, BenchCase, Timed } from './harness/bench.ts'

const batch = 32
const samples = 3072

/** aframe's network (`bench/rivals/training.py`). */
const network = resNet1d({ channels: 2, blocks: [3, 4, 6, 3], norm: { kind: 'group', groups: 16 } })
const { parameters, statistics } = network.init(randomKey('resnet'))
const count = parameterCount(parameters)
if (count !== 7_219_201) throw new Error(`expected aframe's network of 7219201 parameters, got ${count}`)

const decay = { weightDecay: 0.01 }

const loss = (trained: ResNet1dParameters, strain: Tensor, isSignal: Tensor): Tensor =>
  sigmoidCrossEntropy(
    network.apply({ parameters: trained, statistics }, strain, { isTraining: true }).output.squeeze(1),
    isSignal,
  )

const strain = (): Tensor =>
  tensor(normal(randomKey(1), batch * 2 * samples), { dtype: 'float32', shape: [batch, 2, samples] })

/** Forward, backward and AdamW in one graph, on a batch that is there: `steps` of them a call. */
async function bareSteps(steps: number): Promise<Timed> {
  const rule = adam({ learningRate: 1e-3, ...decay })
  type State = { readonly parameters: ResNet1dParameters; readonly optimizer: AdamState }
  const data: [Tensor, Tensor] = [
    strain(),
    tensor(normal(randomKey(2), batch))
      .greater(0)
      .cast('float32'),
  ]
  const step = await compileStep(
    (state: State, x: Tensor, y: Tensor): readonly [State, Tensor] => {
      const { value, gradient } = valueAndGrad((p: ResNet1dParameters) => loss(p, x, y))(state.parameters)
      const next = rule.update(state.parameters, gradient, state.optimizer)
      return [{ parameters: next.parameters, optimizer: next.state }, value]
    },
    { parameters, optimizer: rule.init(parameters) },
    data,
    { threads: 2 },
  )
  return {
    run: async () => {
      for (let i = 0; i < steps; i++) await step.run(...data)
    },
    close: () => step.dispose(),
  }
}

/** A training that makes so many more steps when it is told to, and rests in between. */
interface PacedTraining {
  readonly batches: BatchSource<DetectionBatch>
  readonly progress: Progress
  advance(steps: number): Promise<void>
  stop(): void
}

/** Batches are begun only as far as steps are allowed, so that a training at rest takes no core from a rival. */
function paced(source: BatchSource<DetectionBatch>): PacedTraining {
  const stopped = new AbortController()
  const waiting = new Map<number, () => void>()
  let allowed = 0
  let done = 0
  let reached = (): void => {}
  return {
    batches: {
      specs: source.specs,
      fill: async (index, into, signal) => {
        if (index >= allowed) await new Promise<void>(resolve => waiting.set(index, resolve))
        stopped.signal.throwIfAborted()
        await source.fill(index, into, signal)
      },
    },
    progress: {
      begin: (name, work) => ({
        ...silentProgress.begin(name, work),
        advance: () => {
          if (++done === allowed) reached()
        },
      }),
    },
    advance: steps =>
      new Promise(resolve => {
        reached = resolve
        allowed += steps
        for (const [index, go] of waiting)
          if (index < allowed) {
            waiting.delete(index)
            go()
          }
      }),
    stop: () => {
      stopped.abort()
      for (const go of waiting.values()) go()
    },
  }
}

/** `fit` with windows of chirps that one thread makes, as `quad train` runs it: `steps` steps a call. */
async function fitSteps(steps: number): Promise<Timed> {
  const pool = createWorkerPool({ size: 1 })
  const folder = await mkdtemp(join(tmpdir(), 'quadrupole-bench-'))
  const key = randomKey(3)
  const options = chirpsKind.schema.parse({ sampleRate: 2048, window: samples, mergerRange: [0.5, 1.4] })
  const data = await chirpsKind.create(options, { batch, trainingKey: key, evaluationKey: key, pool })
  const training = paced(data.training)
  const many = 1e9
  const fitted = fit({
    objective: ({ parameters: trained }, { inputs, isSignal }) => ({
      loss: loss(trained, inputs.strain!, isSignal),
      statistics,
    }),
    initial: { parameters, statistics },
    batches: training.batches,
    key,
    steps: many,
    optimizer: ({ learningRate }) => adam({ learningRate, ...decay }),
    schedule: constantRate(1e-3),
    checkpointEvery: many,
    folder,
    execution: { threads: 2 },
    progress: training.progress,
  })
  // it ends by being stopped, or by an error, which is told by the call that waits for it
  fitted.catch(() => undefined)
  return {
    run: () => Promise.race([training.advance(steps), fitted.then(() => undefined)]),
    close: async () => {
      training.stop()
      await fitted.catch(() => undefined)
      await pool.close()
      await rm(folder, { recursive: true })
    },
  }
}

/** At a call's begin no batch is made yet, which a long training has to wait for once: the more steps, the less it counts. */
const stepsOfACall = 5

const cases: readonly BenchCase[] = [
  { name: 'aframe ResNet step', bar: 1.1, setUp: () => bareSteps(1) },
  {
    name: 'aframe ResNet inference',
    bar: 1,
    setUp: () => {
      const run = jit((x: Tensor) => network.apply({ parameters, statistics }, x).output, { threads: 2 })
      const x = strain()
      return {
        run: async () => {
          await run(x)
        },
        close: () => run.dispose(),
      }
    },
  },
  {
    name: `fit, ${stepsOfACall} steps, against ours bare`,
    theirs: () => bareSteps(stepsOfACall),
    bar: 1.1,
    setUp: () => fitSteps(stepsOfACall),
  },
]

export const bench: Bench = { rival: { environment: 'torch', script: 'training.py' }, cases }
