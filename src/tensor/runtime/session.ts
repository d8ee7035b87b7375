import type * as Ort from 'onnxruntime-node'
import { QuadrupoleError } from '../../core/index.ts'
import type { Tensor } from '../tensor.ts'
import { checkModelValues, type ModelValue, type NamedLengths, showModelValues } from './model-value.ts'
import { fromOrt, loadOrt, loadOrtSession, modelValues, type OrtModule, runError, toOrt } from './ort.ts'

/** Where ONNX Runtime runs a graph. */
export type ExecutionProvider = 'cpu' | 'webgpu' | 'cuda'

export interface SessionOptions {
  /** 'cpu' by default; 'webgpu' and 'cuda' run what they can there and the rest on the processor. */
  readonly provider?: ExecutionProvider
  /** Threads within one operation; by default ONNX Runtime's own choice, one a physical core. */
  readonly threads?: number
}

/** A model loaded into ONNX Runtime. `run` blocks its thread: servers and long jobs keep sessions in workers. */
export interface Session {
  /** What the model says of its inputs and outputs. */
  readonly inputs: readonly ModelValue[]
  readonly outputs: readonly ModelValue[]
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  /**
   * Runs the model on tensors in the order of `inputNames`.
   *
   * @param into tensors to write outputs to instead of new ones, by output; not over the memory of any input.
   * @throws `argument`, `dtype` or `shape` where inputs are not what the model takes, `runtime` when it fails.
   */
  run(inputs: readonly Tensor[], into?: readonly (Tensor | undefined)[]): Promise<Tensor[]>
  /** Frees the model. Runs that began are finished first; later ones throw `disposed`. Twice is no error. */
  dispose(): Promise<void>
}

/**
 * Loads an ONNX file's bytes (or the file at a path) into this thread.
 *
 * @throws `format` for a damaged file, `io` for a missing one, `runtime` when ONNX Runtime refuses the model or the
 *   provider is missing, `disposed` after `dispose`.
 */
export async function createSession(model: Uint8Array | string, options: SessionOptions = {}): Promise<Session> {
  const ort = await loadOrt()
  return new OrtSession(ort, await loadOrtSession(ort, model, options))
}

/** Checks that tensors are what a session takes and puts out. */
export function checkRun(
  { inputs: expected, outputs }: Pick<Session, 'inputs' | 'outputs'>,
  inputs: readonly Pick<Tensor, 'dtype' | 'shape'>[],
  into: readonly (Pick<Tensor, 'dtype' | 'shape'> | undefined)[] = [],
): void {
  if (inputs.length !== expected.length)
    throw new QuadrupoleError(
      'argument',
      `tensor.session.run: the model takes ${expected.length} input${expected.length === 1 ? '' : 's'} (${showModelValues(expected)}), got ${inputs.length}`,
    )
  const named: NamedLengths = new Map()
  checkModelValues('tensor.session.run', 'input', expected, inputs, named)
  if (into.length > 0) checkModelValues('tensor.session.run', 'output', outputs, into, named)
}

export const sessionDisposed = (): QuadrupoleError =>
  new QuadrupoleError('disposed', 'tensor.session.run: the session was disposed; create another')

class OrtSession implements Session {
  readonly #ort: OrtModule
  #session: Ort.InferenceSession | undefined
  readonly inputs: readonly ModelValue[]
  readonly outputs: readonly ModelValue[]
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]

  constructor(ort: OrtModule, session: Ort.InferenceSession) {
    this.#ort = ort
    this.#session = session
    this.inputs = modelValues(session.inputMetadata)
    this.outputs = modelValues(session.outputMetadata)
    this.inputNames = session.inputNames
    this.outputNames = session.outputNames
  }

  async run(inputs: readonly Tensor[], into: readonly (Tensor | undefined)[] = []): Promise<Tensor[]> {
    if (!this.#session) throw sessionDisposed()
    checkRun(this, inputs, into)
    const feeds: Record<string, Ort.Tensor> = {}
    this.inputNames.forEach((name, i) => {
      feeds[name] = toOrt(this.#ort, inputs[i]!)
    })
    const fetches: Record<string, Ort.Tensor | null> = {}
    this.outputNames.forEach((name, i) => {
      fetches[name] = into[i] ? toOrt(this.#ort, into[i]!) : null
    })
    const results = await this.#session.run(feeds, fetches).catch((cause: unknown) => {
      throw runError(cause)
    })
    return this.outputNames.map((name, i) => (into[i] ? written(into[i]!, results[name]!) : fromOrt(results[name]!)))
  }

  async dispose(): Promise<void> {
    const session = this.#session
    this.#session = undefined
    if (!session) return
    // runs that were asked for before stand in this queue
    await new Promise(resolve => setImmediate(resolve))
    await session.release()
  }
}

/** The tensor that was to be written to; over shared memory, it got a copy instead. */
function written(target: Tensor, result: Ort.Tensor): Tensor {
  if (target.data.buffer instanceof SharedArrayBuffer) target.data.set(result.data as never)
  return target
}
