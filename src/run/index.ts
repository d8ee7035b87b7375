export {
  type ConfigOrigin,
  type ConfigProblem,
  type ConfigSettings,
  configError,
  parseConfig,
  readConfig,
  showConfig,
} from './config-file.ts'
export { collectGarbage } from './garbage.ts'
export { type Plan, type PlannedStep, planSteps, planText } from './plan.ts'
export { type RunStepsOptions, runSteps } from './run-steps.ts'
export { createStep, type Step, type StepContext, type StepSource } from './step.ts'
export { lineOfKey } from './toml-place.ts'
