import { assertMeasured, dataError, openStrain, type QualityMask, strainPiece } from '../../data/index.ts'
import {
  detectorNamed,
  detectors,
  type GpsTime,
  lightTravelTime,
  type Span,
  type TimeSeries,
  toUtc,
} from '../../gw/index.ts'
import type { DetectorNetwork } from '../dense/detector-network.ts'
import { type Coincidence, findCoincidence } from './coincidence.ts'
import { type ConditionedStrain, type ConditionOptions, condition, conditionDefaults } from './condition.ts'
import { type NetworkOutput, type SlideOptions, slideNetwork } from './network.ts'

export interface LookOptions extends Omit<ConditionOptions, 'band'>, SlideOptions {
  /** The network that decides; without one the cross-correlation of the detectors does. */
  readonly network?: DetectorNetwork | undefined
}

/** What one detector contributes to a look. */
export interface DetectorLook extends ConditionedStrain {
  readonly detector: string
  readonly channel: string
  /** The file it was read from, where it was. */
  readonly path?: string
  /** Data-quality and injection tests that some of the data do not pass; absent where the file tells nothing. */
  readonly failedTests?: readonly string[]
}

/** The most striking moment in a stretch of two detectors' strain. */
export interface LookResult {
  readonly span: Span
  /** The span less the edges that filters corrupt. */
  readonly analysed: Span
  readonly sampleRate: number
  /** How the strain was made ready. */
  readonly conditioning: Required<ConditionOptions>
  /** In alphabetical order. */
  readonly detectors: readonly [DetectorLook, DetectorLook]
  /** Light travel time between the detectors, seconds. */
  readonly lightTravelTime: number
  readonly event: {
    /** Midway between the arrivals in the two detectors. */
    readonly time: GpsTime
    readonly utc: string
    readonly arrivals: readonly [GpsTime, GpsTime]
    /** Arrival in the first detector less that in the second, seconds. */
    readonly delay: number
    readonly sign: 1 | -1
    readonly coefficient: number
  }
  /** The network's output, where one was given: it chooses the event. */
  readonly network?: NetworkOutput
  /** The cross-check that needs no learning, over all of the data. */
  readonly crossCheck: Coincidence
  /** Whether the network and the cross-check point at the same moment; absent without a network. */
  readonly agree?: boolean
}

function assertPair(series: readonly TimeSeries[], names: readonly string[]): void {
  if (series.length !== 2)
    throw dataError('detectors', `search.look: expected strain of two detectors, got ${series.length}; pass two files`)
  const [a, b] = series as [TimeSeries, TimeSeries]
  const [first, second] = names
  if (a.detector === b.detector)
    throw dataError(
      'detectors',
      `search.look: ${first} and ${second} are both of ${a.detector}; pass files of two different detectors`,
    )
  for (const [index, { detector }] of series.entries())
    if (!detectors.some(({ name }) => name === detector))
      throw dataError(
        'detectors',
        `search.look: ${names[index]} is of detector '${detector}', whose place is not known; known are ` +
          `${detectors.map(({ name }) => name).join(', ')}`,
      )
  if (!a.t0.equals(b.t0) || a.duration !== b.duration)
    throw dataError(
      'times',
      `search.look: ${first} spans GPS ${a.span.start} to ${a.span.end}, ${second} GPS ${b.span.start} to ` +
        `${b.span.end}; pass files of the same span`,
    )
  if (a.sampleRate !== b.sampleRate)
    throw dataError(
      'times',
      `search.look: ${first} is sampled at ${a.sampleRate} Hz, ${second} at ${b.sampleRate} Hz; pass files of the same rate`,
    )
}

/**
 * Looks at strain of two detectors over the same span and finds its most striking moment: estimates the noise, whitens,
 * band-passes, slides the network over it, and correlates the detectors within the light travel time.
 *
 * @throws `data` for series of the same detector, of other times or rates, or too short.
 */
export async function lookAtStrain(
  series: readonly TimeSeries[],
  { network, segmentSeconds, filterSeconds, ...sliding }: LookOptions = {},
  names: readonly string[] = series.map(({ channel }) => channel),
): Promise<LookResult> {
  assertPair(series, names)
  const pair = [...series].sort((a, b) => (a.detector < b.detector ? -1 : 1)) as [TimeSeries, TimeSeries]
  const conditioning = {
    segmentSeconds: segmentSeconds ?? conditionDefaults.segmentSeconds,
    filterSeconds: filterSeconds ?? conditionDefaults.filterSeconds,
    band: network?.band ?? conditionDefaults.band,
  }
  const conditioned = pair.map(strain => ({
    detector: strain.detector,
    channel: strain.channel,
    ...condition(strain, conditioning),
  })) as [DetectorLook, DetectorLook]
  const [{ edgeSeconds }] = conditioned
  const { start, end } = pair[0].span
  const analysed = { start: start.plus(edgeSeconds), end: end.plus(-edgeSeconds) }
  const inner = conditioned.map(({ whitened }) => whitened.crop(analysed)) as [TimeSeries, TimeSeries]

  const crossCheck = findCoincidence(inner)
  const whole = conditioned.map(({ whitened }) => whitened)
  const output = network && (await slideNetwork(whole, network, edgeSeconds, sliding))
  const window = network ? network.window / network.sampleRate : 0
  const agree = output && Math.abs(output.time.minus(crossCheck.time)) < window / 2
  // The network says which window; where in it the merger is, the two detectors tell better.
  const chosen =
    output === undefined || agree
      ? crossCheck
      : findCoincidence(inner, {}, { start: output.time.plus(-window / 2), end: output.time.plus(window / 2) })
  const { time, arrivals, delay, sign, coefficient } = chosen
  return {
    span: pair[0].span,
    analysed,
    sampleRate: pair[0].sampleRate,
    conditioning,
    detectors: conditioned,
    lightTravelTime: lightTravelTime(detectorNamed(pair[0].detector), detectorNamed(pair[1].detector)),
    event: { time, utc: toUtc(time), arrivals, delay, sign, coefficient },
    ...(output && { network: output, agree: agree! }),
    crossCheck,
  }
}

/**
 * Looks at two strain files, in any format that is read, as `lookAtStrain` does.
 *
 * @throws what `openStrain` and `lookAtStrain` throw, and `data` for NaN, infinite or flat strain.
 *
 * @example
 * const { event } = await look(['H-H1_GWOSC_4KHZ_R1-1126259447-32.hdf5', 'L-L1_GWOSC_4KHZ_R1-1126259447-32.hdf5'])
 * event.time.toFixed(2) // '1126259462.42'
 */
export async function look(paths: readonly string[], options: LookOptions = {}): Promise<LookResult> {
  const series: TimeSeries[] = []
  const sources = new Map<string, { readonly path: string; readonly failedTests?: readonly string[] }>()
  for (const path of paths) {
    const file = await openStrain(path)
    try {
      const piece = strainPiece(file)
      const strain = piece.read()
      assertMeasured(strain, path)
      series.push(strain)
      const masks = [piece.quality, piece.injections].filter(mask => mask !== undefined)
      sources.set(strain.detector, { path, ...(masks.length > 0 && { failedTests: masks.flatMap(failedTests) }) })
    } finally {
      file.close()
    }
  }
  const result = await lookAtStrain(series, options, paths)
  const [first, second] = result.detectors.map(one => ({ ...one, ...sources.get(one.detector) }))
  return { ...result, detectors: [first!, second!] }
}

const failedTests = ({ bits, names }: QualityMask): readonly string[] =>
  names.filter((_, bit) => bits.some(word => ((word >>> bit) & 1) === 0))
