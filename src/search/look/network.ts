import { dataError } from '../../data/index.ts'
import type { GpsTime, TimeSeries } from '../../gw/index.ts'
import { resample } from '../../signal/index.ts'
import type { DetectorNetwork } from '../dense/detector-network.ts'
import { createDenseEvaluator } from '../dense/evaluator.ts'
import { integrationLength } from '../dense/output-events.ts'
import { type Standout, standout } from './standout.ts'

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
  const evaluator = await createDenseEvaluator(network, { stride, batch })
  const inner = channels.map(channel => channel.subarray(edge, channel.length - edge))
  const count = evaluator.countOf(inner[0]!.length)
  if (count * stride < 4 * window)
    throw dataError(
      'times',
      `search.slideNetwork: ${series[0]!.duration} s are too short to compare windows of ${window / sampleRate} s; ` +
        'pass longer files',
    )
  const outputs = Float64Array.from(await evaluator.evaluate(inner, { onProgress: done => onProgress?.(done, count) }))
  await evaluator.dispose()

  const [mergerFrom, mergerTo] = network.mergerRange
  const integrated = movingAverage(outputs, (integrationLength(mergerTo - mergerFrom, { sampleRate, stride }) - 1) / 2)
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
