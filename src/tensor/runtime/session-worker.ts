import { QuadrupoleError, transferring } from '../../core/index.ts'
import type { Storage } from '../dtype.ts'
import type { Shape } from '../shape.ts'
import { Tensor } from '../tensor.ts'
import type { ModelValue } from './model-value.ts'
import { createSession, type Session, type SessionOptions } from './session.ts'

/** A tensor as it is posted between threads; its dtype is that of the array. */
export interface PostedTensor {
  readonly data: Storage
  readonly shape: Shape
}

export interface LoadRequest {
  readonly id: number
  readonly model: Uint8Array | string
  readonly options: SessionOptions
}

export interface RunRequest {
  readonly id: number
  readonly inputs: readonly PostedTensor[]
  /** Shared memory to write outputs to, by output. */
  readonly into: readonly (PostedTensor | undefined)[]
}

/** The sessions of the thread this module runs in: every thread has its own copy. */
const sessions = new Map<number, Session>()

export async function load({
  id,
  model,
  options,
}: LoadRequest): Promise<Record<'inputs' | 'outputs', readonly ModelValue[]>> {
  const session = await createSession(model, options)
  sessions.set(id, session)
  return { inputs: session.inputs, outputs: session.outputs }
}

export async function run({ id, inputs, into }: RunRequest): Promise<readonly (PostedTensor | undefined)[]> {
  const session = sessions.get(id)
  if (!session)
    throw new QuadrupoleError(
      'worker',
      'tensor.workerExecutor: the thread that held this session died and its sessions with it; load the model again',
    )
  const targets = into.map(posted => posted && Tensor.of(posted.data, posted.shape))
  const outputs = await session.run(
    inputs.map(({ data, shape }) => Tensor.of(data, shape)),
    targets,
  )
  // copied, since the engine owns an output's memory and frees it when this thread ends, whoever reads it then
  const posted = outputs.map(({ data, shape }, i) => (targets[i] ? undefined : { data: data.slice(), shape }))
  return transferring(
    posted,
    posted.flatMap(tensor => (tensor ? [tensor.data.buffer as ArrayBuffer] : [])),
  )
}

export async function release(id: number): Promise<void> {
  await sessions.get(id)?.dispose()
  sessions.delete(id)
}
