import type { Variables } from '../nn/index.ts'
import { type DType, scalar, type Tensor, valueAndGrad } from '../tensor/index.ts'
import type { Optimizer } from './adam.ts'
import { clipGlobalNorm, globalNorm } from './gradient-norm.ts'
import type { ScheduleValues } from './schedule.ts'
import { averageWeights } from './weight-average.ts'

/** What an objective gives for a batch. */
export interface ObjectiveValue<Statistics> {
  /** The single number that is minimised. */
  readonly loss: Tensor
  /** The network's statistics afterwards. */
  readonly statistics: Statistics
  /** Further single numbers to record. */
  readonly metrics?: Readonly<Record<string, Tensor>>
}

/** What training minimises: a pure function of a network's variables and a batch. */
export type Objective<Parameters, Statistics, Batch> = (
  variables: Variables<Parameters, Statistics>,
  batch: Batch,
) => ObjectiveValue<Statistics>

/** All that a training carries from step to step. */
export interface TrainingState<Parameters = unknown, Statistics = unknown, OptimizerState = unknown>
  extends Variables<Parameters, Statistics> {
  readonly optimizer: OptimizerState
  /** The moving average of the parameters; null where none is kept. */
  readonly average: Parameters | null
}

/** What changes from step to step beside the batch: inputs of the step graph, single numbers. */
export interface StepControls {
  readonly learningRate: Tensor
  readonly momentum?: Tensor
  readonly averageDecay?: Tensor
}

/** What a step gives: single numbers. */
export interface StepOutput {
  readonly loss: Tensor
  /** Before clipping. */
  readonly gradientNorm: Tensor
  readonly metrics: Readonly<Record<string, Tensor>>
}

export interface TrainingStepOptions<OptimizerState> {
  /** The optimiser under a step's controls. */
  readonly optimizer: (controls: StepControls) => Optimizer<OptimizerState>
  /** The largest norm of a gradient that is not scaled down; false, the default, never scales. */
  readonly maxGradientNorm?: number | false
}

/**
 * The step of a training as one function for `compileStep`: loss and gradient, clipping, the optimiser, the average of the
 * weights.
 */
export function trainingStep<Parameters, Statistics, Batch, OptimizerState>(
  objective: Objective<Parameters, Statistics, Batch>,
  { optimizer, maxGradientNorm = false }: TrainingStepOptions<OptimizerState>,
) {
  type State = TrainingState<Parameters, Statistics, OptimizerState>
  return (state: State, batch: Batch, controls: StepControls): readonly [State, StepOutput] => {
    const { parameters, statistics, average } = state
    const { value, gradient } = valueAndGrad((trained: Parameters) => {
      const { loss, ...extras } = objective({ parameters: trained, statistics }, batch)
      return [loss, extras] as const
    })(parameters)
    const [loss, extras] = value
    const clipped =
      maxGradientNorm === false ? { gradient, norm: globalNorm(gradient) } : clipGlobalNorm(gradient, maxGradientNorm)
    const next = optimizer(controls).update(parameters, clipped.gradient, state.optimizer)
    const moved =
      average === null || !controls.averageDecay
        ? average
        : averageWeights(average, next.parameters, controls.averageDecay)
    return [
      { parameters: next.parameters, statistics: extras.statistics, optimizer: next.state, average: moved },
      { loss, gradientNorm: clipped.norm, metrics: extras.metrics ?? {} },
    ]
  }
}

/** A schedule's values as inputs of the step. */
export function controlsOf(
  { learningRate, momentum }: ScheduleValues,
  { averageDecay, dtype = 'float32' }: { readonly averageDecay?: number; readonly dtype?: DType } = {},
): StepControls {
  const single = (value: number) => scalar(value, { dtype })
  return {
    learningRate: single(learningRate),
    ...(momentum !== undefined && { momentum: single(momentum) }),
    ...(averageDecay !== undefined && { averageDecay: single(averageDecay) }),
  }
}
