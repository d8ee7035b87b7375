import { QuadrupoleError } from '../core/index.ts'
import type { Tensor } from '../tensor/index.ts'

export interface NormOptions {
  /** Factor a channel, [channels]. */
  readonly scale: Tensor
  /** Offset a channel, [channels]. */
  readonly offset: Tensor
  /** Added to the variance. */
  readonly epsilon?: number
}

/**
 * Group normalisation (Wu and He 2018, arXiv:1803.08494, equations 1 to 7): each example's channels in groups, each
 * group to mean 0 and variance 1, then a factor and an offset a channel.
 *
 * @param x [batch, channels, …]
 * @throws `shape` when the channels don't divide into the groups.
 */
export function groupNorm(x: Tensor, options: NormOptions & { readonly groups: number }): Tensor {
  const { groups, scale, offset, epsilon = 1e-5 } = options
  const [batch, channels] = x.shape as [number, number]
  if (channels % groups !== 0)
    throw new QuadrupoleError('shape', `groupNorm: ${channels} channels don't divide into ${groups} groups`)
  const rows = x.reshape([batch, groups, -1])
  const centred = rows.sub(rows.mean({ axes: -1, keepAxes: true }))
  const variance = centred.square().mean({ axes: -1, keepAxes: true })
  const normal = centred.mul(variance.add(epsilon).sqrt().reciprocal()).reshape(x.shape)
  const perChannel = [1, channels, ...x.shape.slice(2).map(() => 1)]
  return normal.mul(scale.reshape(perChannel)).add(offset.reshape(perChannel))
}

/** What batch normalisation measured: for running means. */
export interface BatchMoments {
  readonly mean: Tensor
  readonly variance: Tensor
}

/**
 * Batch normalisation in training (Ioffe and Szegedy 2015, arXiv:1502.03167, algorithm 1): each channel to mean 0 and
 * variance 1 over the batch and all positions, then a factor and an offset.
 *
 * @param x [batch, channels, …]
 * @returns the normalised tensor, and the batch's mean and (biased) variance a channel.
 */
export function batchNorm(x: Tensor, options: NormOptions): { readonly output: Tensor; readonly moments: BatchMoments } {
  const { scale, offset, epsilon = 1e-5 } = options
  const channels = x.shape[1]!
  const axes = x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]))
  const mean = x.mean({ axes, keepAxes: true })
  const centred = x.sub(mean)
  const variance = centred.square().mean({ axes, keepAxes: true })
  const factor = variance.add(epsilon).sqrt().reciprocal().mul(scale.reshape(mean.shape))
  return {
    output: centred.mul(factor).add(offset.reshape(mean.shape)),
    moments: { mean: mean.reshape([channels]), variance: variance.reshape([channels]) },
  }
}
