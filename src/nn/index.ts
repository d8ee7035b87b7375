export { heNormal } from './init.ts'
export { sigmoidCrossEntropy } from './losses.ts'
export { type BatchMoments, batchNorm, groupNorm, type NormOptions } from './norm.ts'
