import type { Tensor } from '../tensor/index.ts'

/**
 * Mean binary cross-entropy of logits x against targets t in [0, 1]: log(1 + exp(x)) - x t, which can't overflow. With
 * `weights`, which broadcast, the weighted mean.
 */
export function sigmoidCrossEntropy(
  logits: Tensor,
  targets: Tensor,
  { weights }: { readonly weights?: Tensor } = {},
): Tensor {
  const terms = logits.softplus().sub(logits.mul(targets))
  if (!weights) return terms.mean()
  return terms.mul(weights).sum().div(weights.broadcastTo(terms.shape).sum())
}
