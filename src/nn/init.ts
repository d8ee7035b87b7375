import { type Key, normal } from '../core/index.ts'
import { type Shape, type Tensor, tensor } from '../tensor/index.ts'

/**
 * Weights drawn from a normal distribution whose variance keeps that of the signal through rectified layers: 2 over the
 * inputs of an output (He et al. 2015, arXiv:1502.01852, equation 10). float32.
 *
 * @param shape [outputs, inputs, …taps]
 */
export function heNormal(key: Key, shape: Shape): Tensor {
  const inputs = shape.slice(1).reduce((product, n) => product * n, 1)
  const size = inputs * shape[0]!
  return tensor(Float32Array.from(normal(key, size, { standardDeviation: Math.sqrt(2 / inputs) })), { shape })
}
