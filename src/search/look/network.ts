import { QuadrupoleError } from '../../core/index.ts'
import { dataError } from '../../data/index.ts'
import type { GpsTime, TimeSeries } from '../../gw/index.ts'
import { resample } from '../../signal/index.ts'
import { type Standout, standout } from './standout.ts'

/** A network that looks at a window of whitened strain of several detectors and says how much it looks like a merger. */
export interface DetectorNetwork {
  readonly name: string
  /** Hz, of its input. */
  readonly sampleRate: number
  /** Samples of its input. */
  readonly window: number
  /** Detectors in the order of its input's channels. */
  readonly detectors: readonly string[]
  /** Pass band that its input was trained with, Hz. */
  readonly band: readonly [low: number, high: number]
  /** Where in a window mergers lay in training, seconds from its start. */
  readonly mergerRange: readonly [from: number, to: number]
  /** Windows `[batch, detectors, window]` in units of the noise, to one output each. */
  run(windows: Float32Array, batch: number): Promise<Float32Array>
}

export interface NetworkOutput {
  readonly network: string
  /** When a merger at the middle of `mergerRange` would have caused each output: seconds after the start of the series. */
  readonly times: Float64Array
  /** Output of each window. */
  readonly outputs: Float64Array
  /** Outputs averaged over all windows that see a merger in `mergerRange`. */
  readonly integrated: Float64Array
  readonly strength: Standout
  /** Time of the highest integrated output. */
  readonly time: GpsTime
}

export interface SlideOptions {
  /** Windows a second. */
  readonly windowsPerSecond?: number
  /** Windows evaluated at a time. */
  readonly batch?: number
  /** Told after each batch how many of how many windows are done. */
  readonly onProgress?: (done: number, total: number) => void
}

/**
 * Slides a network over whitened series of its detectors. Series of a higher rate are resampled, and `edgeSeconds` at
 * each end are left out afterwards, so that no window holds an edge.
 *
 * @throws `data` for detectors other than the network's or series too short for several windows, `runtime` for a
 * network that gives another number of outputs or one that is not finite.
 */
export async function slideNetwork(
  series: readonly TimeSeries[],
  network: DetectorNetwork,
  edgeSeconds: number,
  { windowsPerSecond = 64, batch = 128, onProgress }: SlideOptions = {},
): Promise<NetworkOutput> {
  const { sampleRate, window } = network
  const stride = Math.max(1, Math.round(sampleRate / windowsPerSecond))
  const channels = network.detectors.map(name => {
    const channel = series.find(({ detector }) => detector === name)
    if (channel === undefined)
      throw dataError(
        'detectors',
        `search.slideNetwork: ${network.name} needs ${network.detectors.join(' and ')}, got ` +
          `${series.map(({ detector }) => detector).join(' and ')}; pass files of its detectors`,
      )
    return resample(channel.values, { from: channel.sampleRate, to: sampleRate })
  })
  const edge = Math.ceil(edgeSeconds * sampleRate)
  const count = Math.floor((channels[0]!.length - 2 * edge - window) / stride) + 1
  if (count * stride < 4 * window)
    throw dataError(
      'times',
      `search.slideNetwork: ${series[0]!.duration} s are too short to compare windows of ${window / sampleRate} s; ` +
        'pass longer files',
    )
  const outputs = new Float64Array(count)
  for (let from = 0; from < count; from += batch) {
    const size = Math.min(batch, count - from)
    const input = new Float32Array(size * channels.length * window)
    for (let row = 0; row < size; row++)
      channels.forEach((channel, c) => {
        const start = edge + (from + row) * stride
        input.set(channel.subarray(start, start + window), (row * channels.length + c) * window)
      })
    const result = await network.run(input, size)
    if (result.length !== size || !result.every(Number.isFinite))
      throw new QuadrupoleError(
        'runtime',
        `search.slideNetwork: ${network.name} gave ${result.length} outputs (finite: ${result.every(Number.isFinite)}) ` +
          `for ${size} windows, expected one finite number each`,
      )
    outputs.set(result, from)
    onProgress?.(from + size, count)
  }

  const [mergerFrom, mergerTo] = network.mergerRange
  const integrated = movingAverage(outputs, Math.floor(((mergerTo - mergerFrom) * sampleRate) / stride / 2))
  // Averages further apart than this share no sample.
  const exclusion = Math.ceil((window + (mergerTo - mergerFrom) * sampleRate) / stride)
  const strength = standout(integrated, { exclusion })
  const middle = (mergerFrom + mergerTo) / 2
  const times = Float64Array.from({ length: count }, (_, i) => (edge + i * stride) / sampleRate + middle)
  return {
    network: network.name,
    times,
    outputs,
    integrated,
    strength,
    time: series[0]!.t0.plus(times[strength.index]!),
  }
}

/** Average over each value and `reach` on either side, of those that exist: an odd number, so that times stay put. */
function movingAverage(x: Float64Array, reach: number): Float64Array {
  return x.map((_, i) => {
    const part = x.subarray(Math.max(0, i - reach), i + reach + 1)
    return part.reduce((sum, value) => sum + value, 0) / part.length
  })
}
