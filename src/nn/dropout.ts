import { QuadrupoleError } from '../core/index.ts'
import type { Tensor } from '../tensor/index.ts'

export interface DropoutOptions {
  /** Share of the elements that become 0; those that stay are scaled by 1 / (1 - rate). */
  readonly rate: number
  /** Draws uniform in [0, 1) that broadcast to x: nothing in a graph is random, so they come with the batch. */
  readonly draws: Tensor
}

/**
 * Dropout in training (Srivastava et al. 2014): elements whose draw is below the rate become 0, so that draws of shape
 * [batch, channels, 1] drop whole channels. In inference it is left out.
 *
 * @throws `argument` unless the rate is in [0, 1).
 */
export function dropout(x: Tensor, { rate, draws }: DropoutOptions): Tensor {
  if (!(rate >= 0 && rate < 1))
    throw new QuadrupoleError('argument', `nn.dropout: expected a rate from 0 to below 1, got ${rate}`)
  return x.mul(
    draws
      .greaterEqual(rate)
      .cast(x.dtype)
      .mul(1 / (1 - rate)),
  )
}
