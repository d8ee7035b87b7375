import { QuadrupoleError } from '../../core/index.ts'
import { type ConvParams, conv, convInputGradient } from '../primitives/conv.ts'
import { pad } from '../primitives/slicing.ts'
import { showShape } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import { calledAs } from './called-as.ts'

export interface ConvOptions {
  readonly stride?: number | readonly number[]
  readonly dilation?: number | readonly number[]
  /** Zeros at both ends; 'same' gives ceil(length / stride) outputs, the odd zero going behind; 0 by default. */
  readonly padding?: number | 'same' | readonly (number | readonly [before: number, after: number])[]
  readonly groups?: number
  /** What is added to each output channel, [outputs]. */
  readonly bias?: Tensor
}

function perAxis(where: string, name: string, value: number | readonly number[], rank: number): readonly number[] {
  if (typeof value === 'number') return new Array<number>(rank).fill(value)
  if (value.length === rank) return value
  throw new QuadrupoleError('argument', `${where}: ${name} ${showShape(value)} needs ${rank} entries or one number`)
}

/** Parameters for every spatial axis from options that may name one for all. */
function paramsOf(
  where: string,
  lengths: readonly number[],
  kernel: readonly number[],
  options: ConvOptions,
): ConvParams {
  const { stride = 1, dilation = 1, padding = 0, groups = 1 } = options
  const strides = perAxis(where, 'stride', stride, lengths.length)
  const dilations = perAxis(where, 'dilation', dilation, lengths.length)
  if (Array.isArray(padding) && padding.length !== lengths.length)
    throw new QuadrupoleError('argument', `${where}: padding needs ${lengths.length} entries or one number`)
  const pairs = lengths.map((n, axis): readonly [number, number] => {
    if (padding === 'same') {
      const reach = (kernel[axis]! - 1) * dilations[axis]! + 1
      const total = Math.max(0, (Math.ceil(n / strides[axis]!) - 1) * strides[axis]! + reach - n)
      return [Math.floor(total / 2), Math.ceil(total / 2)]
    }
    const own = typeof padding === 'number' ? padding : padding[axis]!
    return typeof own === 'number' ? [own, own] : own
  })
  return { strides, dilations, low: pairs.map(pair => pair[0]), high: pairs.map(pair => pair[1]), groups }
}

function convolve(where: string, spatialRank: number, x: Tensor, weights: Tensor, options: ConvOptions): Tensor {
  checkRank(where, spatialRank, x, weights)
  const params = paramsOf(where, x.shape.slice(2), weights.shape.slice(2), options)
  const { bias } = options
  return calledAs(where, () => conv.bind(bias ? [x, weights, bias] : [x, weights], params)[0]!)()
}

function checkRank(where: string, spatialRank: number, x: Tensor, weights: Tensor): void {
  if (x.rank !== spatialRank + 2 || weights.rank !== spatialRank + 2)
    throw new QuadrupoleError(
      'shape',
      `${where}: input ${showShape(x.shape)} and weights ${showShape(weights.shape)} must both have ${spatialRank + 2} axes: [batch, channels, …] and [outputs, channels / groups, …]`,
    )
}

/**
 * One-dimensional convolution as networks mean it (cross-correlation).
 *
 * @param x [batch, channels, length]
 * @param weights [outputs, channels / groups, taps]
 * @returns [batch, outputs, places]
 */
export const conv1d = (x: Tensor, weights: Tensor, options: ConvOptions = {}): Tensor =>
  convolve('conv1d', 1, x, weights, options)

/**
 * Two-dimensional convolution (cross-correlation).
 *
 * @param x [batch, channels, height, width]
 * @param weights [outputs, channels / groups, rows, columns]
 */
export const conv2d = (x: Tensor, weights: Tensor, options: ConvOptions = {}): Tensor =>
  convolve('conv2d', 2, x, weights, options)

export interface ConvTransposeOptions extends ConvOptions {
  readonly padding?: number | readonly (number | readonly [before: number, after: number])[]
  /** Extra samples at the end, which a stride above 1 leaves open; 0 by default. */
  readonly outputPadding?: number | readonly number[]
}

function convolveTransposed(
  where: string,
  spatialRank: number,
  x: Tensor,
  weights: Tensor,
  options: ConvTransposeOptions,
) {
  checkRank(where, spatialRank, x, weights)
  const { outputPadding = 0, bias, ...rest } = options
  const kernel = weights.shape.slice(2)
  const params = paramsOf(where, x.shape.slice(2), kernel, rest)
  if (weights.shape[0] !== x.shape[1] || x.shape[1]! % params.groups !== 0)
    throw new QuadrupoleError(
      'shape',
      `${where}: ${x.shape[1]} channels in ${params.groups} groups do not fit weights ${showShape(weights.shape)}; expected [${x.shape[1]}, outputs / groups, …] with groups that divide ${x.shape[1]}`,
    )
  const extra = perAxis(where, 'outputPadding', outputPadding, kernel.length)
  if (extra.some(n => !Number.isInteger(n) || n < 0))
    throw new QuadrupoleError('argument', `${where}: outputPadding ${showShape(extra)} must be integers of 0 or more`)
  // extra samples are those that padding at the end had cut off, then zeros, of which strides leave some open
  const high = params.high.map((n, axis) => Math.max(0, n - extra[axis]!))
  const zeros = params.high.map((n, axis) => Math.max(0, extra[axis]! - n))
  const open = zeros.map((n, axis) => Math.min(n, params.strides[axis]! - 1))
  const lengths = x.shape.slice(2).map((n, axis) => {
    const reach = (kernel[axis]! - 1) * params.dilations[axis]! + 1
    return (n - 1) * params.strides[axis]! - params.low[axis]! - high[axis]! + reach + open[axis]!
  })
  if (lengths.some(n => n < 1))
    throw new QuadrupoleError(
      'shape',
      `${where}: padding [${params.low}] and [${params.high}] leaves lengths ${showShape(lengths)} of ${showShape(x.shape)}; pad less`,
    )
  const result = calledAs(where, () => convInputGradient.bind([x, weights], { ...params, high, lengths })[0]!)()
  const behind = [0, 0, ...zeros.map((n, axis) => n - open[axis]!)]
  const none = behind.map(() => 0)
  const padded = behind.every(n => n === 0)
    ? result
    : pad.bind([result], { low: none, high: behind, interior: none, value: 0 })[0]!
  return bias ? padded.add(bias.reshape([1, bias.size, ...kernel.map(() => 1)])) : padded
}

/**
 * Transposed one-dimensional convolution: the adjoint of `conv1d` with the same options.
 *
 * @param x [batch, channels, length]
 * @param weights [channels, outputs / groups, taps]
 */
export const convTranspose1d = (x: Tensor, weights: Tensor, options: ConvTransposeOptions = {}): Tensor =>
  convolveTransposed('convTranspose1d', 1, x, weights, options)

/** Transposed two-dimensional convolution: the adjoint of `conv2d` with the same options. */
export const convTranspose2d = (x: Tensor, weights: Tensor, options: ConvTransposeOptions = {}): Tensor =>
  convolveTransposed('convTranspose2d', 2, x, weights, options)
