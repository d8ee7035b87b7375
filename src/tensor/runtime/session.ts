import { QuadrupoleError } from '../../core/index.ts'
import type { Tensor } from '../tensor.ts'
import { checkModelValues, type ModelValue, type NamedLengths, showModelValues } from './model-value.ts'
import { fromOrt } from './ort.ts'
import { loadOrtModel } from './ort-model.ts'

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
  const loaded = await loadOrtModel(model, options)
  const values = sessionValues(loaded)
  return {
    ...values,
    async run(inputs, into = []) {
      checkRun(values, inputs, into)
      const results = await loaded.run(inputs, into)
      return results.map((result, i) => into[i] ?? fromOrt(result))
    },
    dispose: loaded.dispose,
  }
}

/** What a session says of its inputs and outputs. */
export type SessionValues = Pick<Session, 'inputs' | 'outputs' | 'inputNames' | 'outputNames'>

export const sessionValues = ({ inputs, outputs }: Pick<Session, 'inputs' | 'outputs'>): SessionValues => ({
  inputs,
  outputs,
  inputNames: inputs.map(({ name }) => name),
  outputNames: outputs.map(({ name }) => name),
})

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
