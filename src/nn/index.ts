export { type Activation, activations, elu, gelu, leakyRelu, silu } from './activations.ts'
export {
  type CoherentCnnOptions,
  type CoherentCnnParameters,
  type ConvolutionPlan,
  coherentCnn,
  coherentCnnConvolutions,
} from './coherent-cnn.ts'
export { type DropoutOptions, dropout } from './dropout.ts'
export { type FirBankOptions, firBank, initialFirBank } from './fir-bank.ts'
export { fanInUniform, glorotUniform, heNormal } from './init.ts'
export {
  type Affine,
  type Convolution1dOptions,
  convolution1d,
  initialConvolution1d,
  initialLinear,
  type LinearOptions,
  linear,
} from './linear.ts'
export { sigmoidCrossEntropy } from './losses.ts'
export { type Applied, type ApplyOptions, type Network, parameterCount, type Variables } from './network.ts'
export { type BatchMoments, batchNorm, batchNormInference, groupNorm, type NormOptions } from './norm.ts'
export {
  initialNormalization,
  type Normalization,
  normalization,
  type RunningMoments,
  type Scaling,
} from './normalization.ts'
export {
  initialNormedConvolution,
  initialResidualBlock,
  type NormedConvolution,
  type NormedConvolutionPlan,
  normedConvolution,
  type ResidualBlock,
  type ResidualBlockPlan,
  type ResidualBlockStatistics,
  residualBlock,
} from './residual-block.ts'
export {
  type ResNet1d,
  type ResNet1dOptions,
  type ResNet1dParameters,
  type ResNet1dStatistics,
  resNet1d,
} from './resnet-1d.ts'
