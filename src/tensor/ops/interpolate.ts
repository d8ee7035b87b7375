import { QuadrupoleError } from '../../core/index.ts'
import { gather, gatherElements } from '../primitives/indexing.ts'
import { broadcastShapes, showShape } from '../shape.ts'
import { Tensor } from '../tensor.ts'
import { requireFloat } from './elementwise.ts'

export type InterpolationMode = 'nearest' | 'nearest-exact' | 'linear' | 'cubic'

export interface InterpolateOptions {
  /**
   * 'linear' by default. 'cubic' is cubic convolution (Keys 1981, doi:10.1109/TASSP.1981.1163711) with a = -0.75, as
   * PyTorch's bicubic along one axis. The nearest modes are PyTorch's: by cells, 'nearest' takes the sample whose cell's
   * start is nearest before, 'nearest-exact' that whose cell holds the centre; with aligned ends both take the nearest.
   */
  readonly mode?: InterpolationMode
  /**
   * 'centers' (the default; PyTorch's `align_corners=False`): samples are centres of cells, and the whole of the cells is
   * resized. 'corners' (`align_corners=True`): the first and last samples keep their places. 'frequency': the same for
   * bins of one-sided spectra, of which the first is 0 and the last the Nyquist frequency.
   */
  readonly align?: 'centers' | 'corners' | 'frequency'
}

/**
 * A tensor resized to `size` samples along its last axis, as `torch.nn.functional.interpolate`.
 *
 * @throws `argument` for a size that is no integer from 1, `shape` where there is nothing to interpolate.
 * @example
 * interpolate(tensor([0, 2, 4]), 5, { align: 'corners' }) // [0, 1, 2, 3, 4]
 */
export function interpolate(x: Tensor, size: number, options: InterpolateOptions = {}): Tensor {
  const { mode = 'linear', align = 'centers' } = options
  if (!Number.isInteger(size) || size < 1)
    throw new QuadrupoleError('argument', `interpolate: a size of ${size}, expected an integer from 1`)
  const length = lastLength('interpolate', x)
  const isCentred = align === 'centers'
  const scale = isCentred ? length / size : size > 1 ? (length - 1) / (size - 1) : 0
  const positionOf = (i: number): number => {
    // in whole numbers, so that nothing is rounded to the other side
    if (mode === 'nearest' && isCentred) return Math.floor((i * length) / size)
    if (mode === 'nearest-exact' && isCentred) return Math.floor(((2 * i + 1) * length) / (2 * size))
    return isCentred ? (i + 0.5) * scale - 0.5 : i * scale
  }
  const positions = Tensor.of(Float64Array.from({ length: size }, (_, i) => positionOf(i)))
  return sampled(x, positions, mode)
}

export interface InterpolateAtOptions {
  /** 'linear' by default. */
  readonly mode?: 'nearest' | 'linear' | 'cubic'
  /** The coordinate of the first sample; 0 by default. */
  readonly start?: number
  /** From one sample's coordinate to the next's; 1 by default, so that coordinates are fractional indices. */
  readonly step?: number
  /** What stands outside the samples: the outermost of them ('edge', the default), or a number. */
  readonly outside?: 'edge' | number
}

/**
 * Values between samples on a uniform grid along the last axis; differentiable in the samples and the coordinates.
 *
 * Positions are computed in the coordinates' dtype: float64 ones keep their fractions along an axis of any length.
 *
 * @param x [..., n]
 * @param coordinates floats of one axis, the same for all rows of x: [k]; or of the rank of x, with other axes that
 *   broadcast with those of x: [..., k].
 * @returns [..., k], in the dtype of x.
 * @throws `argument` for a step of 0, `shape` or `dtype` where the coordinates do not fit.
 * @example
 * interpolateAt(tensor([0, 10, 40]), tensor([0.5, 1.5])) // [5, 25]
 */
export function interpolateAt(x: Tensor, coordinates: Tensor, options: InterpolateAtOptions = {}): Tensor {
  const { mode = 'linear', start = 0, step = 1, outside = 'edge' } = options
  requireFloat('interpolateAt', coordinates)
  const length = lastLength('interpolateAt', x)
  if (coordinates.rank !== 1 && coordinates.rank !== x.rank)
    throw new QuadrupoleError(
      'shape',
      `interpolateAt: coordinates ${showShape(coordinates.shape)} for ${showShape(x.shape)}, expected one axis or ${x.rank}`,
    )
  if (!Number.isFinite(step) || step === 0)
    throw new QuadrupoleError('argument', `interpolateAt: a step of ${step}, expected a number other than 0`)
  const positions = start === 0 && step === 1 ? coordinates : coordinates.sub(start).div(step)
  const values = sampled(x, positions, mode === 'nearest' ? 'nearest-exact' : mode)
  if (outside === 'edge') return values
  const isInside = positions.greaterEqual(0).logicalAnd(positions.lessEqual(length - 1))
  return isInside.where(values, outside)
}

function lastLength(where: string, x: Tensor): number {
  requireFloat(where, x)
  const length = x.shape.at(-1) ?? 0
  if (length === 0)
    throw new QuadrupoleError('shape', `${where}: ${showShape(x.shape)} has no samples along a last axis`)
  return length
}

/** Weights of the samples around a position, from the sample `first` places from the one before it. */
interface Kernel {
  readonly first: number
  /** Of the distance t in [0, 1) from the sample before. */
  readonly weights: (t: Tensor) => readonly Tensor[]
}

/** The free parameter of the cubic kernel. */
const a = -0.75

/** The cubic kernel at a distance of at most 1. */
const near = (t: Tensor): Tensor =>
  t
    .mul(a + 2)
    .sub(a + 3)
    .mul(t)
    .mul(t)
    .add(1)

/** The cubic kernel at a distance from 1 to 2. */
const far = (t: Tensor): Tensor =>
  t
    .mul(a)
    .sub(5 * a)
    .mul(t)
    .add(8 * a)
    .mul(t)
    .sub(4 * a)

const rest = (t: Tensor): Tensor => t.neg().add(1)

const kernels: Readonly<Record<'linear' | 'cubic', Kernel>> = {
  linear: { first: 0, weights: t => [rest(t), t] },
  cubic: { first: -1, weights: t => [far(t.add(1)), near(t), near(rest(t)), far(rest(t).add(1))] },
}

/**
 * Values at fractional indices. Where positions are concrete their indices and weights are worked out at once, and stand
 * in graphs as constants.
 */
function sampled(x: Tensor, positions: Tensor, mode: InterpolationMode): Tensor {
  if (mode === 'nearest' || mode === 'nearest-exact') return samplesAt(x, positions.add(0.5).floor(), 0)
  const before = positions.floor()
  const { first, weights } = kernels[mode]
  const terms = weights(positions.sub(before)).map((weight, i) =>
    samplesAt(x, before, first + i).mul(weight.cast(x.dtype)),
  )
  return terms.reduce((sum, term) => sum.add(term))
}

/** Samples at whole positions, shifted; the outermost ones stand for those outside. */
function samplesAt(x: Tensor, positions: Tensor, shift: number): Tensor {
  const last = x.rank - 1
  const indices = positions
    .add(shift)
    .clip({ low: 0, high: x.shape[last]! - 1 })
    .cast('int32')
  if (indices.rank === 1) return gather.bind([x, indices], { axis: last })[0]!
  const rows = broadcastShapes('interpolateAt', x.shape.slice(0, -1), indices.shape.slice(0, -1))
  const wide = [x, indices].map(each => each.broadcastTo([...rows, each.shape[last]!]))
  return gatherElements.bind(wide, { axis: last })[0]!
}
