import { QuadrupoleError } from '../../core/index.ts'

/** What ONNX Runtime says, without the lines of its sources that say it. */
const textOf = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause))
    .replace(/\/onnxruntime_src\/\S+ (.* was false\. )?/g, '')
    .replace(/\s+/g, ' ')
    .trim()

/** Why a model was not loaded, with the remedy. */
export function loadError(provider: string, cause: unknown): QuadrupoleError {
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

/** Why a run failed; running out of memory is told from the rest. */
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

export const sessionDisposed = (): QuadrupoleError =>
  new QuadrupoleError('disposed', 'tensor.session.run: the session was disposed; create another')
