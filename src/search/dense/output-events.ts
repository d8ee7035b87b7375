import { QuadrupoleError } from '../../core/index.ts'
import type { GpsTime } from '../../gw/index.ts'
import { createClusterer, type Peak } from '../events/cluster.ts'
import { createIntegrator } from '../events/integrate.ts'
import type { PeakTiming } from '../events/peak-position.ts'
import type { DetectorNetwork } from './detector-network.ts'
import type { DenseEvaluator } from './evaluator.ts'

/** What a network found in a stretch. */
export interface OutputEvent {
  /** Of the merger, finer than the stride. */
  readonly time: GpsTime
  /** The integrated output of its loudest window. */
  readonly statistic: number
}

export interface OutputEventOptions {
  /**
   * Outputs averaged, seconds: by default the width of the network's merger range, in which one merger raises them all.
   */
  readonly integrationSeconds?: number
  /** Seconds on either side over which an event is the loudest. */
  readonly clusterSeconds?: number
  /** Statistic below which nothing is recorded; none by default. */
  readonly threshold?: number
  /** How its time is read off the integrated outputs; by a parabola by default. */
  readonly timing?: PeakTiming
}

/** Finds events in the outputs of one stretch, which come in pieces. */
export interface OutputEventFinder {
  /** The events that became certain with these outputs. */
  push(outputs: Float32Array | Float64Array): OutputEvent[]
  /** The events of outputs that still waited for later ones. Nothing can follow. */
  finish(): OutputEvent[]
}

/** How a network looks at a stretch: where its windows are and where in them mergers. */
export interface OutputTimes extends Pick<DetectorNetwork, 'sampleRate' | 'mergerRange'> {
  /** Samples from one window to the next. */
  readonly stride: number
  /** Time of the first window's first sample. */
  readonly start: GpsTime
}

/** Outputs whose windows see one merger: an odd number, so that their mean belongs to the middle one. */
export const integrationLength = (
  seconds: number,
  { sampleRate, stride }: Pick<OutputTimes, 'sampleRate' | 'stride'>,
) => 2 * Math.floor((seconds * sampleRate) / stride / 2) + 1

/**
 * Events of a stretch of outputs: averaged over the windows that see a merger (`integrate`), the loudest ones taken
 * (`cluster`), each dated by where its window's mergers lie: the middle of the merger range.
 *
 * @throws `argument` for negative times; `push` throws `data` for NaN.
 */
export function createOutputEventFinder(
  { sampleRate, mergerRange: [from, to], stride, start }: OutputTimes,
  options: OutputEventOptions = {},
): OutputEventFinder {
  const { integrationSeconds = to - from, clusterSeconds = 0.5, threshold, timing } = options
  for (const [name, value] of Object.entries({ integrationSeconds, clusterSeconds }))
    if (!(value >= 0 && Number.isFinite(value)))
      throw new QuadrupoleError(
        'argument',
        `search.createOutputEventFinder: expected ${name} to be a number of seconds from 0, got ${value}`,
      )
  const length = integrationLength(integrationSeconds, { sampleRate, stride })
  const integrator = createIntegrator({ length, alignment: 'centred' })
  const clusterer = createClusterer({
    halfWindow: Math.max(1, Math.round((clusterSeconds * sampleRate) / stride)),
    ...(threshold !== undefined && { threshold }),
    ...(timing && { timing }),
  })
  const eventOf = ({ position, statistic }: Peak): OutputEvent => ({
    time: start.plus(((position + integrator.offset) * stride) / sampleRate + (from + to) / 2),
    statistic,
  })
  return {
    push: outputs => clusterer.push(integrator.push(outputs)).map(eventOf),
    finish: () => clusterer.finish().map(eventOf),
  }
}

/** A stretch of whitened strain without gaps, in pieces in order of time. */
export interface WhitenedStretch {
  /** Time of the first sample. */
  readonly start: GpsTime
  /** Equally many samples of each detector, in the network's order. */
  readonly pieces:
    | AsyncIterable<readonly (Float32Array | Float64Array)[]>
    | Iterable<readonly (Float32Array | Float64Array)[]>
}

/**
 * Searches a stretch of whitened strain by a network: evaluated densely, its outputs averaged, the loudest moments dated.
 * Events come in order of time as soon as they are certain; memory does not grow with the stretch.
 *
 * @param evaluator at a stride well below the width of its network's merger range.
 * @throws what the evaluator's streams throw.
 *
 * @example
 * const evaluator = await createDenseEvaluator(network, { stride: 128 })
 * for await (const { time, statistic } of findOutputEvents(evaluator, { start, pieces })) console.log(`${time}`)
 */
export async function* findOutputEvents(
  evaluator: DenseEvaluator<DetectorNetwork>,
  { start, pieces }: WhitenedStretch,
  options: OutputEventOptions = {},
): AsyncGenerator<OutputEvent, void, undefined> {
  const { network, stride } = evaluator
  const { sampleRate, mergerRange } = network
  const finder = createOutputEventFinder({ sampleRate, mergerRange, stride, start }, options)
  const stream = evaluator.stream()
  for await (const piece of pieces) yield* finder.push(await stream.push(piece))
  yield* finder.push(await stream.finish())
  yield* finder.finish()
}
