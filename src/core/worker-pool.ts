import { availableParallelism } from 'node:os'
import type { ResourceLimits } from 'node:worker_threads'
import { QuadrupoleError } from './errors.ts'
import { type Logger, silentLogger } from './log.ts'
import { createWorkerScheduler } from './worker-scheduler.ts'
import type { Transferable, WorkerTask } from './worker-task.ts'
import type { Job } from './worker-thread.ts'

/** How a pool is made. */
export interface WorkerPoolOptions {
  /** Most threads at a time; they start when first needed. The processor's parallelism by default. */
  readonly size?: number
  /** Memory limits of each thread. */
  readonly resourceLimits?: ResourceLimits
  /** Hears of a thread that died between tasks. */
  readonly logger?: Logger
}

/** Options of one task. */
export interface RunOptions {
  /** Buffers of the argument to move instead of copy; they are empty here afterwards. */
  readonly transfer?: readonly Transferable[]
  /** Cancels the task: a queued one is dropped, a running one stopped together with its thread. */
  readonly signal?: AbortSignal
}

/** Options of a task over many arguments. */
export interface MapOptions<Argument> {
  readonly transfer?: (argument: Argument) => readonly Transferable[]
  readonly signal?: AbortSignal
}

/** Worker threads that run tasks, first come first served. */
export interface WorkerPool extends AsyncDisposable {
  readonly size: number
  /**
   * Runs a task on the next free thread.
   *
   * @throws The QuadrupoleError that the task threw, with its code, details and stack; `worker` (with the cause) if it
   * threw anything else or its thread died; `argument` if the argument can't be sent; `cancelled`; `disposed`.
   */
  run<Argument, Result>(
    task: WorkerTask<Argument, Result>,
    argument: Argument,
    options?: RunOptions,
  ): Promise<Awaited<Result>>
  /**
   * Runs a task over arguments, which are taken from the iterable as threads become free, and gives the results in the
   * arguments' order. After a failure no more are started; the error is that of the first argument that failed.
   */
  map<Argument, Result>(
    task: WorkerTask<Argument, Result>,
    arguments_: Iterable<Argument>,
    options?: MapOptions<Argument>,
  ): Promise<Awaited<Result>[]>
  /** Rejects what is queued with `disposed`, lets what runs finish (or stops it) and ends the threads. */
  close(options?: { readonly stopRunning?: boolean }): Promise<void>
}

/**
 * Makes a pool of worker threads. A thread that dies fails its task and is replaced; idle threads don't keep the process
 * alive.
 *
 * @example
 * await using pool = createWorkerPool({ size: 2 })
 * const whitened = await pool.map(whitenTask, segments)
 *
 * @throws `argument` if the size is not a positive integer.
 */
export function createWorkerPool(options: WorkerPoolOptions = {}): WorkerPool {
  const { size = availableParallelism(), resourceLimits, logger = silentLogger } = options
  if (!Number.isInteger(size) || size < 1)
    throw new QuadrupoleError('argument', `core.createWorkerPool: expected a positive integer size, got ${size}`, {
      details: { size },
    })
  const scheduler = createWorkerScheduler(size, resourceLimits, logger)
  const running = new Set<Promise<unknown>>()
  let closed = false

  const pool: WorkerPool = {
    size,
    async run(task, argument, { transfer = [], signal } = {}) {
      if (closed) throw disposedError(task)
      if (signal?.aborted) throw cancelledError(task, signal)
      const { promise, job } = makeJob(task, argument, transfer)
      const cancel = () => scheduler.cancel(job, cancelledError(task, signal))
      signal?.addEventListener('abort', cancel)
      running.add(promise)
      scheduler.add(job)
      try {
        return (await promise) as never
      } finally {
        running.delete(promise)
        signal?.removeEventListener('abort', cancel)
      }
    },
    map: (task, arguments_, options) => mapInOrder(pool, task, arguments_, options),
    async close({ stopRunning = false } = {}) {
      closed = true
      scheduler.rejectQueued(job => disposedError(job.task))
      if (!stopRunning) await Promise.allSettled(running)
      await scheduler.stop(
        new QuadrupoleError('disposed', 'core.WorkerPool.close: the pool was closed while the task ran'),
      )
    },
    [Symbol.asyncDispose]: () => pool.close(),
  }
  return pool
}

function makeJob(task: Job['task'], argument: unknown, transfer: readonly Transferable[]) {
  let settle!: Pick<Job, 'resolve' | 'reject'>
  const promise = new Promise<unknown>((resolve, reject) => {
    settle = { resolve, reject }
  })
  const job: Job = { task, argument, transfer, ...settle }
  return { promise, job }
}

function* numbered<Item>(items: Iterable<Item>): Generator<[number, Item]> {
  let index = 0
  for (const item of items) yield [index++, item]
}

async function mapInOrder<Argument, Result>(
  pool: WorkerPool,
  task: WorkerTask<Argument, Result>,
  arguments_: Iterable<Argument>,
  { transfer, signal }: MapOptions<Argument> = {},
): Promise<Awaited<Result>[]> {
  const results: Awaited<Result>[] = []
  const failures: { readonly index: number; readonly error: unknown }[] = []
  const source = numbered(arguments_)
  // Lanes share one generator: leaving its loop closes it, which is how a failure ends the other lanes.
  const lane = async (): Promise<void> => {
    let failing = Number.POSITIVE_INFINITY
    try {
      for (const [index, argument] of source) {
        failing = index
        const options = { ...(signal && { signal }), ...(transfer && { transfer: transfer(argument) }) }
        results[index] = await pool.run(task, argument, options)
        failing = Number.POSITIVE_INFINITY
      }
    } catch (error) {
      failures.push({ index: failing, error })
    }
  }
  await Promise.all(Array.from({ length: pool.size }, lane))
  failures.sort((a, b) => a.index - b.index)
  if (failures[0] !== undefined) throw failures[0].error
  return results
}

function disposedError({ exportName }: WorkerTask<never, unknown>): QuadrupoleError {
  return new QuadrupoleError(
    'disposed',
    `core.WorkerPool.run: the pool was closed before task '${exportName}' ran; close it after its last task`,
    { details: { task: exportName } },
  )
}

function cancelledError({ exportName }: WorkerTask<never, unknown>, signal?: AbortSignal): QuadrupoleError {
  return new QuadrupoleError('cancelled', `core.WorkerPool.run: task '${exportName}' was cancelled`, {
    cause: signal?.reason,
    details: { task: exportName },
  })
}
