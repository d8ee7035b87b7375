import { QuadrupoleError } from '../../core/index.ts'
import type { Tensor } from '../tensor.ts'
import { createSession, type Session, type SessionOptions, sessionDisposed } from './session.ts'

/**
 * Where sessions live: in this thread (`inThreadExecutor`) or in one of their own (`workerExecutor`). Loading the same
 * model with the same options twice gives two handles to one session, which is freed with the last of them.
 */
export interface Executor extends AsyncDisposable {
  /** Loads an ONNX file's bytes, or the file at a path; see `createSession` for what it throws. */
  load(model: Uint8Array | string, options?: SessionOptions): Promise<Session>
  /** Frees all sessions. Running ones are finished first; whatever is asked later throws `disposed`. */
  dispose(): Promise<void>
}

/** Runs sessions in the calling thread, which stands still while one runs. */
export function inThreadExecutor(): Executor {
  return sharingExecutor('tensor.inThreadExecutor', createSession, async () => {})
}

interface Shared {
  readonly session: Promise<Session>
  handles: number
}

/** An executor that loads each model once and counts who uses it; `loseAll` makes it forget sessions that died. */
export function sharingExecutor(
  where: string,
  create: (model: Uint8Array | string, options: SessionOptions, loseAll: () => void) => Promise<Session>,
  close: () => Promise<void>,
): Executor {
  const sessions = new Map<string, Shared>()
  let isDisposed = false
  const executor: Executor = {
    async load(model, options = {}) {
      const key = await keyOf(model, options)
      if (isDisposed) throw new QuadrupoleError('disposed', `${where}: the executor was disposed; create another`)
      const shared = sessions.get(key) ?? { session: create(model, options, () => sessions.clear()), handles: 0 }
      sessions.set(key, shared)
      shared.handles++
      const release = async (): Promise<void> => {
        if (--shared.handles > 0) return
        if (sessions.get(key) === shared) sessions.delete(key)
        await (await shared.session).dispose()
      }
      try {
        return handleOf(await shared.session, release)
      } catch (error) {
        if (sessions.get(key) === shared) sessions.delete(key)
        throw error
      }
    },
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
function handleOf(session: Session, release: () => Promise<void>): Session {
  let isDisposed = false
  const { inputs, outputs, inputNames, outputNames } = session
  return {
    inputs,
    outputs,
    inputNames,
    outputNames,
    async run(tensors: readonly Tensor[], into) {
      if (isDisposed) throw sessionDisposed()
      return session.run(tensors, into)
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
