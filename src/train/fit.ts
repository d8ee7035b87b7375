import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  ioError,
  type Json,
  type Key,
  type Logger,
  mapTree,
  type Progress,
  QuadrupoleError,
  silentLogger,
  silentProgress,
  type WorkProgress,
} from '../core/index.ts'
import type { Variables } from '../nn/index.ts'
import { compileStep, type Step, type TensorSpec, zeros } from '../tensor/index.ts'
import type { Optimizer } from './adam.ts'
import { type BatchSource, createBatchQueue } from './batches.ts'
import {
  type BestSoFar,
  checkResumable,
  firstNotFinite,
  readCheckpoint,
  type TrainingPosition,
  writeCheckpoint,
  writeWeights,
} from './checkpoint.ts'
import { type EvaluationOptions, searchOn } from './evaluation.ts'
import { type MetricsFile, type MetricsLine, openMetricsFile } from './metrics-file.ts'
import type { Schedule } from './schedule.ts'
import { addStep, nothingPending, requireFinite, stepNumbers, writePending } from './step-record.ts'
import {
  controlsOf,
  type Objective,
  type StepControls,
  type StepOutput,
  type TrainingState,
  trainingStep,
} from './training-step.ts'
import { averageDecayAt } from './weight-average.ts'

/** Where and how a step graph runs: provider, threads, executor. */
export type StepExecution = NonNullable<Parameters<typeof compileStep>[3]>

export interface FitOptions<Weights, Statistics, Batch, OptimizerState> {
  readonly objective: Objective<Weights, Statistics, Batch>
  /** What the network begins with. */
  readonly initial: Variables<Weights, Statistics>
  readonly batches: BatchSource<Batch>
  /** The key that batches were folded from: kept, so that a training goes on with the same data only. */
  readonly key: Key
  readonly steps: number
  readonly optimizer: (controls: StepControls) => Optimizer<OptimizerState>
  readonly schedule: Schedule
  /** Decay of the average of the weights that evaluations see; 0, the default, keeps none. */
  readonly averageDecay?: number
  /** The largest norm of a gradient that is not scaled down; false, the default, never scales. */
  readonly maxGradientNorm?: number | false
  readonly evaluation?: EvaluationOptions<Weights, Statistics>
  /** Folder of checkpoints and metrics; made if need be. */
  readonly folder: string
  /** Whether to go on from the folder's checkpoint; without one training begins anew. false by default. */
  readonly resume?: boolean
  /** What must be the same for a training to go on: the configuration. */
  readonly fingerprint?: Json
  /** Steps from one checkpoint to the next; the last step always writes one. 500 by default. */
  readonly checkpointEvery?: number
  /** Steps a line of metrics is the mean of; 20 by default. */
  readonly logEvery?: number
  /** Batches held in memory; 4 by default. */
  readonly prefetch?: number
  readonly execution?: StepExecution
  readonly progress?: Progress
  readonly logger?: Logger
  /** Ends training after the step that runs, with a checkpoint. */
  readonly signal?: AbortSignal
  /** Called once before the first step, when nothing stands in the way of training: to leave word of what runs. */
  readonly onBegin?: () => Promise<void>
  /** Called after every evaluation and checkpoint with all lines of metrics so far: to draw them. */
  readonly report?: (lines: readonly MetricsLine[], best: BestSoFar | null) => Promise<void>
}

/** What a training ended with. */
export interface FitResult<Weights, Statistics> {
  /** The network after the last step, with averaged weights where an average was kept. */
  readonly variables: Variables<Weights, Statistics>
  readonly step: number
  /** `steps`: all were done; `patience`: evaluations found nothing better for long enough. */
  readonly ended: 'steps' | 'patience'
  /** The best evaluation; its weights are in `best.safetensors`. */
  readonly best: BestSoFar | null
  readonly lines: readonly MetricsLine[]
}

/** Names of a training's files in its folder. */
export const fitFiles = {
  checkpoint: 'checkpoint.safetensors',
  best: 'best.safetensors',
  metrics: 'metrics.jsonl',
} as const

/**
 * Trains a network: batches are made ahead of the step graph, which holds forward pass, gradient, optimiser and average.
 *
 * In its folder it keeps `checkpoint.safetensors` (all of the state, the data position and what else is needed to go on),
 * `best.safetensors` (the weights of the best evaluation) and `metrics.jsonl`. A training that was killed and is resumed
 * ends with the same bits in all of them as one that was not, given the same machine and number of threads.
 *
 * @throws `runtime` for a loss or gradient that is not finite, naming the step; `config` when asked to resume with other
 *   values, or to begin in a folder that holds a training; `cancelled` when stopped by the signal, after a checkpoint; what
 *   the batches' source, the evaluation and the files throw.
 */
export async function fit<Weights, Statistics, Batch, OptimizerState>(
  options: FitOptions<Weights, Statistics, Batch, OptimizerState>,
): Promise<FitResult<Weights, Statistics>> {
  const { folder, steps, batches, prefetch = 4, logger = silentLogger, progress = silentProgress } = options
  requireCounts(options)
  await mkdir(folder, { recursive: true }).catch(cause => {
    throw ioError('train.fit', 'write', folder, cause)
  })
  const begin = await beginning(options)
  await options.onBegin?.()
  await using metrics = await openMetricsFile(join(folder, fitFiles.metrics), { bytes: begin.position.metricsBytes })
  const isOver = endOf(begin.position, options) !== undefined
  const step = isOver ? undefined : await compiled(options, begin.state)
  const work = progress.begin('training', { total: steps, unit: 'steps', done: begin.position.step })
  const started = begin.position.step === 0 ? 'training begins' : 'training goes on'
  logger.log('info', started, { step: begin.position.step, steps })
  const queue = createBatchQueue(batches, { first: begin.position.step, end: isOver ? 0 : steps, depth: prefetch })
  try {
    const run: Run<Weights, Statistics, OptimizerState> = { ...begin, metrics, work, saved: begin.saved }
    if (step) await train(run, options, step, queue)
    const ended = endOf(run.position, options)!
    logger.log('info', 'training ended', { step: run.position.step, by: ended })
    const { best, step: last } = run.position
    return { variables: judged(run.state), step: last, ended, best, lines: metrics.lines }
  } finally {
    work.finish()
    await queue.close()
    await step?.dispose()
  }
}

type AnyStep<State, Batch> = Step<State, [Batch, StepControls], StepOutput>

/** What changes while a training runs. `state` is that of the last checkpoint; the newest lives in the step. */
interface Run<Weights, Statistics, OptimizerState> {
  state: TrainingState<Weights, Statistics, OptimizerState>
  position: TrainingPosition
  /** The step after which the checkpoint was written. */
  saved: number | undefined
  readonly metrics: MetricsFile
  readonly work: WorkProgress
}

async function train<Weights, Statistics, Batch, OptimizerState>(
  run: Run<Weights, Statistics, OptimizerState>,
  options: FitOptions<Weights, Statistics, Batch, OptimizerState>,
  step: AnyStep<TrainingState<Weights, Statistics, OptimizerState>, Batch>,
  queue: ReturnType<typeof createBatchQueue<Batch>>,
): Promise<void> {
  const { steps, schedule, logEvery = 20, checkpointEvery = 500, evaluation, signal } = options
  while (endOf(run.position, options) === undefined) {
    if (signal?.aborted) {
      await save(run, options, step)
      throw cancelled(options, run.position.step)
    }
    const index = run.position.step
    const { batch, release } = await queue.next()
    const numbers = stepNumbers(await step.run(batch, controlsAt(options, index)))
    requireFinite(numbers, () => ({
      step: index,
      learningRate: schedule(index).learningRate,
      faultyInput: firstNotFinite(batch),
      checkpoint:
        run.saved === undefined ? undefined : { path: join(options.folder, fitFiles.checkpoint), step: run.saved },
    }))
    release()
    const done = index + 1
    const isLast = done === steps
    const pending = addStep(run.position.pending, numbers)
    run.position = { ...run.position, step: done, pending }
    if (isLast || done % logEvery === 0)
      run.position = { ...run.position, pending: await writePending(run.metrics, done, pending, schedule(index)) }
    run.work.advance(1, { loss: numbers.loss! })
    const isEvaluated = evaluation !== undefined && (isLast || done % evaluation.every === 0)
    if (isEvaluated) await evaluate(run, options, step, evaluation)
    const isEnded = endOf(run.position, options) !== undefined
    if (isEnded || done % checkpointEvery === 0) await save(run, options, step)
    if (isEnded || isEvaluated || done % checkpointEvery === 0)
      await options.report?.(run.metrics.lines, run.position.best)
  }
}

/** Judges what was reached, and keeps its weights where they are the best so far. */
async function evaluate<Weights, Statistics, Batch, OptimizerState>(
  run: Run<Weights, Statistics, OptimizerState>,
  options: FitOptions<Weights, Statistics, Batch, OptimizerState>,
  step: AnyStep<TrainingState<Weights, Statistics, OptimizerState>, Batch>,
  evaluation: EvaluationOptions<Weights, Statistics>,
): Promise<void> {
  const { folder, logger = silentLogger } = options
  const done = run.position.step
  const variables = judged(await step.state())
  const values = await evaluation.evaluate(variables, done)
  await run.metrics.append({ step: done, kind: 'evaluation', values })
  const { isBest, ...search } = searchOn(run.position, values, done, evaluation)
  run.position = { ...run.position, ...search }
  logger.log('info', 'evaluated', { step: done, ...values, ...(isBest && { isBest }) })
  if (isBest)
    await writeWeights(join(folder, fitFiles.best), variables, {
      step: String(done),
      [evaluation.monitor!]: String(search.best!.value),
    })
}

/** Writes a checkpoint; metrics go to the disk before it, since it tells how many there are. */
async function save<Weights, Statistics, Batch, OptimizerState>(
  run: Run<Weights, Statistics, OptimizerState>,
  { folder, logger = silentLogger }: FitOptions<Weights, Statistics, Batch, OptimizerState>,
  step: AnyStep<TrainingState<Weights, Statistics, OptimizerState>, Batch>,
): Promise<void> {
  await run.metrics.flush()
  run.position = { ...run.position, metricsBytes: run.metrics.bytes }
  run.state = await step.state()
  await writeCheckpoint(join(folder, fitFiles.checkpoint), { state: run.state, position: run.position })
  run.saved = run.position.step
  logger.log('info', 'checkpoint written', { step: run.position.step })
}

/** The state to begin with: the folder's checkpoint, or the network as it was initialised. */
async function beginning<Weights, Statistics, Batch, OptimizerState>(
  options: FitOptions<Weights, Statistics, Batch, OptimizerState>,
) {
  const { folder, resume = false, fingerprint = null, key, initial, averageDecay = 0 } = options
  const { parameters, statistics } = initial
  const state: TrainingState<Weights, Statistics, OptimizerState> = {
    parameters,
    statistics,
    optimizer: options.optimizer(controlsAt(options, 0)).init(parameters),
    average: averageDecay > 0 ? parameters : null,
  }
  const path = join(folder, fitFiles.checkpoint)
  const stored = await readCheckpoint(path)
  if (stored) {
    const { position } = stored
    if (!resume)
      throw new QuadrupoleError(
        'config',
        `train.fit: ${folder} holds a training at step ${position.step}; resume it or choose another folder`,
        { details: { folder, step: position.step } },
      )
    checkResumable(path, stored, fingerprint, key)
    return { state: stored.stateAs(state), position, saved: position.step }
  }
  const position: TrainingPosition = {
    step: 0,
    key,
    fingerprint,
    metricsBytes: 0,
    pending: nothingPending,
    best: null,
    evaluationsSinceBest: 0,
  }
  return { state, position, saved: undefined }
}

const compiled = <Weights, Statistics, Batch, OptimizerState>(
  options: FitOptions<Weights, Statistics, Batch, OptimizerState>,
  state: TrainingState<Weights, Statistics, OptimizerState>,
): Promise<AnyStep<TrainingState<Weights, Statistics, OptimizerState>, Batch>> => {
  const { objective, optimizer, maxGradientNorm = false, batches, execution = {} } = options
  const example = mapTree(batches.specs, ({ shape, dtype }: TensorSpec) => zeros(shape, { dtype })) as Batch
  const update = trainingStep(objective, { optimizer, maxGradientNorm })
  return compileStep(update, state, [example, controlsAt(options, 0)], execution)
}

const controlsAt = <W, S, B, O>({ schedule, averageDecay = 0 }: FitOptions<W, S, B, O>, step: number): StepControls =>
  controlsOf(schedule(step), averageDecay > 0 ? { averageDecay: averageDecayAt(step, averageDecay) } : {})

/** The weights that count: their average where one is kept. */
const judged = <W, S, O>({ parameters, statistics, average }: TrainingState<W, S, O>): Variables<W, S> => ({
  parameters: average ?? parameters,
  statistics,
})

/** Why a training is over at a position; undefined while it is not. */
function endOf<W, S, B, O>(
  { step, best, evaluationsSinceBest }: TrainingPosition,
  { steps, evaluation }: FitOptions<W, S, B, O>,
): FitResult<W, S>['ended'] | undefined {
  if (step >= steps) return 'steps'
  const patience = evaluation?.patience ?? false
  return patience !== false && best !== null && evaluationsSinceBest >= patience ? 'patience' : undefined
}

function requireCounts<W, S, B, O>(options: FitOptions<W, S, B, O>): void {
  const { steps, checkpointEvery = 500, logEvery = 20, evaluation } = options
  const counts = { steps, checkpointEvery, logEvery, 'evaluation.every': evaluation?.every ?? 1 }
  for (const [name, value] of Object.entries(counts))
    if (!Number.isInteger(value) || value < 1)
      throw new QuadrupoleError('argument', `train.fit: expected a positive integer ${name}, got ${value}`)
}

const cancelled = <W, S, B, O>({ folder, signal }: FitOptions<W, S, B, O>, step: number): QuadrupoleError =>
  new QuadrupoleError('cancelled', `train.fit: stopped after step ${step}; resume it from ${folder}`, {
    cause: signal?.reason,
    details: { folder, step },
  })
