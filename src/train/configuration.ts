import { z } from 'zod'
import type { DataKind, Kinds, ModelKind } from './kinds/kinds.ts'

const count = z.int().positive()
const positive = z.number().positive()
const share = z.number().min(0).max(1)
const decay = z.number().min(0).lt(1)
const off = z.literal(false)

/** A section whose keys depend on its `kind`; without one it is of the first. */
function section(kinds: Readonly<Record<string, { readonly schema: z.ZodObject }>>) {
  const names = Object.keys(kinds)
  const options = names.map(name => z.strictObject({ kind: z.literal(name), ...kinds[name]!.schema.shape }))
  return z
    .preprocess(
      value =>
        typeof value === 'object' && value !== null && !Array.isArray(value) ? { kind: names[0], ...value } : value,
      z.discriminatedUnion('kind', options as unknown as [z.ZodObject<{ kind: z.ZodLiteral<string> }>]),
    )
    .prefault({})
}

const optimizer = section({
  adamw: {
    schema: z.strictObject({
      meanDecay: decay.default(0.9),
      squareDecay: decay.default(0.999),
      epsilon: positive.default(1e-8),
      weightDecay: z.number().min(0).default(0),
      /** `all` parameters decay, or only `weights`: tensors of two axes and more. */
      decays: z.enum(['all', 'weights']).default('all'),
      maxGradientNorm: z.union([off, positive]).default(false),
    }),
  },
})

const learningRate = positive.default(1e-3)

const schedule = section({
  'one-cycle': {
    schema: z.strictObject({
      learningRate,
      warmUp: share.default(0.3),
      startDivisor: positive.default(25),
      endDivisor: positive.default(1e4),
      momentum: z.union([off, z.tuple([decay, decay])]).default([0.85, 0.95]),
    }),
  },
  cosine: { schema: z.strictObject({ learningRate, warmUp: share.default(0.05), end: share.default(0) }) },
  constant: { schema: z.strictObject({ learningRate }) },
})

const training = z
  .strictObject({
    steps: count.default(1000),
    batch: count.default(64),
    /** Decay of the average of the weights; 0 keeps none. */
    averageDecay: decay.default(0),
    /** A file of weights to begin with: ours or PyTorch's. */
    initialWeights: z.union([off, z.string()]).default(false),
    checkpointEvery: count.default(500),
    logEvery: count.default(20),
    /** Threads of the step graph; false leaves it to the engine. Results depend on it in their last bits. */
    threads: z.union([off, count]).default(false),
    /** Threads that make batches. */
    workers: count.default(1),
    /** Batches held in memory. */
    prefetch: count.default(4),
  })
  .prefault({})

const evaluation = z
  .strictObject({
    every: count.default(500),
    batches: count.default(16),
    /** The metric by which the best weights are kept; false keeps the last. */
    monitor: z.union([off, z.string()]).default('auroc'),
    goal: z.enum(['highest', 'lowest']).default('highest'),
    patience: z.union([off, count]).default(false),
    maxFalsePositiveRate: z.number().positive().max(1).default(0.01),
  })
  .prefault({})

/** The schema of a training's configuration, with the kinds of models and data that it may name. */
export const trainingSchema = ({ models, data }: Kinds) =>
  z.strictObject({
    seed: z.union([z.int().min(0), z.string()]).default(1),
    model: section(models as Readonly<Record<string, ModelKind>>),
    data: section(data as Readonly<Record<string, DataKind>>),
    optimizer: optimizer as unknown as z.ZodType<OptimizerSection>,
    schedule: schedule as unknown as z.ZodType<ScheduleSection>,
    training,
    evaluation,
  })

/** A training's configuration, every value in force. */
export type TrainingConfiguration = z.output<ReturnType<typeof trainingSchema>>

export interface OptimizerSection {
  readonly kind: 'adamw'
  readonly meanDecay: number
  readonly squareDecay: number
  readonly epsilon: number
  readonly weightDecay: number
  readonly decays: 'all' | 'weights'
  readonly maxGradientNorm: number | false
}

export type ScheduleSection =
  | {
      readonly kind: 'one-cycle'
      readonly learningRate: number
      readonly warmUp: number
      readonly startDivisor: number
      readonly endDivisor: number
      readonly momentum: readonly [number, number] | false
    }
  | { readonly kind: 'cosine'; readonly learningRate: number; readonly warmUp: number; readonly end: number }
  | { readonly kind: 'constant'; readonly learningRate: number }
