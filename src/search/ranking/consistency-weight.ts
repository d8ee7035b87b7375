import { exp, log, maximum, softplus, Tensor } from '../../tensor/index.ts'

/** How SNRs count less the worse the template explains the data; both numbers are learned. */
export interface ConsistencyParameters {
  /** [] */
  readonly power: Tensor
  /** [] */
  readonly exponent: Tensor
}

/** Babak et al. 2013 (arXiv:1208.3491), equation 8: ((1 + r^3) / 2)^(-1/6). */
export const initialConsistency = (): ConsistencyParameters => ({
  power: Tensor.of(Float32Array.of(3), []),
  exponent: Tensor.of(Float32Array.of(1 / 6), []),
})

/**
 * What SNRs are multiplied with at a residual power r per degree of freedom: ((1 + r^p) / 2)^-e above 1, else 1.
 *
 * @param consistency any shape
 */
export function consistencyWeight(consistency: Tensor, { power, exponent }: ConsistencyParameters): Tensor {
  const logarithm = log(maximum(consistency, 1))
  return exp(softplus(logarithm.mul(power)).sub(Math.LN2).mul(exponent).neg())
}
