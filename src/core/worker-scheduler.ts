import type { ResourceLimits } from 'node:worker_threads'
import { QuadrupoleError } from './errors.ts'
import type { Logger } from './log.ts'
import { type Job, startWorkerThread, type WorkerThread } from './worker-thread.ts'

/** Hands jobs to threads, first come first served. */
export interface WorkerScheduler {
  add(job: Job): void
  /** Rejects a job: at once if it waits, else when its thread, which is stopped, no longer runs. */
  cancel(job: Job, reason: QuadrupoleError): void
  /** Rejects all jobs that wait. */
  rejectQueued(reasonOf: (job: Job) => QuadrupoleError): void
  /** Ends all threads; jobs that run fail with `reason`. */
  stop(reason: QuadrupoleError): Promise<void>
}

/** Makes a scheduler of at most `size` threads, each started when a job first needs it or one that died is missed. */
export function createWorkerScheduler(
  size: number,
  resourceLimits: ResourceLimits | undefined,
  logger: Logger,
): WorkerScheduler {
  const queue = new Set<Job>()
  const threads = new Set<WorkerThread>()
  const idle = new Set<WorkerThread>()

  const startThread = (): WorkerThread => {
    const thread = startWorkerThread(resourceLimits, {
      idle() {
        idle.add(thread)
        dispatch()
      },
      ended(uncaught) {
        threads.delete(thread)
        idle.delete(thread)
        if (uncaught) logger.log('warn', 'a worker died after its task had ended', { error: uncaught })
        dispatch()
      },
    })
    threads.add(thread)
    return thread
  }

  const dispatch = (): void => {
    for (const job of queue) {
      if (idle.size === 0 && threads.size >= size) return
      queue.delete(job)
      try {
        const [thread = startThread()] = idle
        if (thread.start(job)) idle.delete(thread)
        else idle.add(thread)
      } catch (cause) {
        job.reject(new QuadrupoleError('worker', 'core.WorkerPool.run: a worker could not start', { cause }))
      }
    }
  }

  return {
    add(job) {
      queue.add(job)
      dispatch()
    },
    cancel(job, reason) {
      if (queue.delete(job)) job.reject(reason)
      else for (const thread of threads) if (thread.job === job) void thread.stop(reason)
    },
    rejectQueued(reasonOf) {
      for (const job of queue) {
        queue.delete(job)
        job.reject(reasonOf(job))
      }
    },
    async stop(reason) {
      await Promise.all([...threads].map(thread => thread.stop(reason)))
    },
  }
}
