import { QuadrupoleError } from '../../core/index.ts'
import { modelBytes, preparedFor } from '../onnx/model.ts'
import type { ExecutionOptions } from '../runtime/executor.ts'
import { createSession, type Session } from '../runtime/session.ts'
import type { Tensor } from '../tensor.ts'
import { trace } from './trace.ts'
import { flattenTensors } from './tree.ts'

/** A compiled function: as the original, but asynchronous; its sessions live until `dispose`. */
export interface Jitted<Args extends readonly unknown[], Out> {
  (...args: Args): Promise<Out>
  dispose(): Promise<void>
}

interface Compiled<Out> {
  readonly session: Session
  readonly rebuild: (outputs: readonly Tensor[]) => Out
}

/**
 * Compiles a function of trees of tensors to an ONNX Runtime session. It is traced anew for every combination of
 * shapes, dtypes and values that are no tensors; sessions are kept by that combination.
 *
 * @throws `trace`, `unsupported` or `runtime` when called, from tracing, lowering and the engine.
 */
export function jit<Args extends readonly unknown[], Out>(
  f: (...args: Args) => Out,
  options: ExecutionOptions = {},
): Jitted<Args, Out> {
  const { executor, ...sessionOptions } = options
  const load = executor?.load ?? createSession
  const sessions = new Map<string, Promise<Compiled<Out>>>()
  const compile = async (args: Args): Promise<Compiled<Out>> => {
    const target = { provider: options.provider ?? 'cpu' }
    const { graph, rebuild } = trace(f, ...args)
    if (graph.outputs.length === 0)
      throw new QuadrupoleError('trace', 'jit: the function returns no tensors; there is nothing to compile')
    const bytes = modelBytes(preparedFor(graph, target), target)
    return { session: await load(bytes, sessionOptions), rebuild }
  }
  const call = async (...args: Args): Promise<Out> => {
    const flat = flattenTensors(args)
    const key = flat.key()
    let compiled = sessions.get(key)
    if (!compiled) {
      compiled = compile(args)
      sessions.set(key, compiled)
      compiled.catch(() => sessions.delete(key))
    }
    const { session, rebuild } = await compiled
    try {
      return rebuild(await session.run(flat.tensors))
    } catch (error) {
      // the session's thread died: the next call compiles anew
      if (error instanceof QuadrupoleError && error.code === 'worker') sessions.delete(key)
      throw error
    }
  }
  const dispose = async (): Promise<void> => {
    const all = [...sessions.values()]
    sessions.clear()
    await Promise.all(all.map(compiled => compiled.then(({ session }) => session.dispose())))
  }
  return Object.assign(call, { dispose })
}
