import { QuadrupoleError } from '../core/index.ts'

/** A network's scores of windows, or a search's of events: larger means more like a signal. */
export interface LabelledScores {
  readonly signals: ArrayLike<number>
  readonly noise: ArrayLike<number>
}

/** Descending copies. @throws `data` for no scores of a kind, or NaN. */
function sorted(where: string, { signals, noise }: LabelledScores): { signals: Float64Array; noise: Float64Array } {
  const copy = (name: string, scores: ArrayLike<number>): Float64Array => {
    if (scores.length === 0) throw new QuadrupoleError('data', `train.${where}: there are no scores of ${name}`)
    const values = Float64Array.from(scores)
    const wrong = values.findIndex(Number.isNaN)
    if (wrong >= 0)
      throw new QuadrupoleError('data', `train.${where}: score ${wrong} of ${name} is NaN; scores must be numbers`)
    return values.sort().reverse()
  }
  return { signals: copy('signals', signals), noise: copy('noise', noise) }
}

/**
 * Area under the receiver operating characteristic: the chance that a signal scores above noise, ties counting half
 * (Mann and Whitney 1947).
 *
 * @throws `data` for no scores of a kind, or NaN.
 * @example
 * auroc({ signals: [2, 3], noise: [1, 2] }) // 0.875
 */
export const auroc = (scores: LabelledScores): number => areaBelow(sorted('auroc', scores), 1)

/**
 * The part of that area at false-positive rates up to a bound, where searches live, standardised so that 0.5 is a score
 * that tells nothing and 1 a perfect one (McClish 1989, Medical Decision Making 9, 190).
 *
 * @throws `data` as `auroc`, `argument` unless the bound is above 0 and at most 1.
 */
export function partialAuroc(
  scores: LabelledScores,
  { maxFalsePositiveRate }: { readonly maxFalsePositiveRate: number },
): number {
  if (!(maxFalsePositiveRate > 0 && maxFalsePositiveRate <= 1))
    throw new QuadrupoleError(
      'argument',
      `train.partialAuroc: expected maxFalsePositiveRate above 0 and at most 1, got ${maxFalsePositiveRate}`,
    )
  const area = areaBelow(sorted('partialAuroc', scores), maxFalsePositiveRate)
  const least = maxFalsePositiveRate ** 2 / 2
  return (1 + (area - least) / (maxFalsePositiveRate - least)) / 2
}

/** Area under the curve between false-positive rates 0 and `bound`; scores that tie are one straight piece of it. */
function areaBelow({ signals, noise }: { signals: Float64Array; noise: Float64Array }, bound: number): number {
  let [hits, alarms, area] = [0, 0, 0]
  while (alarms < noise.length && alarms / noise.length < bound) {
    const score = Math.max(signals[hits] ?? Number.NEGATIVE_INFINITY, noise[alarms]!)
    const [hitsBefore, alarmsBefore] = [hits, alarms]
    while (hits < signals.length && signals[hits] === score) hits++
    while (alarms < noise.length && noise[alarms] === score) alarms++
    const width = (alarms - alarmsBefore) / noise.length
    const kept = Math.min(width, bound - alarmsBefore / noise.length)
    const [from, to] = [hitsBefore / signals.length, hits / signals.length]
    // of the last piece the part below the bound
    if (width > 0) area += kept * (from + ((to - from) * kept) / width / 2)
  }
  return area
}

/** The least score that at most `count` scores of noise lie above. */
function thresholdOf(noise: Float64Array, count: number): number {
  return count < noise.length ? noise[count]! : Number.NEGATIVE_INFINITY
}

const shareAbove = (signals: Float64Array, threshold: number): number =>
  signals.filter(score => score > threshold).length / signals.length

/**
 * The share of signals that are found where at most a share of the noise is taken for one. With fewer than 1 / rate scores
 * of noise, none of them may be.
 *
 * @throws `data` as `auroc`, `argument` unless the rate is from 0 to 1.
 */
export function efficiencyAtFalsePositiveRate(
  scores: LabelledScores,
  { falsePositiveRate }: { readonly falsePositiveRate: number },
): number {
  if (!(falsePositiveRate >= 0 && falsePositiveRate <= 1))
    throw new QuadrupoleError(
      'argument',
      `train.efficiencyAtFalsePositiveRate: expected falsePositiveRate from 0 to 1, got ${falsePositiveRate}`,
    )
  const { signals, noise } = sorted('efficiencyAtFalsePositiveRate', scores)
  // 0.1 of 10 is one, though the product may lie a digit below it
  const count = Math.floor(falsePositiveRate * noise.length * (1 + 1e-12))
  return shareAbove(signals, thresholdOf(noise, count))
}

/**
 * The share of signals that are found at a rate of false alarms, from the scores of the events in a stretch of noise.
 *
 * @param options.falseAlarmRate Hz
 * @param options.livetime seconds of noise that the events are from
 * @throws `data` for no scores of signals, NaN, or where the livetime is too short for a single alarm at that rate.
 */
export function efficiencyAtFalseAlarmRate(
  { signals, noise }: LabelledScores,
  { falseAlarmRate, livetime }: { readonly falseAlarmRate: number; readonly livetime: number },
): number {
  if (!(falseAlarmRate > 0 && livetime > 0))
    throw new QuadrupoleError(
      'argument',
      `train.efficiencyAtFalseAlarmRate: expected positive falseAlarmRate and livetime, got ${falseAlarmRate} Hz and ${livetime} s`,
    )
  const allowed = Math.floor(falseAlarmRate * livetime * (1 + 1e-12))
  if (allowed < 1)
    throw new QuadrupoleError(
      'data',
      `train.efficiencyAtFalseAlarmRate: ${livetime} s of noise can't tell a rate of ${falseAlarmRate} Hz; it takes ${1 / falseAlarmRate} s`,
      { details: { falseAlarmRate, livetime } },
    )
  if (noise.length === 0) return shareAbove(Float64Array.from(signals), Number.NEGATIVE_INFINITY)
  const ordered = sorted('efficiencyAtFalseAlarmRate', { signals, noise })
  return shareAbove(ordered.signals, thresholdOf(ordered.noise, allowed))
}
