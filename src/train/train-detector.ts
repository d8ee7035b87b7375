import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import {
  canonicalJson,
  createManifest,
  createWorkerPool,
  foldIn,
  ioError,
  type Logger,
  mapTree,
  type Progress,
  randomKey,
  silentProgress,
  writeFileAtomically,
  writeManifest,
} from '../core/index.ts'
import { parameterCount, sigmoidCrossEntropy, type Variables } from '../nn/index.ts'
import { showConfig } from '../run/index.ts'
import { spec, type TensorSpec, toOnnx } from '../tensor/index.ts'
import { type AdamState, adam } from './adam.ts'
import { readWeights, writeWeights } from './checkpoint.ts'
import type { ScheduleSection, TrainingConfiguration } from './configuration.ts'
import { createDetectionEvaluation } from './detection-evaluation.ts'
import { type FitResult, fit, fitFiles, type StepExecution } from './fit.ts'
import { loadWeights } from './initial-weights.ts'
import type { DetectionBatch, DetectionModel, DetectorInputs, Kinds, TrainingData } from './kinds/kinds.ts'
import type { MetricsLine } from './metrics-file.ts'
import { writeRunPage } from './run-page.ts'
import { constantRate, cosineDecay, oneCycle, type Schedule } from './schedule.ts'
import type { StepControls } from './training-step.ts'

export interface TrainDetectorOptions {
  readonly kinds: Kinds
  /** Folder of all that the training leaves; made if need be. */
  readonly folder: string
  /** Whether to go on from the folder's checkpoint, if there is one. */
  readonly resume?: boolean
  /** Provider and executor of the step; threads are the configuration's. */
  readonly execution?: StepExecution
  readonly progress?: Progress
  readonly logger?: Logger
  readonly signal?: AbortSignal
}

/** What a training left. */
export interface TrainedDetector {
  readonly fit: FitResult<unknown, unknown>
  /** Metrics of the weights that were kept; undefined where none were evaluated. */
  readonly scores: Readonly<Record<string, number>> | undefined
  /** The step whose weights were kept. */
  readonly step: number
  readonly parameters: number
  readonly files: { readonly model: string; readonly card: string; readonly weights: string; readonly page: string }
}

/** Values that change how fast a training is, but nothing of what comes out. */
const withoutEffect = ['workers', 'prefetch'] as const

/**
 * Trains a detector as a configuration says, and leaves in a folder: `model.onnx` and `model.json`, `weights.safetensors`,
 * `index.html` with the curves, `metrics.jsonl`, `config.toml` with every value in force, `manifest.json`, and the
 * checkpoints of `fit`. The weights kept are the best by the metric monitored, or the last.
 *
 * @throws `config` where values don't go together; what `fit` throws.
 */
export async function trainDetector(
  configuration: TrainingConfiguration,
  options: TrainDetectorOptions,
): Promise<TrainedDetector> {
  const { folder, kinds, logger } = options
  const { seed, training, evaluation: judging } = configuration
  await mkdir(folder, { recursive: true }).catch(cause => {
    throw ioError('train.trainDetector', 'write', folder, cause)
  })
  const key = randomKey(seed)
  const trainingKey = foldIn(key, 'training data')
  await using pool = createWorkerPool({ size: training.workers, ...(logger && { logger }) })
  const data = await kinds.data[configuration.data.kind]!.create(optionsOf(configuration.data), {
    batch: training.batch,
    trainingKey,
    evaluationKey: foldIn(key, 'evaluation data'),
    pool,
    folder,
    progress: options.progress ?? silentProgress,
    ...(options.signal && { signal: options.signal }),
  })
  try {
    const model = kinds.models[configuration.model.kind]!.create(
      optionsOf(configuration.model),
      data.training.specs.inputs,
      data.card,
    )
    const drawn = model.init(foldIn(key, 'parameters'))
    const initial = training.initialWeights === false ? drawn : await loadWeights(training.initialWeights, model, drawn)
    const execution: StepExecution = {
      ...options.execution,
      ...(training.threads !== false && { threads: training.threads }),
    }
    await using judge = createDetectionEvaluation(model, data, { ...judging, prefetch: training.prefetch, execution })
    const result = await fit<unknown, unknown, DetectionBatch, AdamState>({
      ...fitOptionsOf(configuration, options, execution),
      objective: objectiveOf(model),
      initial,
      batches: data.training,
      key: trainingKey,
      evaluation: { ...monitoringOf(configuration), evaluate: judge.evaluate },
      onBegin: () => describe(configuration, folder),
      report: async (lines, best) => {
        await writePage(configuration, folder, lines, best)
      },
    })
    return await conclude(configuration, folder, { model, data, initial, result })
  } finally {
    await data.close?.()
  }
}

/** A section's values without its kind. */
const optionsOf = ({ kind: _, ...options }: { readonly kind: string }): never => options as never

const objectiveOf =
  ({ apply, loss }: DetectionModel) =>
  (variables: Variables, batch: DetectionBatch) => {
    const { output, statistics } = apply(variables, batch.inputs, { isTraining: true })
    const { isSignal, weight } = batch
    return {
      loss: loss ? loss(output, batch) : sigmoidCrossEntropy(output.logit, isSignal, weight ? { weights: weight } : {}),
      statistics,
    }
  }

function fitOptionsOf(
  configuration: TrainingConfiguration,
  { folder, resume = false, progress, logger, signal }: TrainDetectorOptions,
  execution: StepExecution,
) {
  const { training, optimizer, schedule } = configuration
  const { steps, averageDecay, checkpointEvery, logEvery, prefetch } = training
  const { meanDecay, decays, kind: _, maxGradientNorm, ...rest } = optimizer
  return {
    steps,
    averageDecay,
    checkpointEvery,
    logEvery,
    prefetch,
    maxGradientNorm,
    folder,
    resume,
    execution,
    schedule: scheduleOf(schedule, steps),
    optimizer: ({ learningRate, momentum }: StepControls) =>
      adam({
        ...rest,
        learningRate,
        meanDecay: momentum ?? meanDecay,
        decays: (_path, shape) => decays === 'all' || shape.length > 1,
      }),
    fingerprint: fingerprintOf(configuration),
    ...(progress && { progress }),
    ...(logger && { logger }),
    ...(signal && { signal }),
  }
}

function fingerprintOf(configuration: TrainingConfiguration) {
  const kept = Object.entries(configuration.training).filter(([name]) => !withoutEffect.includes(name as never))
  return canonicalJson({ ...configuration, training: Object.fromEntries(kept) })
}

function scheduleOf(section: ScheduleSection, steps: number): Schedule {
  if (section.kind === 'constant') return constantRate(section.learningRate)
  const { kind, ...options } = section
  return kind === 'cosine' ? cosineDecay({ steps, ...options } as never) : oneCycle({ steps, ...options } as never)
}

function monitoringOf({ evaluation: { every, monitor, goal, patience } }: TrainingConfiguration) {
  return { every, goal, patience, ...(monitor !== false && { monitor }) }
}

/** Says beforehand what runs: a training that dies leaves it, too. */
async function describe(configuration: TrainingConfiguration, folder: string): Promise<void> {
  const { initialWeights } = configuration.training
  await writeFileAtomically(join(folder, 'config.toml'), showConfig(configuration))
  await writeManifest(
    join(folder, 'manifest.json'),
    await createManifest({
      command: 'quad train',
      configuration,
      seed: configuration.seed,
      inputs: initialWeights === false ? [] : [initialWeights],
    }),
  )
}

const files = { model: 'model.onnx', card: 'model.json', weights: 'weights.safetensors' } as const

const writePage = (
  configuration: TrainingConfiguration,
  folder: string,
  lines: readonly MetricsLine[],
  best: FitResult<unknown, unknown>['best'],
): Promise<string> =>
  writeRunPage(folder, {
    title: `Training of ${configuration.model.kind} on ${configuration.data.kind}`,
    lead: `${configuration.training.steps} steps of ${configuration.training.batch} windows, seed ${configuration.seed}.`,
    steps: configuration.training.steps,
    lines,
    best,
    monitor: configuration.evaluation.monitor || undefined,
    configuration: showConfig(configuration),
    files: {
      [fitFiles.metrics]: 'all numbers',
      'config.toml': 'this configuration',
      'manifest.json': 'how this came about',
      [fitFiles.checkpoint]: 'the state to go on from',
    },
  })

/** Writes the model with the weights that are kept, and its card. */
async function conclude(
  configuration: TrainingConfiguration,
  folder: string,
  run: {
    readonly model: DetectionModel
    readonly data: TrainingData
    readonly initial: Variables
    readonly result: FitResult<unknown, unknown>
  },
): Promise<TrainedDetector> {
  const { model, data, initial, result } = run
  const { best } = result
  const variables = best ? await readWeights(join(folder, fitFiles.best), initial) : result.variables
  const step = best?.step ?? result.step
  const scores = result.lines.find(line => line.kind === 'evaluation' && line.step === step)?.values
  const at = (name: keyof typeof files) => join(folder, files[name])
  await writeWeights(at('weights'), variables, { step: String(step) })
  const inputs = mapTree(data.training.specs.inputs, ({ shape, dtype }: TensorSpec) =>
    spec([1, ...shape.slice(1)], dtype),
  ) as never
  const bytes = toOnnx((given: DetectorInputs) => model.apply(variables, given).output, {
    inputs,
    batch: true,
    parameters: variables.parameters,
  })
  await writeFileAtomically(at('model'), bytes)
  await data.writeFiles?.(folder)
  const { seed, training } = configuration
  const card = {
    name: `${configuration.model.kind} on ${configuration.data.kind}`,
    ...data.card,
    model: configuration.model,
    parameters: parameterCount(variables.parameters),
    training: { seed, steps: result.step, batch: training.batch, windows: result.step * training.batch, step },
    scores: scores ?? null,
    files: { model: basename(at('model')), weights: basename(at('weights')) },
  }
  await writeFileAtomically(at('card'), `${JSON.stringify(card, null, 2)}\n`)
  const page = await writePage(configuration, folder, result.lines, best)
  return {
    fit: result,
    scores,
    step,
    parameters: card.parameters,
    files: { model: at('model'), card: at('card'), weights: at('weights'), page },
  }
}
