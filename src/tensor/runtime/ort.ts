import type * as Ort from 'onnxruntime-node'
import { QuadrupoleError } from '../../core/index.ts'
import { type DType, dtypes, type Storage } from '../dtype.ts'
import { Tensor } from '../tensor.ts'
import type { ModelValue } from './model-value.ts'
import type { SessionOptions } from './session.ts'
import { loadError } from './session-errors.ts'

/** Loads ONNX Runtime on first use, so that the eager half of the package works where it is not installed. */
export async function loadOrt(): Promise<typeof Ort> {
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
 * Rewritings of graphs that do harm. The first moves factors into an attribute of FusedMatMul, which holds float32 only:
 * float64 products lose half their digits. The second undoes transpositions that make products faster (`matmul`). The others
 * move transpositions behind what follows, where sums then run over axes that are not last, at a seventh of the speed.
 */
const withheldOptimizers = [
  'MatMulScaleFusion',
  'MatmulTransposeFusion',
  'TransposeOptimizer',
  'TransposeOptimizer_CPUExecutionProvider',
] as const

/** A session of ONNX Runtime; what it says when it refuses becomes an error that names the remedy. */
export async function createOrtSession(
  ort: typeof Ort,
  model: Uint8Array | string,
  options: SessionOptions,
  onDevice: readonly string[],
): Promise<Ort.InferenceSession> {
  const { provider = 'cpu', threads } = options
  const settings: Ort.InferenceSession.SessionOptions = {
    executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
    graphOptimizationLevel: 'all',
    // failures come back as errors; ONNX Runtime would write them to stderr as well
    logSeverityLevel: 4,
    extra: { optimization: { disable_specified_optimizers: withheldOptimizers.join(';') } },
    ...(threads !== undefined && { intraOpNumThreads: threads }),
    ...(onDevice.length > 0 && {
      preferredOutputLocation: Object.fromEntries(onDevice.map(name => [name, 'gpu-buffer' as const])),
    }),
  }
  try {
    return await (typeof model === 'string'
      ? ort.InferenceSession.create(model, settings)
      : ort.InferenceSession.create(model, settings))
  } catch (cause) {
    throw loadError(provider, cause)
  }
}

/** What a session says of its inputs or outputs. */
export const modelValues = (metadata: readonly Ort.InferenceSession.ValueMetadata[]): ModelValue[] =>
  metadata.map(value => ({
    name: value.name,
    dtype: value.isTensor ? value.type : 'no tensor',
    shape: value.isTensor ? value.shape.map(n => (typeof n === 'number' ? n : (n ?? ''))) : [],
  }))

/** What ONNX Runtime put out, as a tensor over the same memory. */
export function fromOrt({ type, data, dims }: Ort.Tensor): Tensor {
  if (!dtypes.includes(type as DType))
    throw new QuadrupoleError(
      'unsupported',
      `tensor.session: the model puts out ${type}, which is no tensor dtype; cast it in the model`,
    )
  return Tensor.of(data as Storage, dims)
}
