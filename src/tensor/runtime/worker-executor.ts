import {
  builtUrl,
  createWorkerPool,
  QuadrupoleError,
  type WorkerPool,
  type WorkerTask,
  workerTask,
} from '../../core/index.ts'
import { isShared } from '../dtype.ts'
import { type Executor, type Loader, sharingExecutor } from './executor.ts'
import { fromPosted, movedWith, type PostedTensor, toPosted } from './posted-tensor.ts'
import { checkRun, type Session, type SessionValues, sessionValues } from './session.ts'
import { sessionDisposed } from './session-errors.ts'
import type { LoadRequest, load, RunRequest, read, release, run, WriteRequest, write } from './session-worker.ts'
import type { StatefulSession } from './stateful-session.ts'

const url = builtUrl(import.meta.url, './session-worker.js')
const loadTask = workerTask<LoadRequest, ReturnType<typeof load>>(url, 'load')
const runTask = workerTask<RunRequest, ReturnType<typeof run>>(url, 'run')
const readTask = workerTask<number, ReturnType<typeof read>>(url, 'read')
const writeTask = workerTask<WriteRequest, ReturnType<typeof write>>(url, 'write')
const releaseTask = workerTask<number, ReturnType<typeof release>>(url, 'release')

/**
 * Runs sessions in a thread of their own, so that the calling one stays free; one run at a time, in the order asked.
 * Inputs are copied when they are given and outputs moved back. Inputs in shared memory are read there, when their run's
 * turn comes: don't change them until it is done.
 *
 * A thread that dies takes its sessions with it: what runs then, and every later run of them, throws `worker`. The
 * executor itself starts a new thread for the next `load`.
 *
 * @example
 * await using executor = workerExecutor()
 * const session = await executor.load(bytes)
 */
export function workerExecutor(): Executor {
  return executorOn(createWorkerPool({ size: 1 }))
}

/** An executor on a pool of one thread, which it closes in the end. */
export function executorOn(pool: WorkerPool): Executor {
  let nextId = 0
  const loaderOf = (onLost: () => void): Loader => {
    const loaded = async (request: Omit<LoadRequest, 'id'>, remedy: string): Promise<Remote> => {
      const id = nextId++
      const ask: Ask = (task, argument, posted = []) =>
        pool.run(task, argument, { transfer: movedWith(posted) }).catch((error: unknown) => {
          if (error instanceof QuadrupoleError && error.code === 'worker') onLost()
          throw inTermsOfSessions(error, remedy)
        })
      return remoteOf(id, await ask(loadTask, { id, ...request }, request.states), ask)
    }
    return {
      load: async (model, options = {}) =>
        remoteSession(await loaded({ model, options, states: undefined }, 'load the model again')),
      loadStateful: async (model, states, options = {}) =>
        remoteStatefulSession(
          await loaded(
            { model, options, states: states.map(toPosted) },
            'its states are lost: compile or load it again with the last ones that were read',
          ),
        ),
    }
  }
  return sharingExecutor('tensor.workerExecutor', loaderOf, () => pool.close())
}

/** Runs a task in the thread; `posted` are the argument's tensors, whose memory is moved there. */
type Ask = <Argument, Result>(
  task: WorkerTask<Argument, Result>,
  argument: Argument,
  posted?: readonly (PostedTensor | undefined)[],
) => Promise<Awaited<Result>>

/** A session in the thread. */
interface Remote {
  readonly id: number
  readonly values: SessionValues
  readonly ask: Ask
  dispose(): Promise<void>
}

function remoteOf(id: number, values: Pick<Session, 'inputs' | 'outputs'>, ask: Ask): Remote {
  let isDisposed = false
  return {
    id,
    values: sessionValues(values),
    ask: (task, argument, posted) => (isDisposed ? Promise.reject(sessionDisposed()) : ask(task, argument, posted)),
    async dispose() {
      if (isDisposed) return
      isDisposed = true
      await ask(releaseTask, id)
    },
  }
}

const remoteSession = ({ id, values, ask, dispose }: Remote): Session => ({
  ...values,
  async run(tensors, into = []) {
    checkRun(values, tensors, into)
    const inputs = tensors.map(toPosted)
    const targets = values.outputNames.map((_, i) =>
      into[i] && isShared(into[i].data) ? toPosted(into[i]) : undefined,
    )
    const outputs = await ask(runTask, { id, inputs, into: targets }, inputs)
    return outputs.map((posted, i) => {
      const target = into[i]
      if (!posted) return target!
      if (!target) return fromPosted(posted)
      target.data.set(posted.data as never)
      return target
    })
  },
  dispose,
})

const remoteStatefulSession = (remote: Remote): StatefulSession => ({
  ...remoteSession(remote),
  read: async () => (await remote.ask(readTask, remote.id)).map(fromPosted),
  async write(given) {
    const states = given.map(toPosted)
    await remote.ask(writeTask, { id: remote.id, states }, states)
  },
})

/** A pool's errors, said of sessions. */
function inTermsOfSessions(error: unknown, remedy: string): unknown {
  if (!(error instanceof QuadrupoleError)) return error
  const { code, details } = error
  if (code === 'worker' && details.exitCode !== undefined)
    return new QuadrupoleError(
      'worker',
      `tensor.workerExecutor: the thread of this session died (exit code ${details.exitCode}) and its sessions with it; ${remedy}`,
      { cause: error },
    )
  if (code === 'worker' && details.isLost)
    return new QuadrupoleError(
      'worker',
      `tensor.workerExecutor: the thread that held this session died and its sessions with it; ${remedy}`,
      { cause: error },
    )
  if (code === 'disposed' && error.message.startsWith('core.'))
    return new QuadrupoleError('disposed', 'tensor.workerExecutor: the executor was disposed; create another', {
      cause: error,
    })
  return error
}
