import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWorkerPool, foldIn, integers, normal, randomKey, silentProgress } from 'quadrupole/core'
import { parameterCount, type ResNet1dParameters, resNet1d, sigmoidCrossEntropy, type Variables } from 'quadrupole/nn'
import { type CoincidenceInputs, coincidenceNetwork } from 'quadrupole/search'
import { compileStep, jit, spec, Tensor, tensor, valueAndGrad } from 'quadrupole/tensor'
import {
  type AdamState,
  adam,
  type BatchSource,
  type BatchSpecs,
  chirpsKind,
  constantRate,
  type DetectionBatch,
  type DetectorInputs,
  fit,
} from 'quadrupole/train'
import type { Bench, BenchCase, Timed } from './harness/bench.ts'
import { pacedTraining } from './harness/paced-training.ts'

/** As many as the rival's. */
const execution = { threads: 2 } as const

const adamW = (learningRate: number | Tensor) => adam({ learningRate, weightDecay: 0.01 })

const random = (n: number, shape: readonly number[]): Tensor => {
  const count = shape.reduce((product, length) => product * length, 1)
  return tensor(normal(randomKey(n), count), { dtype: 'float32', shape })
}

const labels = (count: number): Tensor => random(2, [count]).greater(0).cast('float32')

/** A network in training: its logits [batch] for inputs. */
interface Trained<Parameters, Inputs> {
  readonly initial: Variables<Parameters, unknown>
  readonly logits: (parameters: Parameters, inputs: Inputs, isTraining: boolean) => Tensor
  readonly inputs: Inputs
  readonly batch: number
}

const batch = 32
const samples = 3072

/** aframe's network (`bench/rivals/training.py`). */
function aframe(): Trained<ResNet1dParameters, Tensor> {
  const network = resNet1d({ channels: 2, blocks: [3, 4, 6, 3], norm: { kind: 'group', groups: 16 } })
  const { parameters, statistics } = network.init(randomKey('resnet'))
  const count = parameterCount(parameters)
  if (count !== 7_219_201) throw new Error(`expected aframe's network of 7219201 parameters, got ${count}`)
  return {
    initial: { parameters, statistics },
    logits: (trained, strain, isTraining) =>
      network.apply({ parameters: trained, statistics }, strain, { isTraining }).output.squeeze(1),
    inputs: random(1, [batch, 2, samples]),
    batch,
  }
}

const candidates = 256
/** Templates whose series a candidate has, and samples of each. */
const [templates, kept] = [8, 32]
const bankSize = 140

/** The network that ranks candidates of a matched-filter search (`bench/rivals/coincidence.py`). */
function ranker() {
  const network = coincidenceNetwork({ bankSize })
  const { parameters, statistics } = network.init(randomKey('ranker'))
  const indices = Int32Array.from(integers(randomKey(3), candidates * templates, { high: bankSize }))
  return {
    initial: { parameters, statistics },
    logits: (trained, inputs) => network.apply({ parameters: trained, statistics }, inputs).output.logit,
    inputs: {
      series: random(1, [candidates, templates, 2, 2, kept]),
      templates: Tensor.of(indices, [candidates, templates]),
    },
    batch: candidates,
  } satisfies Trained<typeof parameters, CoincidenceInputs>
}

/** Forward, backward and AdamW in one graph, on a batch that is there: `steps` of them a call. */
async function bareSteps<Parameters, Inputs>(
  { initial, logits, inputs, batch }: Trained<Parameters, Inputs>,
  steps = 1,
): Promise<Timed> {
  const rule = adamW(1e-3)
  type State = { readonly parameters: Parameters; readonly optimizer: AdamState }
  const data: [Inputs, Tensor] = [inputs, labels(batch)]
  const step = await compileStep(
    (state: State, x: Inputs, y: Tensor): readonly [State, Tensor] => {
      const loss = (p: Parameters) => sigmoidCrossEntropy(logits(p, x, true), y)
      const { value, gradient } = valueAndGrad(loss)(state.parameters)
      const next = rule.update(state.parameters, gradient, state.optimizer)
      return [{ parameters: next.parameters, optimizer: next.state }, value]
    },
    { parameters: initial.parameters, optimizer: rule.init(initial.parameters) },
    data,
    execution,
  )
  return {
    run: async () => {
      for (let i = 0; i < steps; i++) await step.run(...data)
    },
    close: () => step.dispose(),
  }
}

function inference<Parameters, Inputs>({ initial, logits, inputs }: Trained<Parameters, Inputs>): Timed {
  const run = jit((x: Inputs) => logits(initial.parameters, x, false), execution)
  return {
    run: async () => {
      await run(inputs)
    },
    close: () => run.dispose(),
  }
}

/** Where the batches of a training come from, and what must be closed after it. */
interface Data<Batch> {
  readonly source: BatchSource<Batch>
  close(): Promise<void>
}

/** Windows of chirps that one thread makes, as `quad train` has it. */
async function chirps(folder: string): Promise<Data<DetectionBatch>> {
  const pool = createWorkerPool({ size: 1 })
  const key = randomKey(3)
  const options = chirpsKind.schema.parse({ sampleRate: 2048, window: samples, mergerRange: [0.5, 1.4] })
  const progress = silentProgress
  const data = await chirpsKind.create(options, { batch, trainingKey: key, evaluationKey: key, pool, folder, progress })
  return { source: data.training, close: () => pool.close() }
}

/** Candidates copied from a table in memory, as the data kind `candidates` does. */
async function tabled(): Promise<Data<DetectionBatch>> {
  const count = 20_000
  const width = templates * 4 * kept
  const table = { series: new Float32Array(count * width), templates: new Int32Array(count * templates) }
  for (let row = 0; row < count; row += 100)
    table.series.set(normal(foldIn(randomKey(5), row), 100 * width), row * width)
  const specs = {
    inputs: {
      series: spec([candidates, templates, 2, 2, kept]),
      templates: spec([candidates, templates], 'int32'),
    },
    isSignal: spec([candidates]),
  }
  const fill: BatchSource<DetectionBatch>['fill'] = (index, into) => {
    const rows = integers(foldIn(randomKey(4), index), candidates, { high: count })
    const { inputs, isSignal } = into as unknown as {
      readonly inputs: { readonly series: Float32Array; readonly templates: Int32Array }
      readonly isSignal: Float32Array
    }
    rows.forEach((row, i) => {
      inputs.series.set(table.series.subarray(row * width, (row + 1) * width), i * width)
      inputs.templates.set(table.templates.subarray(row * templates, (row + 1) * templates), i * templates)
      isSignal[i] = i < candidates / 2 ? 1 : 0
    })
  }
  const source = { specs: specs as unknown as BatchSpecs<DetectionBatch>, isShared: false, fill }
  return { source, close: async () => {} }
}

/** A training by `fit`: `steps` steps a call. */
async function fitSteps<Parameters, Inputs>(
  { initial, logits }: Trained<Parameters, Inputs>,
  dataOf: (folder: string) => Promise<Data<DetectionBatch>>,
  inputsOf: (inputs: DetectorInputs) => Inputs,
  steps: number,
): Promise<Timed> {
  const folder = await mkdtemp(join(tmpdir(), 'quadrupole-bench-'))
  const data = await dataOf(folder)
  const training = pacedTraining(data.source)
  const many = 1e9
  const fitted = fit({
    objective: ({ parameters: trained, statistics }, { inputs, isSignal }) => ({
      loss: sigmoidCrossEntropy(logits(trained, inputsOf(inputs), true), isSignal),
      statistics,
    }),
    initial,
    batches: training.batches,
    key: randomKey(3),
    steps: many,
    optimizer: ({ learningRate }) => adamW(learningRate),
    schedule: constantRate(1e-3),
    checkpointEvery: many,
    folder,
    execution,
    progress: training.progress,
  })
  // it ends by being stopped, or by an error, which is told by the call that waits for it
  fitted.catch(() => undefined)
  return {
    run: () => Promise.race([training.advance(steps), fitted.then(() => undefined)]),
    close: async () => {
      training.stop()
      await fitted.catch(() => undefined)
      await data.close()
      await rm(folder, { recursive: true })
    },
  }
}

/** At a call's begin no batch is made yet, which a long training has to wait for once: the more steps, the less it counts. */
const fits = { aframe: 3, ranker: 100 } as const

const cases: readonly BenchCase[] = [
  { name: 'aframe ResNet step', bar: 1.1, setUp: () => bareSteps(aframe()) },
  { name: 'aframe ResNet inference', bar: 1, setUp: () => inference(aframe()) },
  { name: 'ranker step', bar: 1.1, setUp: () => bareSteps(ranker()) },
  { name: 'ranker inference', bar: 1, setUp: () => inference(ranker()) },
  {
    name: `aframe ResNet fit, ${fits.aframe} steps, against ours bare`,
    theirs: () => bareSteps(aframe(), fits.aframe),
    bar: 1.1,
    setUp: () => fitSteps(aframe(), chirps, ({ strain }) => strain!, fits.aframe),
  },
  {
    name: `ranker fit, ${fits.ranker} steps, against ours bare`,
    theirs: () => bareSteps(ranker(), fits.ranker),
    bar: 1.1,
    setUp: () => fitSteps(ranker(), tabled, inputs => inputs as unknown as CoincidenceInputs, fits.ranker),
  },
]

export const bench: Bench = { rival: { environment: 'torch', script: 'training.py' }, cases }
