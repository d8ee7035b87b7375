import { foldIn, QuadrupoleError } from '../core/index.ts'
import { maxPool1d } from '../tensor/index.ts'
import { type Activation, activations } from './activations.ts'
import { type Affine, convolution1d, initialConvolution1d, initialLinear, linear } from './linear.ts'
import type { Network } from './network.ts'

/** A convolution of the network, without padding; a maximum over `pool` places follows it where that is given. */
export interface ConvolutionPlan {
  readonly outputs: number
  readonly taps: number
  readonly pool?: number
}

export interface CoherentCnnOptions {
  /** Channels of the input: one a detector. */
  readonly channels: number
  /** Samples of a window. */
  readonly samples: number
  readonly convolutions?: readonly ConvolutionPlan[]
  /** Outputs of the linear layers before the last; [128, 64] by default. */
  readonly dense?: readonly number[]
  /** Numbers that are given for each example; 1 by default. */
  readonly outputs?: number
  /** 'elu' by default. */
  readonly activation?: Activation
}

export interface CoherentCnnParameters {
  readonly convolutions: readonly Affine[]
  readonly dense: readonly Affine[]
}

/**
 * Twelve convolutions in three widths. With three linear layers behind them, 2 channels and 2,048 samples: 634,433
 * parameters and 61.3 million multiplications, as the published entry has 0.635 and 60.9 million.
 */
export const coherentCnnConvolutions: readonly ConvolutionPlan[] = [
  { outputs: 16, taps: 24 },
  { outputs: 16, taps: 24 },
  { outputs: 16, taps: 16 },
  { outputs: 16, taps: 16, pool: 4 },
  { outputs: 32, taps: 8 },
  { outputs: 32, taps: 8 },
  { outputs: 32, taps: 4 },
  { outputs: 32, taps: 4, pool: 4 },
  { outputs: 96, taps: 8 },
  { outputs: 96, taps: 8 },
  { outputs: 96, taps: 6 },
  { outputs: 96, taps: 6, pool: 3 },
]

/**
 * A convolutional network over the whitened strain of all detectors at once, of the kind with which the team TPI FSU Jena
 * entered MLGWSC-1 (Zelenka et al. 2024, arXiv:2402.07492): convolutions with pooling, then linear layers. Its last layer
 * is linear, so the score is unbounded: a bounded one saturates, and can't rank the loudest windows.
 *
 * `apply` takes [batch, channels, samples] and gives [batch, outputs].
 *
 * @throws `argument` where the window is too short for the convolutions; `apply` throws `shape` for another window.
 */
export function coherentCnn(options: CoherentCnnOptions): Network<CoherentCnnParameters, Record<string, never>> {
  const { channels, samples, convolutions = coherentCnnConvolutions, dense = [128, 64], outputs = 1 } = options
  const activate = activations[options.activation ?? 'elu']
  const places = convolutions.reduce((n, { taps, pool = 1 }) => Math.floor((n - taps + 1) / pool), samples)
  if (places < 1)
    throw new QuadrupoleError(
      'argument',
      `nn.coherentCnn: ${samples} samples are too few for these convolutions; use longer windows or fewer taps`,
      { details: { samples } },
    )
  const widths = [channels, ...convolutions.map(plan => plan.outputs)]
  const flat = [places * widths.at(-1)!, ...dense, outputs]
  return {
    init: key => ({
      parameters: {
        convolutions: convolutions.map(({ outputs, taps }, i) =>
          initialConvolution1d(foldIn(foldIn(key, 'convolutions'), i), { inputs: widths[i]!, outputs, taps }),
        ),
        dense: flat
          .slice(1)
          .map((outputs, i) => initialLinear(foldIn(foldIn(key, 'dense'), i), { inputs: flat[i]!, outputs })),
      },
      statistics: {},
    }),
    apply: ({ parameters, statistics }, x) => {
      if (x.shape[1] !== channels || x.shape[2] !== samples)
        throw new QuadrupoleError('shape', `nn.coherentCnn: expected [batch, ${channels}, ${samples}], got ${x}`)
      const features = convolutions.reduce((h, { pool }, i) => {
        const convolved = convolution1d(h, parameters.convolutions[i]!)
        // the maximum first: it is the same, and leaves fewer places to activate
        return activate(pool === undefined ? convolved : maxPool1d(convolved, pool))
      }, x)
      const last = parameters.dense.length - 1
      const output = parameters.dense.reduce(
        (h, layer, i) => (i === last ? linear(h, layer) : activate(linear(h, layer))),
        features.reshape([x.shape[0]!, flat[0]!]),
      )
      return { output, statistics }
    },
    torchName: path => path,
  }
}
