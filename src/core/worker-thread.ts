import { type ResourceLimits, Worker } from 'node:worker_threads'
import { builtUrl } from './built.ts'
import { QuadrupoleError } from './errors.ts'
import { type PackedThrown, unpackThrown } from './thrown.ts'
import type { Transferable, WorkerTask } from './worker-task.ts'

/** What is posted to a worker. */
export interface WorkerRequest {
  readonly id: number
  readonly url: string
  readonly exportName: string
  readonly argument: unknown
}

/** What comes back; `thrown` only where the task failed. */
export interface WorkerReply {
  readonly id: number
  readonly result?: unknown
  readonly thrown?: PackedThrown
}

/** A task with its argument and the promise that waits for it. */
export interface Job {
  readonly task: WorkerTask<never, unknown>
  readonly argument: unknown
  readonly transfer: readonly Transferable[]
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

/** One worker thread, which does one job at a time. */
export interface WorkerThread {
  /** What it does now. */
  readonly job: Job | undefined
  /** Starts a job on an idle thread. False, and the job rejected, if its argument can't be sent. */
  start(job: Job): boolean
  /** Ends the thread; the job that it was doing fails with `reason`. Resolves when the thread no longer runs. */
  stop(reason: QuadrupoleError): Promise<void>
}

/** What the owner of a thread hears of it. */
export interface WorkerThreadEvents {
  /** It finished a job and can take the next. */
  idle(): void
  /** It ended. `uncaught` is set if it died of an error while it had no job to blame. */
  ended(uncaught?: QuadrupoleError): void
}

/** Starts a worker thread. It keeps the process alive only while it does a job. */
export function startWorkerThread(
  resourceLimits: ResourceLimits | undefined,
  events: WorkerThreadEvents,
): WorkerThread {
  const worker = new Worker(builtUrl(import.meta.url, './worker-entry.js'), resourceLimits && { resourceLimits })
  let job: Job | undefined
  let last: WorkerTask<never, unknown> | undefined
  let id = 0
  let uncaught: { readonly thrown: unknown } | undefined
  let stopped: QuadrupoleError | undefined

  const finish = (settle: (job: Job) => void): void => {
    const done = job
    if (done === undefined) return
    job = undefined
    worker.unref()
    settle(done)
    events.idle()
  }
  worker.on('message', (reply: WorkerReply) => {
    // A task may post messages of its own through parentPort; those are nobody's.
    if (reply?.id !== id || stopped !== undefined) return
    finish(done => {
      if (reply.thrown === undefined) done.resolve(reply.result)
      else done.reject(taskError(done.task, reply.thrown))
    })
  })
  worker.on('messageerror', cause => finish(done => done.reject(unreadable(done.task, cause))))
  worker.on('error', thrown => {
    uncaught = { thrown }
  })
  worker.on('exit', exitCode => {
    const done = job
    job = undefined
    done?.reject(stopped ?? deathError(done.task, exitCode, uncaught))
    const unblamed = done === undefined && stopped === undefined && last !== undefined
    events.ended(unblamed ? deathError(last!, exitCode, uncaught) : undefined)
  })

  return {
    get job() {
      return job
    },
    start(next) {
      const { url, exportName } = next.task
      try {
        const request: WorkerRequest = { id: id + 1, url, exportName, argument: next.argument }
        worker.postMessage(request, next.transfer)
      } catch (cause) {
        next.reject(unsendable(next.task, cause))
        return false
      }
      id++
      job = next
      last = next.task
      worker.ref()
      return true
    },
    async stop(reason) {
      stopped ??= reason
      await worker.terminate()
    },
  }
}

const describe = ({ url, exportName }: WorkerTask<never, unknown>): string => `task '${exportName}' (${url})`

const detailsOf = ({ url, exportName }: WorkerTask<never, unknown>) => ({ task: exportName, module: url })

function taskError(task: WorkerTask<never, unknown>, packed: PackedThrown): QuadrupoleError {
  const thrown = unpackThrown(packed)
  if (thrown instanceof QuadrupoleError) return thrown
  const what = packed.kind === 'error' ? `${packed.name}: ${packed.message}` : `${packed.text}, which is no Error`
  return new QuadrupoleError('worker', `core.WorkerPool.run: ${describe(task)} threw ${what}`, {
    cause: thrown,
    details: detailsOf(task),
  })
}

function deathError(
  task: WorkerTask<never, unknown>,
  exitCode: number,
  uncaught: { readonly thrown: unknown } | undefined,
): QuadrupoleError {
  const { thrown } = uncaught ?? {}
  const outOfMemory = (thrown as { code?: unknown } | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY'
  const how = outOfMemory
    ? 'ran out of memory; raise resourceLimits.maxOldGenerationSizeMb or give each task less'
    : uncaught
      ? `died of an uncaught ${thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)}`
      : `exited with code ${exitCode}; a task must return or throw, not end the process`
  return new QuadrupoleError('worker', `core.WorkerPool.run: the worker of ${describe(task)} ${how}`, {
    cause: thrown,
    details: { ...detailsOf(task), exitCode },
  })
}

function unsendable(task: WorkerTask<never, unknown>, cause: unknown): QuadrupoleError {
  return new QuadrupoleError(
    'argument',
    `core.WorkerPool.run: the argument of ${describe(task)} can't be sent to a worker; ` +
      'pass plain data and typed arrays, and transfer a buffer only once',
    { cause, details: detailsOf(task) },
  )
}

function unreadable(task: WorkerTask<never, unknown>, cause: unknown): QuadrupoleError {
  return new QuadrupoleError('worker', `core.WorkerPool.run: the result of ${describe(task)} can't be read`, {
    cause,
    details: detailsOf(task),
  })
}
