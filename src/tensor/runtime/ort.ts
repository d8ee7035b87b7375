import type * as Ort from 'onnxruntime-node'
import { QuadrupoleError } from '../../core/index.ts'
import { type DType, dtypes, type Storage } from '../dtype.ts'
import { Tensor } from '../tensor.ts'
import type { ModelValue } from './model-value.ts'
import type { SessionOptions } from './session.ts'

export type OrtModule = typeof Ort

/** Loads ONNX Runtime on first use, so that the eager half of the package works where it is not installed. */
export async function loadOrt(): Promise<OrtModule> {
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

/** A session of ONNX Runtime; what it says when it refuses becomes a `runtime` error that names the remedy. */
export async function loadOrtSession(
  ort: OrtModule,
  model: Uint8Array | string,
  options: SessionOptions,
  keepOnDevice: readonly string[] = [],
): Promise<Ort.InferenceSession> {
  const { provider = 'cpu', threads } = options
  const settings: Ort.InferenceSession.SessionOptions = {
    executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
    graphOptimizationLevel: 'all',
    // failures come back as errors; ONNX Runtime would write them to stderr as well
    logSeverityLevel: 4,
    // it moves factors into an attribute of FusedMatMul, which holds float32 only: float64 products lose half their digits
    extra: { optimization: { disable_specified_optimizers: 'MatMulScaleFusion' } },
    ...(threads !== undefined && { intraOpNumThreads: threads }),
    ...(keepOnDevice.length > 0 && {
      preferredOutputLocation: Object.fromEntries(keepOnDevice.map(name => [name, 'gpu-buffer' as const])),
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

/** What ONNX Runtime says, without the lines of its sources that say it. */
const textOf = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause))
    .replace(/\/onnxruntime_src\/\S+ (.* was false\. )?/g, '')
    .replace(/\s+/g, ' ')
    .trim()

function loadError(provider: string, cause: unknown): QuadrupoleError {
  const text = textOf(cause)
  const because = (code: 'runtime' | 'format' | 'io', what: string) =>
    new QuadrupoleError(code, `tensor.session: ${what}`, { cause, details: { provider } })
  if (/backend not found/i.test(text))
    return because(
      'runtime',
      `ONNX Runtime has no ${provider} provider on ${process.platform} ${process.arch}; use provider 'cpu'`,
    )
  if (/shared library/i.test(text))
    return because(
      'runtime',
      `the ${provider} provider’s library is missing (${text}); install onnxruntime-node without ONNXRUNTIME_NODE_INSTALL=skip on a machine with CUDA, or use provider 'cpu' or 'webgpu'`,
    )
  if (/adapter/i.test(text) && provider === 'webgpu')
    return because(
      'runtime',
      `no GPU that WebGPU can use was found (${text}); install a Vulkan driver and loader, or use provider 'cpu'`,
    )
  if (/protobuf parsing|data pointer is null/i.test(text))
    return because('format', `the model is no ONNX file, or a damaged one (${text}); read or download it again`)
  if (/doesn't exist/i.test(text)) return because('io', `the model can’t be read: ${text}`)
  return because('runtime', `the ${provider} provider refused the model: ${text}`)
}

/** What ONNX Runtime says when a run fails, with its source paths left out. */
export function runError(cause: unknown): QuadrupoleError {
  const text = textOf(cause)
  const size = /Failed to allocate memory for requested buffer of size (\d+)/.exec(text)?.[1]
  const node = /running (\w+) node\. Name:'([^']*)'/.exec(text)
  const at = node ? ` at ${node[1]}${node[2] ? ` '${node[2]}'` : ''}` : ''
  if (size !== undefined || /storage size overflowed|bad_alloc/i.test(text))
    return new QuadrupoleError(
      'runtime',
      `tensor.session.run: out of memory${at}: ${size === undefined ? 'more bytes than can be counted' : `${gibibytes(size)} GiB`} were asked for in one piece; use a smaller batch or shorter inputs`,
      { cause, details: { ...(size !== undefined && { bytes: Number(size) }), outOfMemory: true } },
    )
  return new QuadrupoleError('runtime', `tensor.session.run: running the model failed: ${text}`, { cause })
}

const gibibytes = (bytes: string): string =>
  (Number(bytes) / 2 ** 30).toLocaleString('en-US', { maximumSignificantDigits: 4 })

/** What a session says of its inputs or outputs. */
export const modelValues = (metadata: readonly Ort.InferenceSession.ValueMetadata[]): ModelValue[] =>
  metadata.map(value => ({
    name: value.name,
    dtype: value.isTensor ? value.type : 'no tensor',
    shape: value.isTensor ? value.shape.map(n => (typeof n === 'number' ? n : (n ?? ''))) : [],
  }))

/** ONNX Runtime's view of a tensor's elements; shared memory, which it refuses, is copied. */
export function toOrt(ort: OrtModule, { data, dtype, shape }: Tensor): Ort.Tensor {
  const own = data.buffer instanceof SharedArrayBuffer ? data.slice() : data
  return new ort.Tensor(dtype, own as never, shape as number[])
}

export function fromOrt({ type, data, dims }: Ort.Tensor): Tensor {
  return Tensor.of(data as Storage, checkedDims(type, dims))
}

function checkedDims(type: string, dims: readonly number[]): readonly number[] {
  if (!dtypes.includes(type as DType))
    throw new QuadrupoleError(
      'unsupported',
      `tensor.session: the model puts out ${type}, which is no tensor dtype; cast it in the model`,
    )
  return dims
}
