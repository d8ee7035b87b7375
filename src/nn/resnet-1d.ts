import { foldIn, QuadrupoleError } from '../core/index.ts'
import { globalAveragePool, maxPool1d, type Tensor } from '../tensor/index.ts'
import { type Affine, initialLinear, linear } from './linear.ts'
import type { Applied, ApplyOptions, Network, Variables } from './network.ts'
import type { Normalization, RunningMoments } from './normalization.ts'
import {
  initialNormedConvolution,
  initialResidualBlock,
  type NormedConvolution,
  type NormedConvolutionPlan,
  normedConvolution,
  type ResidualBlock,
  type ResidualBlockPlan,
  type ResidualBlockStatistics,
  residualBlock,
} from './residual-block.ts'
import { resNet1dTorchName } from './torch-names.ts'

export interface ResNet1dOptions {
  /** Channels of the input: 2 for two detectors. */
  readonly channels: number
  /** Numbers that are given for each example; 1 by default. */
  readonly outputs?: number
  /** Blocks of each stage, any number of stages; [3, 4, 6, 3] by default. */
  readonly blocks?: readonly number[]
  /** `basic`: two convolutions; `bottleneck`: three, the last of one tap to four times the channels. */
  readonly block?: 'basic' | 'bottleneck'
  /** Channels of the first stage, doubled from stage to stage; 64 by default. */
  readonly width?: number
  /** Taps of the convolutions, odd; 3 by default. */
  readonly taps?: number
  /** Groups of the blocks' convolutions (of a bottleneck the middle one); 1 by default. */
  readonly groups?: number
  /** Channels a group, for a `width` of 64; 64 by default. Bottlenecks only. */
  readonly widthPerGroup?: number
  /** What each stage after the first does to length or reach: one entry each, or one for all; 'stride' by default. */
  readonly reductions?: 'stride' | 'dilation' | readonly ('stride' | 'dilation')[]
  /** Group normalisation with 16 groups by default, as in aframe. */
  readonly norm?: Normalization
  /** Whether the last normalisation of each block begins with factors of 0, so that blocks begin as identities. */
  readonly zeroInitResidual?: boolean
}

export interface ResNet1dParameters {
  readonly stem: NormedConvolution
  readonly stages: readonly (readonly ResidualBlock[])[]
  readonly head: Affine
}

export interface ResNet1dStatistics {
  readonly stem: RunningMoments
  readonly stages: readonly (readonly ResidualBlockStatistics[])[]
}

export interface ResNet1d extends Network<ResNet1dParameters, ResNet1dStatistics> {
  /** What the head is given, before the mean over places: [batch, channels, places]. */
  features(
    variables: Variables<ResNet1dParameters, ResNet1dStatistics>,
    x: Tensor,
    options?: ApplyOptions,
  ): Applied<ResNet1dStatistics>
}

/** Channels of a bottleneck's output over those inside it. */
const expansion = 4

/**
 * A residual network over series (He et al. 2016, arXiv:1512.03385, in one dimension): a convolution of 7 taps and stride
 * 2, normalisation, rectifier, maximum over 3 places in steps of 2, stages of residual blocks, the mean over all places,
 * a linear layer. Its defaults with 2 channels are aframe's network of 7,219,201 parameters.
 *
 * `apply` takes [batch, channels, samples] and gives [batch, outputs].
 *
 * @throws `argument` for even taps, no stage, or groups that don't divide channels.
 * @example
 * const network = resNet1d({ channels: 2, blocks: [1, 1], width: 8, norm: { kind: 'group', groups: 4 } })
 * const variables = network.init(randomKey(1))
 * network.apply(variables, zeros([4, 2, 256])).output.shape // [4, 1]
 */
export function resNet1d(options: ResNet1dOptions): ResNet1d {
  const { outputs = 1, norm = { kind: 'group', groups: 16 } } = options
  const plan = planOf(options)
  const inside = plan.stages.at(-1)!.at(-1)!.convolutions.at(-1)!.outputs

  const features: ResNet1d['features'] = ({ parameters, statistics }, x, applyOptions = {}) => {
    const own = { parameters: parameters.stem, statistics: statistics.stem }
    const stem = normedConvolution(x, own, plan.stem, norm, applyOptions)
    let h = maxPool1d(stem.output.relu(), 3, { stride: 2, padding: 1 })
    const stages = plan.stages.map((blocks, stage) =>
      blocks.map((block, i) => {
        const own = { parameters: parameters.stages[stage]![i]!, statistics: statistics.stages[stage]![i]! }
        const { output, statistics: next } = residualBlock(h, own, block, norm, applyOptions)
        h = output
        return next
      }),
    )
    return { output: h, statistics: { stem: stem.statistics, stages } }
  }

  return {
    init: key => {
      const stem = initialNormedConvolution(foldIn(key, 'stem'), plan.stem, norm)
      const stages = plan.stages.map((blocks, stage) =>
        blocks.map((block, i) => initialResidualBlock(foldIn(foldIn(foldIn(key, 'stages'), stage), i), block, norm)),
      )
      return {
        parameters: {
          stem: stem.parameters,
          stages: stages.map(blocks => blocks.map(({ parameters }) => parameters)),
          head: initialLinear(foldIn(key, 'head'), { inputs: inside, outputs }),
        },
        statistics: {
          stem: stem.statistics,
          stages: stages.map(blocks => blocks.map(({ statistics }) => statistics)),
        },
      }
    },
    features,
    apply: (variables, x, applyOptions) => {
      const { output, statistics } = features(variables, x, applyOptions)
      return { output: linear(globalAveragePool(output), variables.parameters.head), statistics }
    },
    torchName: resNet1dTorchName,
  }
}

interface ResNet1dPlan {
  readonly stem: NormedConvolutionPlan
  readonly stages: readonly (readonly ResidualBlockPlan[])[]
}

function planOf(options: ResNet1dOptions): ResNet1dPlan {
  const { channels, blocks = [3, 4, 6, 3], block = 'basic', width = 64, taps = 3, groups = 1 } = options
  const { widthPerGroup = 64, zeroInitResidual = false, reductions = 'stride' } = options
  const refuse = (what: string): never => {
    throw new QuadrupoleError('argument', `nn.resNet1d: ${what}`, { details: { ...options } })
  }
  if (blocks.length === 0 || blocks.some(n => !Number.isInteger(n) || n < 1))
    refuse(`expected a positive number of blocks for each of at least one stage, got [${blocks}]`)
  if (!Number.isInteger(taps) || taps % 2 !== 1) refuse(`expected odd taps, got ${taps}`)
  const rules = typeof reductions === 'string' ? blocks.slice(1).map(() => reductions) : reductions
  if (rules.length !== blocks.length - 1)
    refuse(`expected a reduction for each of the ${blocks.length - 1} stages after the first, got ${rules.length}`)
  const plain = { stride: 1, dilation: 1, groups: 1, scale: 1 }
  const lastScale = zeroInitResidual ? 0 : 1

  let inputs = width
  let dilation = 1
  const stages = blocks.map((count, stage) => {
    const planes = width * 2 ** stage
    const outer = block === 'basic' ? planes : planes * expansion
    const inner = block === 'basic' ? planes : Math.floor((planes * widthPerGroup) / 64) * groups
    if (inner % groups !== 0 || (block === 'basic' && inputs % groups !== 0))
      refuse(`${groups} groups don't divide ${inner} channels`)
    const former = dilation
    const isDilated = stage > 0 && rules[stage - 1] === 'dilation'
    if (isDilated) dilation *= 2
    return Array.from({ length: count }, (_, i): ResidualBlockPlan => {
      const stride = i === 0 && stage > 0 && !isDilated ? 2 : 1
      const own = { ...plain, taps, groups, dilation: i === 0 ? former : dilation }
      const convolutions =
        block === 'basic'
          ? [
              { ...own, inputs, outputs: outer, stride },
              { ...own, inputs: outer, outputs: outer, scale: lastScale },
            ]
          : [
              { ...plain, inputs, outputs: inner, taps },
              { ...own, inputs: inner, outputs: inner, stride },
              { ...plain, inputs: inner, outputs: outer, taps: 1, scale: lastScale },
            ]
      const isReshaped = inputs !== outer || stride !== 1
      const shortcut = { ...plain, inputs, outputs: outer, taps: 1, stride }
      inputs = outer
      return { convolutions, ...(isReshaped && { shortcut }) }
    })
  })
  return { stem: { ...plain, inputs: channels, outputs: width, taps: 7, stride: 2 }, stages }
}
