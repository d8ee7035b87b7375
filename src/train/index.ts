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
export {
  type OptimizerSection,
  type ScheduleSection,
  type TrainingConfiguration,
  trainingSchema,
} from './configuration.ts'
export {
  createDetectionEvaluation,
  type DetectionEvaluation,
  type DetectionEvaluationOptions,
} from './detection-evaluation.ts'
export type { EvaluationMetrics, EvaluationOptions } from './evaluation.ts'
export { type FitOptions, type FitResult, fit, fitFiles, type StepExecution } from './fit.ts'
export { clipGlobalNorm, globalNorm } from './gradient-norm.ts'
export { type LoadWeightsOptions, loadWeights } from './initial-weights.ts'
export {
  type ChirpWindowing,
  type ChirpWindows,
  createChirpWindows,
  type DrawOptions,
} from './kinds/chirp-windows.ts'
export { chirpsKind } from './kinds/chirps.ts'
export {
  type DataContext,
  type DataKind,
  type DetectionBatch,
  type DetectionModel,
  type DetectorInputs,
  type DetectorOutputs,
  dataKind,
  type Kinds,
  type ModelKind,
  modelKind,
  type Scorer,
  type TrainingData,
  z,
} from './kinds/kinds.ts'
export { coherentCnnKind, resNetKind } from './kinds/models.ts'
export type { MetricsLine } from './metrics-file.ts'
export { namedTensors, type TreeOptions, treeOfNamed } from './named-tensors.ts'
export { type RunPageData, writeRunPage } from './run-page.ts'
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
  auroc,
  efficiencyAtFalseAlarmRate,
  efficiencyAtFalsePositiveRate,
  type LabelledScores,
  partialAuroc,
} from './scores.ts'
export { type TrainDetectorOptions, type TrainedDetector, trainDetector } from './train-detector.ts'
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
