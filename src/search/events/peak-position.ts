/** How the time of an event is read off the statistic around its peak. */
export type PeakTiming =
  /** The highest sample; the middle of several equal ones in a row. */
  | { readonly method: 'sample' }
  /** The vertex of the parabola through the highest sample and its neighbours. */
  | { readonly method: 'parabola' }
  /**
   * Midway between where the statistic rises above a level and where it falls below it, for a network whose output stays
   * high as long as its window holds the signal.
   */
  | {
      readonly method: 'plateau'
      /** What the statistic is without a signal. */
      readonly baseline: number
      /** The level, as a part of the way from the baseline up to the peak; a half by default. */
      readonly fraction?: number
      /** Samples from the peak to look for the crossings, at most. */
      readonly reach: number
    }

/** Samples on either side of a peak that its time depends on. */
export const reachOf = (timing: PeakTiming): number =>
  timing.method === 'plateau' ? timing.reach + 1 : timing.method === 'parabola' ? 1 : 0

/** Samples from one to another, both included. */
interface Range {
  readonly from: number
  readonly to: number
}

/**
 * How far behind its first sample a peak is, in samples and parts of them. It depends on the samples alone and not on
 * where they are counted from.
 *
 * @param top its highest samples, which are equal.
 * @param bounds the samples that may be looked at.
 */
export function peakShift(values: Float64Array, top: Range, timing: PeakTiming, bounds: Range): number {
  if (timing.method === 'plateau') return plateauShift(values, top.from, timing, bounds)
  const { from, to } = top
  if (to > from || timing.method === 'sample') return (to - from) / 2
  if (from === bounds.from || from === bounds.to) return 0
  const [before, here, after] = [values[from - 1]!, values[from]!, values[from + 1]!]
  const shift = (before - after) / (2 * (before - 2 * here + after))
  return Number.isFinite(shift) ? Math.max(-0.5, Math.min(0.5, shift)) : 0
}

function plateauShift(
  values: Float64Array,
  index: number,
  { baseline, fraction = 0.5, reach }: Extract<PeakTiming, { method: 'plateau' }>,
  bounds: Range,
): number {
  const level = baseline + fraction * (values[index]! - baseline)
  const distanceToCrossing = (step: 1 | -1, limit: number): number => {
    let at = index
    while (at !== limit && values[at + step]! >= level) at += step
    if (at === limit) return Math.abs(at - index)
    const [inside, outside] = [values[at]!, values[at + step]!]
    const part = (inside - level) / (inside - outside)
    return Math.abs(at - index) + (Number.isFinite(part) ? part : 0)
  }
  const left = distanceToCrossing(-1, Math.max(bounds.from, index - reach))
  const right = distanceToCrossing(1, Math.min(bounds.to, index + reach))
  return (right - left) / 2
}
