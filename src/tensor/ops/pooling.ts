import { QuadrupoleError } from '../../core/index.ts'
import { castStorage } from '../dtype.ts'
import * as pooling from '../primitives/pooling.ts'
import { showShape } from '../shape.ts'
import { Tensor } from '../tensor.ts'

export interface PoolOptions {
  /** From one window to the next; the window's size by default, so that windows follow one another. */
  readonly stride?: number | readonly number[]
  /** Samples put at both ends, below the window's size: -infinity to a maximum, zeros to a mean; 0 by default. */
  readonly padding?: number | readonly (number | readonly [before: number, after: number])[]
  /** From one sample of a window to the next; 1 by default. */
  readonly dilation?: number | readonly number[]
}

export interface AvgPoolOptions extends PoolOptions {
  /** Whether the padding's zeros count as samples of the mean, as in PyTorch; true by default. */
  readonly countIncludePad?: boolean
}

function paramsOf(
  where: string,
  rank: number,
  x: Tensor,
  size: number | readonly number[],
  options: PoolOptions,
): pooling.PoolParams {
  if (x.rank !== rank + 2)
    throw new QuadrupoleError(
      'shape',
      `${where}: ${showShape(x.shape)}, expected ${rank + 2} axes: [batch, channels, …]; reshape it`,
    )
  const { stride = size, padding = 0, dilation = 1 } = options
  const perAxis = <T>(value: number | readonly T[], name: string): readonly (number | T)[] => {
    if (typeof value === 'number') return new Array<number>(rank).fill(value)
    if (value.length === rank) return value
    throw new QuadrupoleError('argument', `${where}: ${name} [${value}] needs ${rank} entries, or one number for all`)
  }
  const pads = perAxis(padding, 'padding').map(own => (typeof own === 'number' ? [own, own] : own))
  return {
    window: perAxis<number>(size, 'size'),
    strides: perAxis<number>(stride, 'stride'),
    dilations: perAxis<number>(dilation, 'dilation'),
    low: pads.map(pair => pair[0]!),
    high: pads.map(pair => pair[1]!),
  }
}

/**
 * The largest sample of each window along the last axis.
 *
 * @param x [batch, channels, length]
 * @returns [batch, channels, places]; without padding (length - size) / stride + 1 places, rounded down.
 * @throws `shape` for another rank or a window that does not fit, `argument` for padding of the window's size or more.
 */
export const maxPool1d = (x: Tensor, size: number, options: PoolOptions = {}): Tensor =>
  pooling.maxPool.bind([x], paramsOf('maxPool1d', 1, x, size, options))[0]!

/**
 * The largest sample of each window along the last two axes.
 *
 * @param x [batch, channels, height, width]
 */
export const maxPool2d = (x: Tensor, size: number | readonly number[], options: PoolOptions = {}): Tensor =>
  pooling.maxPool.bind([x], paramsOf('maxPool2d', 2, x, size, options))[0]!

/**
 * The mean of each window along the last axis.
 *
 * @param x [batch, channels, length]
 * @returns [batch, channels, places]
 * @throws `shape` for another rank or a window that does not fit, `argument` for padding of the window's size or more.
 */
export const avgPool1d = (x: Tensor, size: number, options: AvgPoolOptions = {}): Tensor =>
  averaged(x, paramsOf('avgPool1d', 1, x, size, options), options)

/**
 * The mean of each window along the last two axes.
 *
 * @param x [batch, channels, height, width]
 */
export const avgPool2d = (x: Tensor, size: number | readonly number[], options: AvgPoolOptions = {}): Tensor =>
  averaged(x, paramsOf('avgPool2d', 2, x, size, options), options)

function averaged(x: Tensor, params: pooling.PoolParams, { countIncludePad = true }: AvgPoolOptions): Tensor {
  const means = pooling.avgPool.bind([x], params)[0]!
  if (countIncludePad) return means
  return params.window.reduce((corrected, taps, i) => {
    const ratios = Float64Array.from({ length: means.shape[i + 2]! }, (_, place) => {
      const first = place * params.strides[i]! - params.low[i]!
      const samples = Array.from({ length: taps }, (_, tap) => first + tap * params.dilations[i]!)
      return taps / samples.filter(at => at >= 0 && at < x.shape[i + 2]!).length
    })
    if (ratios.every(ratio => ratio === 1)) return corrected
    const shape = means.shape.map((n, axis) => (axis === i + 2 ? n : 1))
    return corrected.mul(Tensor.of(castStorage(ratios, x.dtype), shape))
  }, means)
}

/**
 * The mean over all axes behind batch and channels.
 *
 * @param x [batch, channels, …]
 * @returns [batch, channels], or with `keepAxes` (false by default) the same rank with lengths 1.
 */
export function globalAveragePool(x: Tensor, options: { readonly keepAxes?: boolean } = {}): Tensor {
  const { keepAxes = false } = options
  if (x.rank < 3)
    throw new QuadrupoleError('shape', `globalAveragePool: ${showShape(x.shape)}, expected [batch, channels, …]`)
  return x.mean({ axes: x.shape.slice(2).map((_, i) => i + 2), keepAxes })
}
