import type { Tensor } from '../tensor/index.ts'

/** Mean binary cross-entropy of logits x against targets t in [0, 1]: log(1 + exp(x)) - x t, which can't overflow. */
export const sigmoidCrossEntropy = (logits: Tensor, targets: Tensor): Tensor =>
  logits.softplus().sub(logits.mul(targets)).mean()
