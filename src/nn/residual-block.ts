import { foldIn, type Key } from '../core/index.ts'
import { conv1d, type Tensor } from '../tensor/index.ts'
import { heNormal } from './init.ts'
import type { Applied, ApplyOptions, Variables } from './network.ts'
import {
  initialNormalization,
  type Normalization,
  normalization,
  type RunningMoments,
  type Scaling,
} from './normalization.ts'

/** A convolution without bias, which the normalisation behind it makes needless. */
export interface NormedConvolution extends Scaling {
  /** [outputs, inputs / groups, taps] */
  readonly weight: Tensor
}

/** The form of a normed convolution. */
export interface NormedConvolutionPlan {
  readonly inputs: number
  readonly outputs: number
  /** Odd, so that padding by half of it (dilated) keeps the places. */
  readonly taps: number
  readonly stride: number
  readonly dilation: number
  readonly groups: number
  /** What the normalisation's factors begin with. */
  readonly scale: number
}

/** The form of a residual block: convolutions in a row, and one of a single tap where the input's shape changes. */
export interface ResidualBlockPlan {
  readonly convolutions: readonly NormedConvolutionPlan[]
  readonly shortcut?: NormedConvolutionPlan
}

interface Parts<T> {
  readonly convolutions: readonly T[]
  readonly shortcut?: T
}

export type ResidualBlock = Parts<NormedConvolution>

export type ResidualBlockStatistics = Parts<RunningMoments>

/** What a normed convolution begins with: He's normal weights that keep the variance of gradients. */
export function initialNormedConvolution(
  key: Key,
  { inputs, outputs, taps, groups, scale }: NormedConvolutionPlan,
  choice: Normalization,
): Variables<NormedConvolution, RunningMoments> {
  const weight = heNormal(key, [outputs, inputs / groups, taps], { keep: 'gradient' })
  const { parameters, statistics } = initialNormalization(outputs, choice, { scale })
  return { parameters: { weight, ...parameters }, statistics }
}

/** Convolves and normalises. */
export function normedConvolution(
  x: Tensor,
  { parameters: { weight, ...scaling }, statistics }: Variables<NormedConvolution, RunningMoments>,
  { taps, stride, dilation, groups }: NormedConvolutionPlan,
  choice: Normalization,
  options: ApplyOptions,
): Applied<RunningMoments> {
  const padding = dilation * ((taps - 1) / 2)
  const convolved = conv1d(x, weight, { stride, dilation, groups, padding })
  return normalization(convolved, { parameters: scaling, statistics }, choice, options)
}

/** What a residual block begins with. */
export function initialResidualBlock(
  key: Key,
  { convolutions, shortcut }: ResidualBlockPlan,
  choice: Normalization,
): Variables<ResidualBlock, ResidualBlockStatistics> {
  const parts = convolutions.map((plan, i) => initialNormedConvolution(foldIn(key, i), plan, choice))
  const side = shortcut && initialNormedConvolution(foldIn(key, 'shortcut'), shortcut, choice)
  return {
    parameters: {
      convolutions: parts.map(({ parameters }) => parameters),
      ...(side && { shortcut: side.parameters }),
    },
    statistics: {
      convolutions: parts.map(({ statistics }) => statistics),
      ...(side && { shortcut: side.statistics }),
    },
  }
}

/**
 * A residual block (He et al. 2016, arXiv:1512.03385): convolutions with rectifiers between them, to which the input is
 * added, through its own convolution where its shape changes; then a rectifier.
 *
 * @param x [batch, inputs, length]
 * @returns [batch, outputs, places]
 */
export function residualBlock(
  x: Tensor,
  { parameters, statistics }: Variables<ResidualBlock, ResidualBlockStatistics>,
  plan: ResidualBlockPlan,
  choice: Normalization,
  options: ApplyOptions,
): Applied<ResidualBlockStatistics> {
  const measured: RunningMoments[] = []
  const last = plan.convolutions.length - 1
  const inner = plan.convolutions.reduce((h, own, i) => {
    const variables = { parameters: parameters.convolutions[i]!, statistics: statistics.convolutions[i]! }
    const { output, statistics: next } = normedConvolution(h, variables, own, choice, options)
    measured.push(next)
    return i === last ? output : output.relu()
  }, x)
  if (!plan.shortcut) return { output: inner.add(x).relu(), statistics: { convolutions: measured } }
  const variables = { parameters: parameters.shortcut!, statistics: statistics.shortcut! }
  const side = normedConvolution(x, variables, plan.shortcut, choice, options)
  return {
    output: inner.add(side.output).relu(),
    statistics: { convolutions: measured, shortcut: side.statistics },
  }
}
