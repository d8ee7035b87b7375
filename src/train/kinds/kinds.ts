import { z } from 'zod'
import type { Json, Key, Progress, WorkerPool } from '../../core/index.ts'
import type { Network } from '../../nn/index.ts'
import type { Tensor } from '../../tensor/index.ts'
import type { BatchSource, BatchSpecs } from '../batches.ts'
import type { EvaluationMetrics } from '../evaluation.ts'

/** Zod, as the package has it: for the schemas of kinds. */
export { z }

/** What a detector's network is given, by name: `strain` [batch, detectors, samples], or whatever a data kind makes. */
export type DetectorInputs = { readonly [name: string]: Tensor }

/** A batch of windows, some of which hold a signal. */
export type DetectionBatch = {
  readonly inputs: DetectorInputs
  /** [batch]: 1 for a window that holds a signal, else 0 */
  readonly isSignal: Tensor
  /** [batch]: what each window counts in the loss; all the same by default. */
  readonly weight?: Tensor
  /** Further tensors that a model's own loss needs, and evaluations: `snr`, `mergerTime`. */
  readonly [name: string]: Tensor | DetectorInputs | undefined
}

/** What a network says of windows, by name; the larger the `logit` [batch], the more like a signal. It has no bounds. */
export type DetectorOutputs = { readonly logit: Tensor; readonly [name: string]: Tensor }

/** A network that can be trained to detect, and its loss. */
export interface DetectionModel extends Network<unknown, unknown, DetectorInputs, DetectorOutputs> {
  /** The mean loss of a batch; by default the binary cross-entropy of the logits. */
  readonly loss?: (outputs: DetectorOutputs, batch: DetectionBatch) => Tensor
}

/** A network's logits for one batch's inputs, compiled. */
export type Scorer = (inputs: DetectorInputs) => Promise<Float32Array>

/** Where the windows of a training come from. */
export interface TrainingData {
  readonly training: BatchSource<DetectionBatch>
  /** Windows that training never sees, batch for batch the same at every evaluation. */
  readonly evaluation: BatchSource<DetectionBatch>
  /** Further metrics of a network: a search over a stretch of background, say. */
  readonly evaluate?: (score: Scorer) => Promise<EvaluationMetrics>
  /** What whoever uses the network must know, for `model.json`: sample rate, window, detectors, how strain is prepared. */
  readonly card: { readonly [key: string]: Json }
  /** Writes further files of the model beside its own, once it is trained. */
  writeFiles?(folder: string): Promise<void>
  close?(): Promise<void>
}

/** What a data kind may use. */
export interface DataContext {
  /** Folder of the training: what is costly to make may be kept in it. */
  readonly folder: string
  readonly progress: Progress
  readonly signal?: AbortSignal
  /** Windows a batch. */
  readonly batch: number
  /** Of the training's windows: batch i is made of `foldIn(trainingKey, i)`. */
  readonly trainingKey: Key
  readonly evaluationKey: Key
  /** Threads that make batches. */
  readonly pool: WorkerPool
}

/** A kind of data: what `[data]` may say of it, and how its batches are made. */
export interface DataKind<Schema extends z.ZodObject = z.ZodObject> {
  /** Its options, without `kind`, each with a default where one makes sense; strict, so that unknown keys are told. */
  readonly schema: Schema
  create(options: z.output<Schema>, context: DataContext): TrainingData | Promise<TrainingData>
}

/** A kind of model: what `[model]` may say of it, and its network for the inputs that the data have. */
export interface ModelKind<Schema extends z.ZodObject = z.ZodObject> {
  readonly schema: Schema
  /** @throws `config` where the network can't take such inputs. */
  create(
    options: z.output<Schema>,
    inputs: BatchSpecs<DetectorInputs>,
    /** What the data say of themselves. */
    card: TrainingData['card'],
  ): DetectionModel
}

/** The kinds that a configuration may name. Pass further ones beside these: nothing is registered anywhere. */
export interface Kinds {
  readonly models: Readonly<Record<string, ModelKind>>
  readonly data: Readonly<Record<string, DataKind>>
}

/** A kind as an entry of `Kinds`, where the type of its options is forgotten. */
export const dataKind = <Schema extends z.ZodObject>(kind: DataKind<Schema>): DataKind => kind as unknown as DataKind

/** As `dataKind`. */
export const modelKind = <Schema extends z.ZodObject>(kind: ModelKind<Schema>): ModelKind =>
  kind as unknown as ModelKind
