import { QuadrupoleError } from '../core/index.ts'
import { customGradient, type Tensor } from '../tensor/index.ts'

export interface NormOptions {
  /** Factor a channel, [channels]. */
  readonly scale: Tensor
  /** Offset a channel, [channels]. */
  readonly offset: Tensor
  /** Added to the variance. */
  readonly epsilon?: number
}

/** A tensor seen as rows whose elements share a mean and a variance. */
interface Moments {
  /** Deviations from the mean. */
  readonly centred: Tensor
  /** 1 / sqrt(variance + epsilon), one a row. */
  readonly inverse: Tensor
  readonly mean: Tensor
  readonly variance: Tensor
}

function momentsOf(x: Tensor, axes: readonly number[], epsilon: number): Moments {
  const mean = x.mean({ axes, keepAxes: true })
  const centred = x.sub(mean)
  const variance = centred.square().mean({ axes, keepAxes: true })
  return { centred, mean, variance, inverse: variance.add(epsilon).sqrt().reciprocal() }
}

/**
 * (x - mean) / sqrt(variance + epsilon) * scale + offset, the moments taken over some axes. The gradient is said whole,
 * since the one derived step by step walks the tensor twice as often.
 *
 * With n = (x - mean) inverse and g the cotangent times scale, that of x is inverse (g - mean(g) - n mean(g n)) (Ioffe and
 * Szegedy 2015, section 3, solved for the input).
 */
const normalize = (axes: readonly number[], epsilon: number) =>
  customGradient(
    (x: Tensor, scale: Tensor, offset: Tensor) => {
      const { centred, inverse } = momentsOf(x, axes, epsilon)
      return centred.mul(inverse.mul(scale)).add(offset)
    },
    ({ args: [x, scale, offset], cotangent }) => {
      const { centred, inverse } = momentsOf(x, axes, epsilon)
      const over = (shape: readonly number[]) => x.shape.flatMap((n, axis) => (shape[axis] === n ? [] : [axis]))
      // sums over the axes that neither the moments' rows nor the channels keep, which are made once
      const inner = over(inverse.shape).filter(axis => over(scale.shape).includes(axis))
      const sum = cotangent.sum({ axes: inner, keepAxes: true })
      const product = cotangent.mul(centred).sum({ axes: inner, keepAxes: true })
      const toRows = (t: Tensor) => sumTo(t, inverse.shape)
      const toChannels = (t: Tensor) => sumTo(t, scale.shape)
      const count = x.size / inverse.size
      const slope = inverse.mul(scale)
      const ofCentred = toRows(product.mul(scale))
        .mul(inverse)
        .mul(inverse)
        .mul(inverse)
        .mul(-1 / count)
      const constant = toRows(sum.mul(scale))
        .mul(inverse)
        .mul(-1 / count)
      return [
        cotangent.mul(slope).add(centred.mul(ofCentred)).add(constant),
        toChannels(product.mul(inverse)),
        sumTo(toChannels(sum), offset.shape),
      ]
    },
  )

/** A tensor summed over the axes that a shape has only 1 of. */
const sumTo = (x: Tensor, shape: readonly number[]): Tensor => {
  const axes = x.shape.flatMap((n, axis) => (n !== 1 && shape[axis] === 1 ? [axis] : []))
  return axes.length === 0 ? x : x.sum({ axes, keepAxes: true })
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
  const [batch, channels, ...places] = x.shape as [number, number, ...number[]]
  if (channels % groups !== 0)
    throw new QuadrupoleError('shape', `groupNorm: ${channels} channels don't divide into ${groups} groups`)
  const grouped = x.reshape([batch, groups, channels / groups, places.reduce((product, n) => product * n, 1)])
  const perChannel = [1, groups, channels / groups, 1]
  return normalize([2, 3], epsilon)(grouped, scale.reshape(perChannel), offset.reshape(perChannel)).reshape(x.shape)
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
 * @returns the normalised tensor, and the batch's mean and (biased) variance a channel, through which no gradient flows.
 */
export function batchNorm(
  x: Tensor,
  options: NormOptions,
): { readonly output: Tensor; readonly moments: BatchMoments } {
  const { scale, offset, epsilon = 1e-5 } = options
  const channels = x.shape[1]!
  const axes = x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]))
  const perChannel = x.shape.map((n, axis) => (axis === 1 ? n : 1))
  const { mean, variance } = momentsOf(x.stopGradient(), axes, epsilon)
  return {
    output: normalize(axes, epsilon)(x, scale.reshape(perChannel), offset.reshape(perChannel)),
    moments: { mean: mean.reshape([channels]), variance: variance.reshape([channels]) },
  }
}

/**
 * Batch normalisation in inference: with running moments instead of the batch's.
 *
 * @param x [batch, channels, …]
 */
export function batchNormInference(x: Tensor, options: NormOptions & BatchMoments): Tensor {
  const { scale, offset, mean, variance, epsilon = 1e-5 } = options
  const perChannel = x.shape.map((n, axis) => (axis === 1 ? n : 1))
  const slope = scale.div(variance.add(epsilon).sqrt())
  return x.mul(slope.reshape(perChannel)).add(offset.sub(mean.mul(slope)).reshape(perChannel))
}
