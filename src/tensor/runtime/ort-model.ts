import type * as Ort from 'onnxruntime-node'
import { isShared, ownCopy } from '../dtype.ts'
import { Tensor } from '../tensor.ts'
import type { ModelValue } from './model-value.ts'
import { createOrtSession, loadOrt, modelValues } from './ort.ts'
import type { SessionOptions } from './session.ts'
import { runError, sessionDisposed } from './session-errors.ts'

/** A model that ONNX Runtime holds. Tensors go in and out by position, in the model's order. */
export interface OrtModel {
  readonly inputs: readonly ModelValue[]
  readonly outputs: readonly ModelValue[]
  /** ONNX Runtime's view of a tensor's memory: worth keeping where many runs use it. */
  view(tensor: Tensor): Ort.Tensor
  /**
   * Runs the model in a later turn of the event loop, which it blocks.
   *
   * @param into what to write outputs to; new memory where there is none.
   * @throws `runtime` when it fails, `disposed` after `dispose`.
   */
  run(inputs: readonly Memory[], into: readonly (Memory | undefined)[]): Promise<Ort.Tensor[]>
  /** Frees the model, after the runs that were asked for before. Twice is no error. */
  dispose(): Promise<void>
}

/** A tensor of ours, or a view that was kept. */
type Memory = Tensor | Ort.Tensor

/**
 * Loads an ONNX file's bytes, or the file at a path, into ONNX Runtime.
 *
 * @param onDevice names of outputs that stay in the device's memory.
 * @throws like `createSession`.
 */
export async function loadOrtModel(
  model: Uint8Array | string,
  options: SessionOptions,
  onDevice: readonly string[] = [],
): Promise<OrtModel> {
  const ort = await loadOrt()
  const session = await createOrtSession(ort, model, options, onDevice)
  const { inputNames, outputNames } = session
  let refusesShared = false
  let running = 0
  let onIdle = (): void => {}
  let isDisposed = false

  const view = ({ data, dtype, shape }: Tensor): Ort.Tensor =>
    new ort.Tensor(dtype, (refusesShared && isShared(data) ? ownCopy(data) : data) as never, shape as number[])
  const viewOf = (memory: Memory): Ort.Tensor => (memory instanceof Tensor ? view(memory) : memory)
  const start = (inputs: readonly Memory[], into: readonly (Memory | undefined)[]): Promise<Results> => {
    const feeds: Record<string, Ort.Tensor> = {}
    for (let i = 0; i < inputNames.length; i++) feeds[inputNames[i]!] = viewOf(inputs[i]!)
    const fetches: Record<string, Ort.Tensor | null> = {}
    for (let i = 0; i < outputNames.length; i++) {
      const target = into[i]
      fetches[outputNames[i]!] = target === undefined ? null : viewOf(target)
    }
    return session.run(feeds, fetches)
  }
  return {
    inputs: modelValues(session.inputMetadata),
    outputs: modelValues(session.outputMetadata),
    view,
    async run(inputs, into) {
      if (isDisposed) throw sessionDisposed()
      running++
      try {
        const results = await start(inputs, into).catch((cause: unknown) => {
          if (!isRefusal(cause) || ![...inputs, ...into].some(isSharedTensor)) throw cause
          refusesShared = true
          return start(inputs, into)
        })
        return outputNames.map((name, i) => written(results[name]!, into[i]))
      } catch (cause) {
        throw runError(cause)
      } finally {
        if (--running === 0) onIdle()
      }
    },
    async dispose() {
      if (isDisposed) return
      isDisposed = true
      if (running > 0)
        await new Promise<void>(resolve => {
          onIdle = resolve
        })
      await session.release()
    },
  }
}

type Results = Ort.InferenceSession.ReturnType

/** A result, which is also where it was to be written: shared memory that was refused gets it from a copy. */
function written(result: Ort.Tensor, target: Memory | undefined): Ort.Tensor {
  if (target instanceof Tensor && target.data !== result.data) target.data.set(result.data as never)
  return result
}

const isSharedTensor = (memory: Memory | undefined): memory is Tensor =>
  memory instanceof Tensor && isShared(memory.data)

/** How ONNX Runtime refuses shared memory where Node hides it from native code: Node 20 does, later releases don't. */
const isRefusal = (cause: unknown): boolean => /Invalid argument/.test(String(cause))
