import type * as Ort from 'onnxruntime-node'
import { QuadrupoleError } from '../../core/index.ts'
import type { DType, Storage } from '../dtype.ts'
import { Tensor } from '../tensor.ts'

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
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  /**
   * Runs the model on tensors in the order of `inputNames`.
   *
   * @param into typed arrays to write outputs to instead of new ones, by output; not the arrays of any input.
   */
  run(inputs: readonly Tensor[], into?: readonly (Tensor | undefined)[]): Promise<Tensor[]>
  dispose(): Promise<void>
}

const loadOrt = async (): Promise<typeof Ort> => {
  try {
    return await import('onnxruntime-node')
  } catch (cause) {
    throw new QuadrupoleError(
      'runtime',
      'tensor.session: onnxruntime-node can’t be loaded; install it with ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node',
      { cause },
    )
  }
}

/**
 * Loads an ONNX file's bytes (or the file at a path).
 *
 * @throws `runtime` when ONNX Runtime refuses the model or the provider is missing, `disposed` after `dispose`.
 */
export async function createSession(model: Uint8Array | string, options: SessionOptions = {}): Promise<Session> {
  const { provider = 'cpu', threads } = options
  const ort = await loadOrt()
  const settings: Ort.InferenceSession.SessionOptions = {
    executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    ...(threads !== undefined && { intraOpNumThreads: threads }),
  }
  const loaded = await (typeof model === 'string'
    ? ort.InferenceSession.create(model, settings)
    : ort.InferenceSession.create(model, settings)
  ).catch((cause: unknown) => {
    throw runtimeError(`tensor.session: the ${provider} provider refused the model`, cause)
  })
  return new OrtSession(ort, loaded)
}

const runtimeError = (what: string, cause: unknown): QuadrupoleError =>
  new QuadrupoleError('runtime', `${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })

class OrtSession implements Session {
  readonly #ort: typeof Ort
  #session: Ort.InferenceSession | undefined
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]

  constructor(ort: typeof Ort, session: Ort.InferenceSession) {
    this.#ort = ort
    this.#session = session
    this.inputNames = session.inputNames
    this.outputNames = session.outputNames
  }

  async run(inputs: readonly Tensor[], into: readonly (Tensor | undefined)[] = []): Promise<Tensor[]> {
    if (!this.#session)
      throw new QuadrupoleError('disposed', 'tensor.session: the session was disposed; create another')
    const feeds: Record<string, Ort.Tensor> = {}
    this.inputNames.forEach((name, i) => {
      feeds[name] = this.#toOrt(inputs[i]!)
    })
    const fetches: Record<string, Ort.Tensor | null> = {}
    this.outputNames.forEach((name, i) => {
      fetches[name] = into[i] ? this.#toOrt(into[i]!) : null
    })
    const results = await this.#session.run(feeds, fetches).catch((cause: unknown) => {
      throw runtimeError('tensor.session: running the model failed', cause)
    })
    return this.outputNames.map((name, i) => into[i] ?? fromOrt(results[name]!))
  }

  async dispose(): Promise<void> {
    const session = this.#session
    this.#session = undefined
    await session?.release()
  }

  #toOrt({ data, dtype, shape }: Tensor): Ort.Tensor {
    return new this.#ort.Tensor(dtype, data as never, shape as number[])
  }
}

const dtypeOfOrt: Readonly<Record<string, DType>> = {
  float32: 'float32',
  float64: 'float64',
  int32: 'int32',
  int64: 'int64',
  bool: 'bool',
}

function fromOrt({ type, data, dims }: Ort.Tensor): Tensor {
  if (!dtypeOfOrt[type])
    throw new QuadrupoleError(
      'unsupported',
      `tensor.session: the model puts out ${type}, which is no tensor dtype; cast it in the model`,
    )
  return Tensor.of(data as Storage, dims)
}
