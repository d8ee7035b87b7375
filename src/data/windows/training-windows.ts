import { foldIn, type Key, QuadrupoleError, type Stretch, uniform } from '../../core/index.ts'
import { firstSampleFrom, type GpsTime } from '../../gw/index.ts'
import { dataError } from '../data-error.ts'
import { SegmentSet } from '../segments/segment-set.ts'
import type { StrainSource } from '../strain-source.ts'

export interface TrainingWindowsOptions {
  /** Samples of a window. */
  readonly samples: number
  /** Whose windows to draw, in this order; all of the source by default. */
  readonly detectors?: readonly string[]
  /** What may be used of each detector's data, as `checkQuality` finds it; all there are by default. */
  readonly good?: ReadonlyMap<string, SegmentSet>
}

/**
 * Windows of noise in which each detector's is from a time of its own, so that no signal can be in all of them and every
 * combination is new.
 */
export interface TrainingWindows {
  readonly detectors: readonly string[]
  readonly samples: number
  /** How many windows each detector has: one a sample at which one can begin. */
  readonly choices: readonly number[]
  /** Where windows [offset, offset + count) of a key begin, `[count][detectors]`. */
  starts(key: Key, count: number, options?: Stretch): readonly (readonly GpsTime[])[]
  /** Their samples, float64 of shape `[count, detectors, samples]`; throws what reading throws. */
  read(key: Key, count: number, options?: Stretch): Float64Array
}

/** Windows that begin at successive samples. */
interface Range {
  readonly t0: GpsTime
  /** The sample after `t0` at which the first one begins. */
  readonly first: number
  readonly count: number
  /** Windows in the ranges before. */
  readonly before: number
}

/**
 * Draws windows for training from good data: of each detector independently (aframe's non-coincident sampling), every
 * window that lies wholly in a good stretch being as likely as any other, so that stretches count by their length. Window
 * i is a function of the key and i alone, and of each detector's own data.
 *
 * @throws `argument` for a length that is not a positive integer; `data`: `times` where a detector has no stretch that is
 * long enough, `detectors` for a detector that the source does not have.
 *
 * @example
 * const { good } = checkQuality(archive)
 * trainingWindows(archive, { samples: 21504, good }).read(randomKey(1), 384) // [384, detectors, 21504]
 */
export function trainingWindows(source: StrainSource, options: TrainingWindowsOptions): TrainingWindows {
  const { samples, detectors = source.detectors, good } = options
  const { sampleRate } = source
  if (!(Number.isSafeInteger(samples) && samples > 0))
    throw new QuadrupoleError('argument', `data.trainingWindows: expected a positive number of samples, got ${samples}`)
  const ranges = detectors.map(detector =>
    rangesOf(source, { detector, samples, good: good ? (good.get(detector) ?? SegmentSet.empty) : undefined }),
  )
  const choices = ranges.map(own => own.reduce((sum, { count }) => sum + count, 0))

  const starts = (key: Key, count: number, { offset = 0 }: Stretch = {}) => {
    const columns = detectors.map((detector, d) =>
      Array.from(uniform(foldIn(key, detector), count, { offset }), draw =>
        startOf(ranges[d]!, Math.floor(draw * choices[d]!), sampleRate),
      ),
    )
    return Array.from({ length: count }, (_, row) => columns.map(column => column[row]!))
  }
  return {
    detectors,
    samples,
    choices,
    starts,
    read(key, count, stretch) {
      const windows = new Float64Array(count * detectors.length * samples)
      for (const [row, times] of starts(key, count, stretch).entries())
        for (const [d, start] of times.entries()) {
          const { values } = source.read(detectors[d]!, { start, end: start.plus(samples / sampleRate) })
          windows.set(values, (row * detectors.length + d) * samples)
        }
      return windows
    },
  }
}

/** Where a detector's windows can begin. */
function rangesOf(
  source: StrainSource,
  {
    detector,
    samples,
    good,
  }: { readonly detector: string; readonly samples: number; readonly good: SegmentSet | undefined },
): readonly Range[] {
  const { sampleRate } = source
  const coverage = source.coverage(detector)
  const ranges: Range[] = []
  let before = 0
  let longest = 0
  // A stretch of the coverage begins with a sample, a good stretch anywhere.
  for (const covered of coverage.spans) {
    const grid = { t0: covered.start, sampleRate }
    const inside = SegmentSet.of([covered])
    for (const { start, end } of (good === undefined ? inside : inside.intersect(good)).spans) {
      const first = firstSampleFrom(start, grid)
      const length = firstSampleFrom(end, grid) - first
      const count = length - samples + 1
      longest = Math.max(longest, length)
      if (count <= 0) continue
      ranges.push({ t0: covered.start, first, count, before })
      before += count
    }
  }
  if (before === 0)
    throw dataError(
      'times',
      `data.trainingWindows: the longest good stretch of ${detector} has ${longest} samples, expected at least ${samples}; ` +
        'pass more data or shorter windows',
      { details: { detector, longest, samples } },
    )
  return ranges
}

/** When the window of a number begins. */
function startOf(ranges: readonly Range[], index: number, sampleRate: number): GpsTime {
  let [low, high] = [0, ranges.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (ranges[middle]!.before <= index) low = middle
    else high = middle - 1
  }
  const { t0, first, before } = ranges[low]!
  return t0.plus((first + index - before) / sampleRate)
}
