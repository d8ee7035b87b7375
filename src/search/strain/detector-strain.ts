import { SegmentSet } from '../../data/index.ts'
import { GpsTime, type Span } from '../../gw/index.ts'
import { type CheckSeriesOptions, checkSeries, type SampleSpan } from './check-series.ts'
import { createGridResampler, type GridResampler, type SampleRange } from './grid-resampler.ts'
import type { LeftOut } from './left-out.ts'
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
  readonly leftOut: readonly LeftOut[]
  /** Samples of the grid, from number `first` on, into an array of their count; they must be usable. */
  read(out: Float64Array, first: number): Promise<void>
}

/** Input samples that outputs are made of at a time. */
const blockSamples = 2 ** 20

/** Checks the series of a detector and makes them readable at another rate. */
export async function detectorStrain(
  detector: string,
  { series, remarks, seams }: DetectorSeries,
  { files, tapered }: { readonly files: OpenFiles; readonly tapered: readonly LeftOut[] },
  { sampleRate, attenuation, passBand, ...checking }: DetectorStrainOptions,
): Promise<DetectorStrain> {
  const { good, leftOut } = await checkSeries(series, files, checking)
  const coverage = coverageOf(series)
  const resampled = series.map(each => ({
    series: each,
    resampler: createGridResampler({ t0: each.t0, from: each.sampleRate, to: sampleRate, attenuation, passBand }),
  }))
  const usable = resampled.flatMap(({ series, resampler }) =>
    good.get(series)!.flatMap(span => outputSpan(span, { series, resampler, sampleRate }) ?? []),
  )
  const block = Math.max(1, Math.floor((blockSamples * sampleRate) / Math.max(...series.map(each => each.sampleRate))))
  return {
    detector,
    remarks,
    seams,
    coverage,
    usable: SegmentSet.of(usable),
    leftOut: [...leftOut, ...tapered, ...gaps(coverage, { detector, tapered, seams })],
    async read(out, first) {
      for (let done = 0; done < out.length; done += block) {
        const outputs = { first: first + done, count: Math.min(block, out.length - done) }
        const { series, resampler } = resampled.find(each => isWithin(each.resampler.inputOf(outputs), each.series))!
        const input = resampler.inputOf(outputs)
        const values = await readSeries(files, series, input.first, input.first + input.count)
        resampler.fill(out.subarray(done, done + outputs.count), outputs, values)
      }
    },
  }
}

const isWithin = ({ first, count }: SampleRange, { length }: Series): boolean => first >= 0 && first + count <= length

/** Times between segments that no file has samples of, but for what is tapered. */
function gaps(
  coverage: SegmentSet,
  { detector, tapered, seams }: Pick<DetectorStrain, 'detector' | 'seams'> & { readonly tapered: readonly LeftOut[] },
): readonly LeftOut[] {
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
 * The span of outputs that good samples of a series suffice for, if any. It begins and ends on samples whose times are
 * whole nanoseconds, so that it can be told exactly: at 2048 Hz every fourth.
 */
function outputSpan(
  { from, to }: SampleSpan,
  {
    series,
    resampler,
    sampleRate,
  }: { readonly series: Series; readonly resampler: GridResampler; readonly sampleRate: number },
): Span | undefined {
  const perSecond = 1_000_000_000n
  const [rate, tick] = [BigInt(series.sampleRate), greatestCommonDivisor(BigInt(sampleRate), perSecond)]
  // Ticks, a nanosecond's rounding of the series' start aside, as fractions.
  const ticks = (sample: number, slack: bigint) =>
    ((series.t0.nanoseconds + slack) * rate + BigInt(sample) * perSecond) * tick
  const denominator = perSecond * rate
  const start = (ticks(from + resampler.reach, -1n) + denominator - 1n) / denominator
  const end = ticks(to - resampler.reach, 1n) / denominator
  const timeOf = (ticks: bigint) => GpsTime.fromNanoseconds((ticks * perSecond) / tick)
  return end > start ? { start: timeOf(start), end: timeOf(end) } : undefined
}

const greatestCommonDivisor = (a: bigint, b: bigint): bigint => (b === 0n ? a : greatestCommonDivisor(b, a % b))
