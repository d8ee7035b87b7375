import { zipTrees } from '../core/index.ts'
import { Complex, type Tensor } from '../tensor/index.ts'

/**
 * The decay of an average of weights at a step, the first being 0: short at first, so that the weights training began
 * with are forgotten, then `decay`: min(decay, (1 + step) / (10 + step)).
 */
export const averageDecayAt = (step: number, decay: number): number => Math.min(decay, (1 + step) / (10 + step))

/**
 * An exponential moving average of parameters (Polyak and Juditsky 1992; in the form of Tarvainen and Valpola 2017,
 * arXiv:1703.01780): decay times the average so far, plus 1 - decay times the parameters.
 */
export function averageWeights<T>(average: T, parameters: T, decay: number | Tensor): T {
  const share = typeof decay === 'number' ? 1 - decay : decay.neg().add(1)
  const move = (from: Tensor, to: Tensor): Tensor => from.add(to.sub(from).mul(share))
  return zipTrees([average, parameters], ([from, to]: readonly (Tensor | Complex)[]) =>
    from instanceof Complex && to instanceof Complex
      ? new Complex(move(from.re, to.re), move(from.im, to.im))
      : move(from as Tensor, to as Tensor),
  ) as T
}
