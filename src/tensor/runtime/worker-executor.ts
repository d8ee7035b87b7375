import {
  builtUrl,
  createWorkerPool,
  QuadrupoleError,
  type WorkerPool,
  type WorkerTask,
  workerTask,
} from '../../core/index.ts'
import { Tensor } from '../tensor.ts'
import { type Executor, sharingExecutor } from './executor.ts'
import { checkRun, type Session, type SessionOptions, sessionDisposed } from './session.ts'
import type { LoadRequest, load, PostedTensor, RunRequest, release, run } from './session-worker.ts'

const url = builtUrl(import.meta.url, './session-worker.js')
const loadTask = workerTask<LoadRequest, ReturnType<typeof load>>(url, 'load')
const runTask = workerTask<RunRequest, ReturnType<typeof run>>(url, 'run')
const releaseTask = workerTask<number, ReturnType<typeof release>>(url, 'release')

/**
 * Runs sessions in a thread of their own, so that the calling one stays free; one run at a time, in the order asked.
 * Inputs are copied to it, unless they lie in shared memory, and outputs moved back.
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
  let next = 0
  const create = async (model: Uint8Array | string, options: SessionOptions, loseAll: () => void): Promise<Session> => {
    const id = next++
    const ask: Ask = (task, argument) =>
      pool.run(task, argument).catch((error: unknown) => {
        if (error instanceof QuadrupoleError && error.code === 'worker') loseAll()
        throw inTermsOfSessions(error)
      })
    return new RemoteSession(ask, id, await ask(loadTask, { id, model, options }))
  }
  return sharingExecutor('tensor.workerExecutor', create, () => pool.close())
}

type Ask = <Argument, Result>(task: WorkerTask<Argument, Result>, argument: Argument) => Promise<Awaited<Result>>

class RemoteSession implements Session {
  readonly #ask: Ask
  readonly #id: number
  #isDisposed = false
  readonly inputs: Session['inputs']
  readonly outputs: Session['outputs']
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]

  constructor(ask: Ask, id: number, { inputs, outputs }: Pick<Session, 'inputs' | 'outputs'>) {
    this.#ask = ask
    this.#id = id
    this.inputs = inputs
    this.outputs = outputs
    this.inputNames = inputs.map(({ name }) => name)
    this.outputNames = outputs.map(({ name }) => name)
  }

  async run(inputs: readonly Tensor[], into: readonly (Tensor | undefined)[] = []): Promise<Tensor[]> {
    if (this.#isDisposed) throw sessionDisposed()
    checkRun(this, inputs, into)
    const request: RunRequest = {
      id: this.#id,
      inputs: inputs.map(toPosted),
      into: this.outputNames.map((_, i) => (into[i] && isShared(into[i]) ? toPosted(into[i]) : undefined)),
    }
    const outputs = await this.#ask(runTask, request)
    return outputs.map((posted, i) => {
      const target = into[i]
      if (!posted) return target!
      if (!target) return Tensor.of(posted.data, posted.shape)
      target.data.set(posted.data as never)
      return target
    })
  }

  async dispose(): Promise<void> {
    if (this.#isDisposed) return
    this.#isDisposed = true
    await this.#ask(releaseTask, this.#id)
  }
}

const isShared = ({ data }: Tensor): boolean => data.buffer instanceof SharedArrayBuffer

/** Cloning a view clones all of its buffer, so views of a part are copied first. */
function toPosted(tensor: Tensor): PostedTensor {
  const { data, shape } = tensor
  const isPart = !isShared(tensor) && data.byteLength < data.buffer.byteLength
  return { data: isPart ? data.slice() : data, shape: [...shape] }
}

/** A pool's errors, said of sessions. */
function inTermsOfSessions(error: unknown): unknown {
  if (!(error instanceof QuadrupoleError)) return error
  if (error.code === 'worker' && error.details.exitCode !== undefined)
    return new QuadrupoleError(
      'worker',
      `tensor.workerExecutor: the thread of this session died (exit code ${error.details.exitCode}) and its sessions with it; load the model again`,
      { cause: error },
    )
  if (error.code === 'disposed' && error.message.startsWith('core.'))
    return new QuadrupoleError('disposed', 'tensor.workerExecutor: the executor was disposed; create another', {
      cause: error,
    })
  return error
}
