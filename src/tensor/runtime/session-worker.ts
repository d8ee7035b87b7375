import { QuadrupoleError, transferring } from '../../core/index.ts'
import { fromPosted, movedWith, type PostedTensor, toPosted } from './posted-tensor.ts'
import { createSession, type Session, type SessionOptions } from './session.ts'
import { createStatefulSession, type StatefulSession } from './stateful-session.ts'

export interface LoadRequest {
  readonly id: number
  readonly model: Uint8Array | string
  readonly options: SessionOptions
  /** What the model's states begin with; undefined where it has none. */
  readonly states: readonly PostedTensor[] | undefined
}

export interface RunRequest {
  readonly id: number
  readonly inputs: readonly PostedTensor[]
  /** Shared memory to write outputs to, by output. */
  readonly into: readonly (PostedTensor | undefined)[]
}

export interface WriteRequest {
  readonly id: number
  readonly states: readonly PostedTensor[]
}

/** The sessions of the thread this module runs in: every thread has its own copy. */
const sessions = new Map<number, Session>()

/** A session that was loaded in this thread; `S` is what `load` made. */
function sessionOf<S extends Session>(id: number): S {
  const session = sessions.get(id)
  if (session) return session as S
  throw new QuadrupoleError('worker', `tensor.workerExecutor: this thread holds no session ${id}`, {
    details: { isLost: true },
  })
}

export async function load({ id, model, options, states }: LoadRequest): Promise<Pick<Session, 'inputs' | 'outputs'>> {
  const session = await (states
    ? createStatefulSession(model, states.map(fromPosted), options)
    : createSession(model, options))
  sessions.set(id, session)
  return { inputs: session.inputs, outputs: session.outputs }
}

export async function run({ id, inputs, into }: RunRequest): Promise<readonly (PostedTensor | undefined)[]> {
  const targets = into.map(posted => posted && fromPosted(posted))
  const outputs = await sessionOf(id).run(inputs.map(fromPosted), targets)
  // copied, since the engine owns an output's memory and frees it when this thread ends, whoever reads it then
  const posted = outputs.map((output, i) => (targets[i] ? undefined : toPosted(output)))
  return transferring(posted, movedWith(posted))
}

export async function read(id: number): Promise<readonly PostedTensor[]> {
  const posted = (await sessionOf<StatefulSession>(id).read()).map(({ data, shape }) => ({ data, shape }))
  return transferring(posted, movedWith(posted))
}

export async function write({ id, states }: WriteRequest): Promise<void> {
  await sessionOf<StatefulSession>(id).write(states.map(fromPosted))
}

export async function release(id: number): Promise<void> {
  await sessions.get(id)?.dispose()
  sessions.delete(id)
}
