import { foldIn, type Key } from '../core/index.ts'
import { type ConvOptions, conv1d, type Tensor } from '../tensor/index.ts'
import { fanInUniform } from './init.ts'

/** Parameters of a linear layer or a convolution. */
export interface Affine {
  /** [outputs, inputs], of a convolution [outputs, inputs / groups, taps] */
  readonly weight: Tensor
  /** [outputs] */
  readonly bias?: Tensor
}

export interface LinearOptions {
  readonly inputs: number
  readonly outputs: number
  /** true by default */
  readonly bias?: boolean
}

/** What a linear layer begins with: as PyTorch, uniform within 1 / sqrt(inputs). */
export function initialLinear(key: Key, { inputs, outputs, bias = true }: LinearOptions): Affine {
  return {
    weight: fanInUniform(foldIn(key, 'weight'), [outputs, inputs]),
    ...(bias && { bias: fanInUniform(foldIn(key, 'bias'), [outputs], { inputs }) }),
  }
}

/**
 * x weight^T + bias.
 *
 * @param x […, inputs]
 * @returns […, outputs]
 */
export function linear(x: Tensor, { weight, bias }: Affine): Tensor {
  const product = x.matmul(weight, { transposeB: true })
  return bias ? product.add(bias) : product
}

export interface Convolution1dOptions extends LinearOptions {
  readonly taps: number
  /** 1 by default; divides inputs and outputs. */
  readonly groups?: number
}

/** What a convolution begins with: as PyTorch, uniform within 1 / sqrt(inputs of an output). */
export function initialConvolution1d(key: Key, options: Convolution1dOptions): Affine {
  const { inputs, outputs, taps, groups = 1, bias = true } = options
  const ownInputs = inputs / groups
  return {
    weight: fanInUniform(foldIn(key, 'weight'), [outputs, ownInputs, taps]),
    ...(bias && { bias: fanInUniform(foldIn(key, 'bias'), [outputs], { inputs: ownInputs * taps }) }),
  }
}

/**
 * A convolution with the weight and bias of its parameters: `conv1d` of the tensor layer.
 *
 * @param x [batch, inputs, length]
 * @returns [batch, outputs, places]
 */
export const convolution1d = (x: Tensor, { weight, bias }: Affine, options: Omit<ConvOptions, 'bias'> = {}): Tensor =>
  conv1d(x, weight, { ...options, ...(bias && { bias }) })
