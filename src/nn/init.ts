import { type Key, normal, uniform } from '../core/index.ts'
import { type Shape, type Tensor, tensor } from '../tensor/index.ts'

/**
 * Weights drawn from a normal distribution whose variance keeps that of the signal through rectified layers: 2 over the
 * inputs of an output, or with `keep: 'gradient'` over the outputs of an input, which keeps the variance of gradients
 * instead (He et al. 2015, arXiv:1502.01852, equations 10 and 14). float32.
 *
 * @param shape [outputs, inputs / groups, …taps]; the outputs are counted as if there were one group, as in PyTorch.
 */
export function heNormal(
  key: Key,
  shape: Shape,
  { keep = 'signal' }: { readonly keep?: 'signal' | 'gradient' } = {},
): Tensor {
  const standardDeviation = Math.sqrt(2 / (keep === 'signal' ? fanIn(shape) : fanOut(shape)))
  return tensor(Float32Array.from(normal(key, sizeOf(shape), { standardDeviation })), { shape })
}

/**
 * Weights drawn uniformly, of variance 2 over the sum of the inputs of an output and the outputs of an input, which suits
 * tanh and sigmoid (Glorot and Bengio 2010, equation 16). float32.
 *
 * @param shape [outputs, inputs / groups, …taps]
 */
export const glorotUniform = (key: Key, shape: Shape): Tensor =>
  boundedUniform(key, shape, Math.sqrt(6 / (fanIn(shape) + fanOut(shape))))

/**
 * Weights or offsets drawn uniformly within 1 / sqrt(inputs of an output): what PyTorch's linear and convolution layers
 * begin with. float32.
 *
 * @param shape [outputs, inputs / groups, …taps], or that of the offsets with `inputs` given.
 */
export const fanInUniform = (
  key: Key,
  shape: Shape,
  { inputs = fanIn(shape) }: { readonly inputs?: number } = {},
): Tensor => boundedUniform(key, shape, 1 / Math.sqrt(inputs))

const boundedUniform = (key: Key, shape: Shape, bound: number): Tensor =>
  tensor(Float32Array.from(uniform(key, sizeOf(shape), { low: -bound, high: bound })), { shape })

const sizeOf = (shape: Shape): number => shape.reduce((product, n) => product * n, 1)

const fanIn = (shape: Shape): number => sizeOf(shape.slice(1))

const fanOut = (shape: Shape): number => shape[0]! * sizeOf(shape.slice(2))
