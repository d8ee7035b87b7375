export { type AdamOptions, type AdamState, adam, type Optimizer } from './adam.ts'
export { clipGlobalNorm, globalNorm } from './gradient-norm.ts'
export {
  type CosineOptions,
  constantRate,
  cosineDecay,
  type OneCycleOptions,
  oneCycle,
  type Schedule,
  type ScheduleValues,
} from './schedule.ts'
export { averageDecayAt, averageWeights } from './weight-average.ts'
