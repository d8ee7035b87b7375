export { type AdamOptions, type AdamState, adam, type Optimizer } from './adam.ts'
export {
  type BatchArrays,
  type BatchQueue,
  type BatchQueueOptions,
  type BatchRequest,
  type BatchSource,
  type BatchSpecs,
  createBatchQueue,
  type QueuedBatch,
  type WorkerBatchesOptions,
  workerBatches,
} from './batches.ts'
export { type BestSoFar, readWeights, writeWeights } from './checkpoint.ts'
export type { EvaluationMetrics, EvaluationOptions } from './evaluation.ts'
export { type FitOptions, type FitResult, fit, fitFiles, type StepExecution } from './fit.ts'
export { clipGlobalNorm, globalNorm } from './gradient-norm.ts'
export type { MetricsLine } from './metrics-file.ts'
export { namedTensors, type TreeOptions, treeOfNamed } from './named-tensors.ts'
export {
  decodeSafetensors,
  encodeSafetensors,
  readSafetensors,
  type Safetensors,
  writeSafetensors,
} from './safetensors.ts'
export {
  type CosineOptions,
  constantRate,
  cosineDecay,
  type OneCycleOptions,
  oneCycle,
  type Schedule,
  type ScheduleValues,
} from './schedule.ts'
export {
  type Objective,
  type ObjectiveValue,
  type StepControls,
  type StepOutput,
  type TrainingState,
  type TrainingStepOptions,
  trainingStep,
} from './training-step.ts'
export { averageDecayAt, averageWeights } from './weight-average.ts'
