import { QuadrupoleError } from '../../core/index.ts'
import type { ExecutionOptions } from '../../tensor/index.ts'
import type { WindowNetwork } from './detector-network.ts'
import type { Evaluation } from './evaluation.ts'
import { createSampleRing } from './sample-ring.ts'
import { sharedPasses } from './shared-passes.ts'
import { windowBatches } from './window-batches.ts'

export interface DenseOptions {
  /** Samples from one window to the next. */
  readonly stride: number
  /**
   * `windows` (the default): each window by itself, in batches; any network. `shared`: passes over long chunks, in which
   * windows share their work; networks without padding and without moments of the window. Both give the same, up to
   * float32's rounding.
   */
  readonly method?: 'windows' | 'shared'
  /** Windows evaluated at a time; 128 (`windows`), or as many as lie in eight windows' lengths (`shared`) by default. */
  readonly batch?: number
  /** Where and with how many threads `shared` runs; a network's own `run` decides this for `windows`. */
  readonly execution?: ExecutionOptions
}

export interface DenseStreamOptions {
  /** Told after each batch how many windows are done. */
  readonly onProgress?: (windows: number) => void
}

/** Whitened strain of one stretch in pieces, outputs of its windows out. */
export interface DenseStream {
  /**
   * Takes the next samples of each detector, equally many, in the order of the network's detectors. Wait for one call
   * before the next.
   *
   * @returns outputs of the windows evaluated with these: a window waits until its batch is full.
   */
  push(channels: readonly (Float32Array | Float64Array)[]): Promise<Float32Array>
  /** Outputs of the windows that still waited. Nothing can follow. */
  finish(): Promise<Float32Array>
}

/** Evaluates a network at windows a stride apart, over stretches of any length. */
export interface DenseEvaluator<Of extends WindowNetwork = WindowNetwork> {
  readonly network: Of
  /** Samples from one window to the next. */
  readonly stride: number
  /** Windows that lie wholly in so many samples. */
  countOf(samples: number): number
  /**
   * Begins a stretch without gaps, whose first window is at its first sample. Outputs are the same to the bit in whatever
   * pieces it comes; memory is that of one batch.
   */
  stream(options?: DenseStreamOptions): DenseStream
  /** Outputs of a whole stretch, in order of time: `stream` in one piece. */
  evaluate(channels: readonly (Float32Array | Float64Array)[], options?: DenseStreamOptions): Promise<Float32Array>
  /** Frees what was compiled; the network stays. */
  dispose(): Promise<void>
}

/**
 * Prepares a network to be evaluated at many windows of long stretches of whitened strain.
 *
 * @throws `argument` for a stride or batch that is no positive integer, `unsupported` for `shared` with a network whose
 *   windows share nothing. Streams throw `shape` for channels that don't fit, `data` for strain that is not finite and
 *   `runtime` for outputs that are missing or not finite, and then end; `disposed` after their end.
 *
 * @example
 * const evaluator = await createDenseEvaluator(await loadNetwork('model.onnx'), { stride: 128 })
 * const outputs = await evaluator.evaluate([hanford, livingston])
 */
export async function createDenseEvaluator<Of extends WindowNetwork>(
  network: Of,
  options: DenseOptions,
): Promise<DenseEvaluator<Of>> {
  const { stride, batch, method = 'windows', execution } = options
  for (const [name, value] of Object.entries({ stride, batch }))
    if (value !== undefined && !(Number.isInteger(value) && value > 0))
      throw new QuadrupoleError(
        'argument',
        `search.createDenseEvaluator: expected ${name} to be a positive integer, got ${value}`,
      )
  const evaluation =
    method === 'shared'
      ? await sharedPasses(network, { stride, batch, execution })
      : windowBatches(network, { stride, batch })
  const stream = (streamOptions: DenseStreamOptions = {}): DenseStream =>
    createStream(network, evaluation, stride, streamOptions)
  return {
    network,
    stride,
    countOf: samples => Math.max(0, Math.floor((samples - network.window) / stride) + 1),
    stream,
    async evaluate(channels, streamOptions) {
      const whole = stream(streamOptions)
      return joined([await whole.push(channels), await whole.finish()])
    },
    dispose: evaluation.dispose,
  }
}

function createStream(
  network: WindowNetwork,
  evaluation: Evaluation,
  stride: number,
  { onProgress }: DenseStreamOptions,
): DenseStream {
  const { batch } = evaluation
  const { window, detectors } = network
  const span = (batch - 1) * stride + window
  const ring = createSampleRing(detectors.length, span)
  let done = 0
  let state: 'open' | 'busy' | 'ended' = 'open'
  let isLast = false

  const evaluate = async (count: number): Promise<Float32Array> => {
    const outputs = await evaluation.evaluate(ring, done * stride, count)
    const isFinite = outputs.every(Number.isFinite)
    if (outputs.length !== count || !isFinite)
      throw new QuadrupoleError(
        'runtime',
        `search.createDenseEvaluator: ${network.name} gave ${outputs.length} outputs (finite: ${isFinite}) for ` +
          `${count} windows, expected one finite number each`,
      )
    done += count
    onProgress?.(done)
    return outputs
  }
  const inTurn = async (work: () => Promise<Float32Array>): Promise<Float32Array> => {
    if (state === 'busy')
      throw new QuadrupoleError(
        'argument',
        'search.createDenseEvaluator: samples came before those pushed earlier were done; wait for each push',
      )
    if (state === 'ended')
      throw new QuadrupoleError(
        'disposed',
        'search.createDenseEvaluator: the stretch has ended; begin a stream for the next one',
      )
    state = 'busy'
    try {
      return await work()
    } catch (error) {
      isLast = true
      throw error
    } finally {
      state = isLast ? 'ended' : 'open'
    }
  }

  return {
    push(channels) {
      return inTurn(async () => {
        checkChannels(network, channels, ring.end)
        const length = channels[0]!.length
        const outputs: Float32Array[] = []
        for (let at = 0; at < length; ) {
          // up to the end of the next batch; what lies between windows goes through the ring, too
          const next = Math.min(length, at + done * stride + span - ring.end)
          ring.write(channels, at, next)
          at = next
          if (ring.end === done * stride + span) outputs.push(await evaluate(batch))
        }
        return joined(outputs)
      })
    },
    finish() {
      return inTurn(async () => {
        isLast = true
        const count = Math.floor((ring.end - done * stride - window) / stride) + 1
        return count > 0 ? evaluate(count) : new Float32Array()
      })
    },
  }
}

/** A maximum of several places may pass over NaN, so that no output would tell of it. */
function checkChannels(
  { name, detectors }: WindowNetwork,
  channels: readonly (Float32Array | Float64Array)[],
  first: number,
): void {
  const lengths = channels.map(({ length }) => length)
  if (lengths.length !== detectors.length || lengths.some(length => length !== lengths[0]))
    throw new QuadrupoleError(
      'shape',
      `search.createDenseEvaluator: expected equally many samples of ${detectors.join(' and ')} for ${name}, got ` +
        `pieces of ${lengths.join(' and ')}`,
    )
  for (const [c, channel] of channels.entries()) {
    const bad = channel.findIndex(value => !Number.isFinite(value))
    if (bad >= 0)
      throw new QuadrupoleError(
        'data',
        `search.createDenseEvaluator: sample ${first + bad} of ${detectors[c]} is ${channel[bad]}; end the stretch ` +
          'before it and begin another after it',
      )
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const [only, ...others] = parts.filter(({ length }) => length > 0)
  if (only === undefined) return new Float32Array()
  if (others.length === 0) return only
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
