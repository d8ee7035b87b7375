import { QuadrupoleError } from '../../core/index.ts'
import type { Tensor } from '../tensor.ts'
import { createSession, type Session, type SessionOptions } from './session.ts'
import { sessionDisposed } from './session-errors.ts'
import { createStatefulSession, type StatefulSession } from './stateful-session.ts'

/** Where sessions live: in this thread (`inThreadExecutor`) or in one of their own (`workerExecutor`). */
export interface Executor extends AsyncDisposable {
  /**
   * Loads an ONNX file's bytes, or the file at a path; see `createSession` for what it throws. Loading the same model
   * with the same options twice gives two handles to one session, which is freed with the last of them.
   */
  load(model: Uint8Array | string, options?: SessionOptions): Promise<Session>
  /** Loads a model whose first inputs and outputs are states, which begin as copies of the given ones. */
  loadStateful(
    model: Uint8Array | string,
    states: readonly Tensor[],
    options?: SessionOptions,
  ): Promise<StatefulSession>
  /** Frees all sessions. Running ones are finished first; whatever is asked later throws `disposed`. */
  dispose(): Promise<void>
}

/** Options of what is compiled to a session. */
export interface ExecutionOptions extends SessionOptions {
  /** Where sessions run, and who keeps those that are equal; by default each is made for itself, in this thread. */
  readonly executor?: Executor
}

/** What loads an executor's sessions, each for itself. */
export type Loader = Pick<Executor, 'load' | 'loadStateful'>

/** Runs sessions in the calling thread, which stands still while one runs. */
export function inThreadExecutor(): Executor {
  const loader = { load: createSession, loadStateful: createStatefulSession }
  return sharingExecutor(
    'tensor.inThreadExecutor',
    () => loader,
    async () => {},
  )
}

interface Shared<S extends Session> {
  readonly session: Promise<S>
  handles: number
}

/**
 * An executor that loads each model once, those with states each time, and counts who uses it.
 *
 * @param loaderOf is given what to call when all sessions died.
 */
export function sharingExecutor(
  where: string,
  loaderOf: (onLost: () => void) => Loader,
  close: () => Promise<void>,
): Executor {
  const sessions = new Map<unknown, Shared<Session>>()
  const loader = loaderOf(() => sessions.clear())
  let isDisposed = false

  const hold = async <S extends Session>(key: unknown, load: () => Promise<S>): Promise<S> => {
    if (isDisposed) throw new QuadrupoleError('disposed', `${where}: the executor was disposed; create another`)
    const shared = (sessions.get(key) as Shared<S> | undefined) ?? { session: load(), handles: 0 }
    sessions.set(key, shared)
    shared.handles++
    const forget = (): void => {
      if (sessions.get(key) === shared) sessions.delete(key)
    }
    const release = async (): Promise<void> => {
      if (--shared.handles > 0) return
      forget()
      await (await shared.session).dispose()
    }
    try {
      return handleOf(await shared.session, release)
    } catch (error) {
      forget()
      throw error
    }
  }
  const executor: Executor = {
    load: async (model, options = {}) => hold(await keyOf(model, options), () => loader.load(model, options)),
    loadStateful: (model, states, options = {}) => hold({}, () => loader.loadStateful(model, states, options)),
    async dispose() {
      if (isDisposed) return
      isDisposed = true
      const all = [...sessions.values()]
      sessions.clear()
      // a session that failed to load has nothing to free
      await Promise.allSettled(all.map(async ({ session }) => (await session).dispose()))
      await close()
    },
    [Symbol.asyncDispose]: () => executor.dispose(),
  }
  return executor
}

/** One user's view of a shared session. */
function handleOf<S extends Session>(session: S, release: () => Promise<void>): S {
  let isDisposed = false
  return {
    ...session,
    async run(inputs, into) {
      if (isDisposed) throw sessionDisposed()
      return session.run(inputs, into)
    },
    async dispose() {
      if (isDisposed) return
      isDisposed = true
      await release()
    },
  }
}

/** Content and options: what makes two loads the same. Files are known by their path. */
async function keyOf(model: Uint8Array | string, { provider = 'cpu', threads }: SessionOptions): Promise<string> {
  const content = typeof model === 'string' ? `file ${model}` : await digest(model)
  return `${provider} ${threads ?? 'default'} ${content}`
}

async function digest(bytes: Uint8Array): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)
  return Buffer.from(hash).toString('hex')
}
