import { QuadrupoleError } from '../core/index.ts'
import { ones, type Tensor, zeros } from '../tensor/index.ts'
import type { Applied, ApplyOptions, Variables } from './network.ts'
import { batchNorm, batchNormInference, groupNorm } from './norm.ts'

/**
 * How a network normalises. `group`: at most so many groups of channels, one a channel if there are fewer (so a large
 * number means instance normalisation); `batch`: running moments move by `momentum` (0.1 by default) a step, as in
 * PyTorch; `none`: a factor and an offset a channel only.
 */
export type Normalization =
  | { readonly kind: 'group'; readonly groups: number; readonly epsilon?: number }
  | { readonly kind: 'batch'; readonly momentum?: number; readonly epsilon?: number }
  | { readonly kind: 'none' }

/** A factor and an offset a channel, [channels]. */
export interface Scaling {
  readonly scale: Tensor
  readonly offset: Tensor
}

/** Running moments a channel, [channels]; of batch normalisation only. */
export interface RunningMoments {
  readonly mean?: Tensor
  readonly variance?: Tensor
}

/** What a normalisation begins with: factors 1 (or `scale`), offsets 0, moments 0 and 1. */
export function initialNormalization(
  channels: number,
  normalization: Normalization,
  { scale = 1 }: { readonly scale?: number } = {},
): Variables<Scaling, RunningMoments> {
  return {
    parameters: { scale: ones([channels]).mul(scale), offset: zeros([channels]) },
    statistics: normalization.kind === 'batch' ? { mean: zeros([channels]), variance: ones([channels]) } : {},
  }
}

/**
 * Normalises channels.
 *
 * @param x [batch, channels, …]
 * @throws `shape` when the channels don't divide into the groups; `argument` for batch statistics of a single value a
 *   channel.
 */
export function normalization(
  x: Tensor,
  { parameters: { scale, offset }, statistics }: Variables<Scaling, RunningMoments>,
  choice: Normalization,
  { isTraining = false }: ApplyOptions = {},
): Applied<RunningMoments> {
  const channels = x.shape[1]!
  if (choice.kind === 'none') {
    const perChannel = x.shape.map((n, axis) => (axis === 1 ? n : 1))
    return { output: x.mul(scale.reshape(perChannel)).add(offset.reshape(perChannel)), statistics }
  }
  const { epsilon = 1e-5 } = choice
  if (choice.kind === 'group') {
    const groups = Math.min(choice.groups, channels)
    return { output: groupNorm(x, { groups, scale, offset, epsilon }), statistics }
  }
  const { mean, variance } = statistics
  if (!mean || !variance)
    throw new QuadrupoleError('argument', 'nn.normalization: batch normalisation needs running moments; use init')
  if (!isTraining) return { output: batchNormInference(x, { scale, offset, mean, variance, epsilon }), statistics }
  const { momentum = 0.1 } = choice
  const count = x.size / channels
  if (count < 2)
    throw new QuadrupoleError(
      'argument',
      `nn.normalization: batch statistics of one value a channel (${x}); use more examples or group normalisation`,
    )
  const { output, moments } = batchNorm(x, { scale, offset, epsilon })
  const moved = (running: Tensor, measured: Tensor) => running.mul(1 - momentum).add(measured.mul(momentum))
  return {
    output,
    statistics: {
      mean: moved(mean, moments.mean),
      // unbiased, as PyTorch keeps it
      variance: moved(variance, moments.variance.mul(count / (count - 1))),
    },
  }
}
