import { foldIn, type Key, mapTree, QuadrupoleError, type WorkerPool, type WorkerTask } from '../core/index.ts'
import { type DType, type Storage, Tensor, type TensorSpec } from '../tensor/index.ts'

/** A batch's nest with something else for each tensor. */
type ForTensors<Batch, To> = Batch extends Tensor ? To : { readonly [K in keyof Batch]: ForTensors<Batch[K], To> }

/** A batch's tensors as the arrays they lie in. */
export type BatchArrays<Batch> = ForTensors<Batch, Storage>

/** The shape and dtype of each tensor of a batch. */
export type BatchSpecs<Batch> = ForTensors<Batch, TensorSpec>

/** Where the batches of a training or of a test come from. */
export interface BatchSource<Batch> {
  /** The batch's nest (complex values as `{ re, im }`), with the shape and dtype of each tensor. */
  readonly specs: BatchSpecs<Batch>
  /**
   * Whether other threads write the arrays, which then are memory that threads share; true by default. A source that only
   * copies what it has does so in its own thread, into memory of its own: engines copy shared memory slowly.
   */
  readonly isShared?: boolean
  /**
   * Writes batch number `index` to arrays, all of every array. What it writes depends on the source and the index alone,
   * whatever was made before and by how many threads: that is what lets a training be resumed.
   */
  fill(index: number, into: BatchArrays<Batch>, signal?: AbortSignal): Promise<void> | void
}

/** What a thread is asked for: one batch. */
export interface BatchRequest<Options, Batch = unknown> {
  readonly options: Options
  /** The batch's own key. */
  readonly key: Key
  readonly index: number
  readonly into: BatchArrays<Batch>
}

export interface WorkerBatchesOptions<Options, Batch> {
  readonly specs: BatchSpecs<Batch>
  /** What the task is given with every batch: plain data, large arrays in shared memory. */
  readonly options: Options
  /** The key of batch i is `foldIn(key, i)`. */
  readonly key: Key
}

/**
 * Batches that the threads of a pool make. The task is the export of a module that fills the arrays of its request; it
 * may keep what is costly to prepare from one call to the next.
 *
 * @example
 * const source = workerBatches(pool, chirpBatchTask, { specs, options, key })
 */
export const workerBatches = <Options, Batch>(
  pool: WorkerPool,
  task: WorkerTask<BatchRequest<Options, Batch>, void>,
  { specs, options, key }: WorkerBatchesOptions<Options, Batch>,
): BatchSource<Batch> => ({
  specs,
  fill: (index, into, signal) =>
    pool.run(task, { options, key: foldIn(key, index), index, into }, signal ? { signal } : {}),
})

/** A batch from a queue. Its tensors are valid until `release`, after which their memory is written to again. */
export interface QueuedBatch<Batch> {
  readonly index: number
  readonly batch: Batch
  release(): void
}

/** Batches in order, the next ones in the making. */
export interface BatchQueue<Batch> extends AsyncDisposable {
  /** The next batch, as soon as it is made; rejects with what its source threw. */
  next(): Promise<QueuedBatch<Batch>>
  /** Stops what is in the making. */
  close(): Promise<void>
}

export interface BatchQueueOptions {
  /** Number of the first batch; 0 by default. */
  readonly first?: number
  /** Number behind the last batch that will be asked for; none by default. */
  readonly end?: number
  /** Batches held in memory at a time, that in use among them; 4 by default. */
  readonly depth?: number
}

/**
 * A queue of a source's batches from number `first` on: of the `depth` sets of arrays it holds, those not in use are
 * being filled or wait for `next`, so a consumer waits only where batches take longer to make than to use.
 *
 * @throws `argument` if the depth is not a positive integer.
 */
export function createBatchQueue<Batch>(
  source: BatchSource<Batch>,
  options: BatchQueueOptions = {},
): BatchQueue<Batch> {
  const { first = 0, end = Number.POSITIVE_INFINITY, depth = 4 } = options
  const arrayOf = (spec: TensorSpec): Storage => batchArray(spec, source.isShared ?? true)
  if (!Number.isInteger(depth) || depth < 1)
    throw new QuadrupoleError('argument', `train.createBatchQueue: expected a positive integer depth, got ${depth}`)
  const stop = new AbortController()
  const making: Promise<QueuedBatch<Batch>>[] = []
  const running = new Set<Promise<unknown>>()
  let begun = first

  const begin = (arrays: BatchArrays<Batch>, batch: Batch): void => {
    if (begun >= end || stop.signal.aborted) return
    const index = begun++
    // started in a later turn: a source that throws at once then rejects like any other
    const filled = Promise.resolve().then(() => source.fill(index, arrays, stop.signal))
    running.add(filled)
    const made = filled.then(() => {
      let isReleased = false
      return {
        index,
        batch,
        release: () => {
          if (isReleased) return
          isReleased = true
          begin(arrays, batch)
        },
      }
    })
    // a failure is told by `next`, or by nobody if the queue is closed before
    made.catch(() => undefined).finally(() => running.delete(filled))
    making.push(made)
  }
  for (let i = 0; i < depth && begun < end; i++) {
    const arrays = mapTree(source.specs, arrayOf) as unknown as BatchArrays<Batch>
    begin(arrays, tensorsOf(source.specs, arrays))
  }

  const close = async (): Promise<void> => {
    stop.abort()
    await Promise.allSettled(running)
  }
  return {
    next: async () => {
      const made = making.shift()
      if (!made)
        throw new QuadrupoleError(
          'argument',
          `train.BatchQueue.next: batch ${begun} can't be made: ${begun >= end ? 'it is behind the last' : 'release the batches in use first'}`,
        )
      return made
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

const storages: Readonly<Record<DType, (buffer: ArrayBufferLike) => Storage>> = {
  float32: buffer => new Float32Array(buffer),
  float64: buffer => new Float64Array(buffer),
  int32: buffer => new Int32Array(buffer),
  int64: buffer => new BigInt64Array(buffer),
  bool: buffer => new Uint8Array(buffer),
}

const widths: Readonly<Record<DType, number>> = { float32: 4, float64: 8, int32: 4, int64: 8, bool: 1 }

function batchArray({ shape, dtype }: TensorSpec, isShared: boolean): Storage {
  const bytes = widths[dtype] * shape.reduce((product, n) => product * n, 1)
  return storages[dtype](isShared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes))
}

function tensorsOf<Batch>(specs: BatchSpecs<Batch>, arrays: BatchArrays<Batch>): Batch {
  const leaves: TensorSpec[] = []
  mapTree(specs, (spec: TensorSpec) => leaves.push(spec))
  let next = 0
  return mapTree(arrays, (array: Storage) => Tensor.of(array, leaves[next++]!.shape)) as Batch
}
