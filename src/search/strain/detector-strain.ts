import { setImmediate } from 'node:timers/promises'
import { type QualityFault, SegmentSet } from '../../data/index.ts'
import { GpsTime, type Span } from '../../gw/index.ts'
import { type CheckSeriesOptions, checkSeries, type SampleSpan } from './check-series.ts'
import { createGridResampler, type GridResampler } from './grid-resampler.ts'
import type { OpenFiles } from './open-files.ts'
import { coverageOf, type DetectorSeries, readSeries, type Series } from './series.ts'

export interface DetectorStrainOptions extends CheckSeriesOptions {
  /** That strain is brought to, whole Hz. */
  readonly sampleRate: number
  readonly attenuation: number
  readonly passBand: number
}

/** All strain of a detector, on the sample grid of one rate that has sample 0 at GPS 0. */
export interface DetectorStrain extends Pick<DetectorSeries, 'remarks' | 'seams'> {
  readonly detector: string
  /** When there are samples, good or not. */
  readonly coverage: SegmentSet
  /** When samples can be made of good ones alone, in each segment of one series; segments begin and end on samples. */
  readonly usable: SegmentSet
  readonly leftOut: readonly QualityFault[]
  /** Samples of the grid, from number `first` on, into an array of their count; they must be usable. */
  read(out: Float64Array, first: number): Promise<void>
}

/** Input samples that are read at a time: threads that wait for this one wait no longer than that takes, some 20 ms. */
const samplesAtOnce = 2 ** 17

/** Checks the series of a detector and makes them readable at another rate. */
export async function detectorStrain(
  detector: string,
  joined: DetectorSeries,
  { files, tapered }: { readonly files: OpenFiles; readonly tapered: readonly QualityFault[] },
  options: DetectorStrainOptions,
): Promise<DetectorStrain> {
  const { sampleRate, attenuation, passBand } = options
  const { series, remarks, seams } = joined
  const { good, leftOut } = await checkSeries(joined, files, options)
  const coverage = coverageOf(series)
  const runs = series.flatMap(each => {
    const grids = { t0: each.t0, from: each.sampleRate, to: sampleRate }
    const resampler = createGridResampler({ ...grids, attenuation, passBand })
    return good.get(each)!.flatMap(samples => usableRun(samples, { series: each, resampler, sampleRate }) ?? [])
  })
  return {
    detector,
    remarks,
    seams,
    coverage,
    usable: SegmentSet.of(runs.map(({ span }) => span)),
    leftOut: [...leftOut, ...tapered, ...gaps(coverage, { detector, tapered, seams })],
    read(out, first) {
      // A stretch lies where all detectors are usable, and so within a run of each.
      const run = runs.find(each => each.first <= first && first + out.length <= each.end)!
      return readRun(run, files, { out, first })
    },
  }
}

/** Outputs that good samples of one series suffice for. */
interface UsableRun {
  readonly series: Series
  readonly resampler: GridResampler
  readonly span: Span
  /** Number of the first output and one past the last. */
  readonly first: number
  readonly end: number
}

/** Makes outputs in the blocks that the run is made of, whatever part of them is asked for. */
async function readRun(
  { series, resampler, first: origin, end }: UsableRun,
  files: OpenFiles,
  { out, first }: { readonly out: Float64Array; readonly first: number },
): Promise<void> {
  const { block } = resampler
  const perOutput = resampler.inputOf({ first: origin, count: block }).count / block
  const atOnce = block * Math.max(1, Math.floor(samplesAtOnce / perOutput / block))
  const stop = Math.min(end, origin + Math.ceil((first + out.length - origin) / block) * block)
  for (let from = origin + Math.floor((first - origin) / block) * block; from < stop; from += atOnce) {
    const until = Math.min(stop, from + atOnce)
    const all = resampler.inputOf({ first: from, count: until - from })
    const input = await readSeries(files, series, all.first, all.first + all.count)
    await setImmediate()
    for (let at = from; at < until; at += block) {
      const outputs = { first: at, count: Math.min(block, until - at) }
      const needed = resampler.inputOf(outputs)
      const made = new Float64Array(outputs.count)
      const start = needed.first - all.first
      resampler.fill(made, outputs, input.subarray(start, start + needed.count))
      const skip = Math.max(0, first - at)
      out.set(made.subarray(skip, first + out.length - at), at + skip - first)
    }
  }
}

/** Times between segments that no file has samples of, but for what is tapered. */
function gaps(
  coverage: SegmentSet,
  {
    detector,
    tapered,
    seams,
  }: Pick<DetectorStrain, 'detector' | 'seams'> & { readonly tapered: readonly QualityFault[] },
): readonly QualityFault[] {
  const { extent } = coverage
  if (extent === undefined) return []
  const isSeam = ({ end }: Span): boolean => seams.some(({ time }) => time.equals(end))
  return SegmentSet.of([extent])
    .subtract(coverage)
    .subtract(SegmentSet.of(tapered.map(({ span }) => span)))
    .spans.filter(span => !isSeam(span))
    .map(span => ({ detector, kind: 'missing', span }))
}

/**
 * The outputs that good samples of a series suffice for, if any. Their span begins and ends on samples whose times are
 * whole nanoseconds, so that it can be told exactly: at 2048 Hz every fourth.
 */
function usableRun(
  { from, to }: SampleSpan,
  {
    series,
    resampler,
    sampleRate,
  }: { readonly series: Series; readonly resampler: GridResampler; readonly sampleRate: number },
): UsableRun | undefined {
  const perSecond = 1_000_000_000n
  const [rate, tick] = [BigInt(series.sampleRate), greatestCommonDivisor(BigInt(sampleRate), perSecond)]
  // Ticks, a nanosecond's rounding of the series' start aside, as fractions.
  const ticks = (sample: number, slack: bigint) =>
    ((series.t0.nanoseconds + slack) * rate + BigInt(sample) * perSecond) * tick
  const denominator = perSecond * rate
  const start = (ticks(from + resampler.reach, -1n) + denominator - 1n) / denominator
  const end = ticks(to - resampler.reach, 1n) / denominator
  const timeOf = (ticks: bigint) => GpsTime.fromNanoseconds((ticks * perSecond) / tick)
  if (end <= start) return undefined
  const perTick = BigInt(sampleRate) / tick
  const span = { start: timeOf(start), end: timeOf(end) }
  return { series, resampler, span, first: Number(start * perTick), end: Number(end * perTick) }
}

const greatestCommonDivisor = (a: bigint, b: bigint): bigint => (b === 0n ? a : greatestCommonDivisor(b, a % b))
