export type { Acceptance } from './acceptance.ts'
export type {
  Conditional,
  Constraints,
  ParameterColumns,
  ParameterValues,
  Priors,
} from './conditional.ts'
export {
  type CosmologicalOptions,
  uniformComovingVolume,
  uniformSourceFrame,
} from './cosmological.ts'
export { delta } from './delta.ts'
export { logDensityRatio } from './density-ratio.ts'
export type { Distribution, Support } from './distribution.ts'
export { rowOf } from './draw-rows.ts'
export { type GaussianOptions, gaussian, logNormal, truncatedGaussian } from './gaussian.ts'
export { type DensityTable, interpolated } from './interpolated.ts'
export { parameterNames } from './parameter-names.ts'
export { logUniform, powerLaw, uniformInVolume } from './power-law.ts'
export { parsePriorSet, readPriorSet, shippedPriors } from './prior-file.ts'
export { createPriorSet, type PriorDraws, type PriorSet, type PriorSetSource } from './prior-set.ts'
export { cosine, sine } from './sinusoidal.ts'
export { type SmoothDensity, smoothDensity } from './smooth-density.ts'
export { triangular } from './triangular.ts'
export { uniform, uniformAngle } from './uniform.ts'
