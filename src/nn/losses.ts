import type { Tensor } from '../tensor/index.ts'

/**
 * Mean binary cross-entropy of logits against targets in [0, 1], without overflow:
 * max(x, 0) - x t + log(1 + exp(-|x|)).
 */
export const sigmoidCrossEntropy = (logits: Tensor, targets: Tensor): Tensor =>
  logits.relu().sub(logits.mul(targets)).add(logits.abs().neg().exp().log1p()).mean()
