import { z } from 'zod'
import { QuadrupoleError } from '../../core/index.ts'
import { coherentCnn, coherentCnnConvolutions, type Network, resNet1d } from '../../nn/index.ts'
import type { Tensor } from '../../tensor/index.ts'
import type { BatchSpecs } from '../batches.ts'
import { type DetectionModel, type DetectorInputs, modelKind } from './kinds.ts'

const count = z.int().positive()

const norm = z.preprocess(
  value => (typeof value === 'object' ? { kind: 'group', ...value } : value),
  z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('group'),
      groups: count.default(16),
      epsilon: z.number().positive().default(1e-5),
    }),
    z.strictObject({
      kind: z.literal('batch'),
      momentum: z.number().positive().max(1).default(0.1),
      epsilon: z.number().positive().default(1e-5),
    }),
    z.strictObject({ kind: z.literal('none') }),
  ]),
)

const reduction = z.enum(['stride', 'dilation'])

/** `resNet1d` on strain. */
export const resNetKind = modelKind({
  schema: z.strictObject({
    blocks: z.array(count).min(1).default([3, 4, 6, 3]),
    block: z.enum(['basic', 'bottleneck']).default('basic'),
    width: count.default(64),
    taps: count.default(3),
    groups: count.default(1),
    widthPerGroup: count.default(64),
    reductions: z.union([reduction, z.array(reduction)]).default('stride'),
    norm: norm.prefault({}),
    zeroInitResidual: z.boolean().default(false),
  }),
  create: (options, inputs) => {
    const [channels] = strainShape('resnet', inputs)
    return onStrain(asConfigured(() => resNet1d({ channels, ...options })))
  },
})

/** `coherentCnn` on strain. */
export const coherentCnnKind = modelKind({
  schema: z.strictObject({
    convolutions: z
      .array(z.strictObject({ outputs: count, taps: count, pool: count.optional() }))
      .min(1)
      .default(coherentCnnConvolutions.map(plan => ({ ...plan }))),
    dense: z.array(count).default([128, 64]),
    activation: z.enum(['elu', 'relu', 'leakyRelu', 'silu', 'gelu', 'tanh']).default('elu'),
  }),
  create: ({ convolutions, ...options }, inputs) => {
    const [channels, samples] = strainShape('coherent-cnn', inputs)
    const plans = convolutions.map(({ pool, ...plan }) => ({ ...plan, ...(pool !== undefined && { pool }) }))
    return onStrain(asConfigured(() => coherentCnn({ channels, samples, convolutions: plans, ...options })))
  },
})

/** Channels and samples of the windows that a model of strain is for. */
function strainShape(
  kind: string,
  { strain, ...others }: BatchSpecs<DetectorInputs>,
): [channels: number, samples: number] {
  if (!strain || Object.keys(others).length > 0 || strain.shape.length !== 3)
    throw new QuadrupoleError(
      'config',
      `train: the model kind ${kind} takes strain [batch, detectors, samples] alone; the data kind makes ${Object.entries(
        { ...others, ...(strain && { strain }) },
      )
        .map(([name, { shape }]) => `${name} [${shape}]`)
        .join(', ')}`,
    )
  return [strain.shape[1]!, strain.shape[2]!]
}

/** What a network's maker finds wrong is wrong in the configuration. */
function asConfigured<T>(make: () => T): T {
  try {
    return make()
  } catch (cause) {
    if (cause instanceof QuadrupoleError && cause.code === 'argument')
      throw new QuadrupoleError('config', `model: ${cause.message}`, { cause, details: cause.details })
    throw cause
  }
}

/** A network of strain whose only output is the logit. */
function onStrain<Parameters, Statistics>(network: Network<Parameters, Statistics, Tensor>): DetectionModel {
  const applied: Network<Parameters, Statistics, DetectorInputs, { readonly logit: Tensor }> = {
    init: network.init,
    apply: (variables, { strain }, options) => {
      const { output, statistics } = network.apply(variables, strain!, options)
      return { output: { logit: output.squeeze(1) }, statistics }
    },
    ...(network.torchName && { torchName: network.torchName }),
  }
  return applied as unknown as DetectionModel
}
