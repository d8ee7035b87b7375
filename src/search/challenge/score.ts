import { QuadrupoleError } from '../../core/index.ts'
import type { ChallengeEvents, ChallengeInjections } from '../../data/index.ts'
import { argsort, Tensor } from '../../tensor/index.ts'
import { chirpMass } from '../../waveforms/index.ts'

/** A search's events on the two data sets of MLGWSC-1, and what was injected into one of them. */
export interface ChallengeResult {
  /** Events on noise with injections. */
  readonly foreground: ChallengeEvents
  /** Events on the same noise without them. */
  readonly background: ChallengeEvents
  /** The injections inside the foreground data (`injectionsInside` chooses them), and no others. */
  readonly injections: ChallengeInjections
}

export interface ScoreChallengeOptions {
  /** Length of the foreground data, seconds. */
  readonly duration: number
  /** Length of the background data, seconds; that of the foreground by default, as the official program has it. */
  readonly backgroundDuration?: number
}

/** Time, statistic and tolerance of events: three rows, as the official program stores them. */
export type EventRows = readonly [time: Float64Array, stat: Float64Array, variance: Float64Array]

/**
 * What the official scorer of MLGWSC-1 makes of a search, by its own names. Entries of `far` and of all that starts with
 * `sensitive` belong to the background events in increasing order of their statistic.
 */
export interface ChallengeScore {
  /** Statistics of the background events in increasing order: the thresholds. The only field that is not official. */
  readonly thresholds: Float64Array
  /** False alarms per second at each threshold: the background events behind it in that order, over the duration. */
  readonly far: Float64Array
  /** Mpc. */
  readonly 'sensitive-distance': Float64Array
  /** Mpc^3. */
  readonly 'sensitive-volume': Float64Array
  /** Mpc^3, one standard deviation, binomial. */
  readonly 'sensitive-volume-error': Float64Array
  /**
   * Injections found over their number; where chirp distance was drawn, over the sum of (largest chirp mass / chirp
   * mass)^(5/2) instead, which is larger: then it is no fraction of injections.
   */
  readonly 'sensitive-fraction': Float64Array
  /** Foreground events in order of time. */
  readonly 'fg-events': EventRows
  /** The order that sorts the foreground events by time; of equal times the first comes first. */
  readonly 'sorting-indices': Int32Array
  /** For each event in order of time, the injection that is nearest to it, near enough or not. */
  readonly 'found-indices': Int32Array
  /** Injections that are nearest to no event. */
  readonly 'missed-indices': Int32Array
  /** Events in order of time that lie within their `var` of the nearest injection; several can share one. */
  readonly 'true-positive-event-indices': Int32Array
  readonly 'false-positive-event-indices': Int32Array
  /** Distance in time to the nearest injection, seconds. */
  readonly 'true-positive-diffs': Float64Array
  readonly 'false-positive-diffs': Float64Array
  readonly 'true-positives': EventRows
  readonly 'false-positives': EventRows
  /** False alarms per second among the foreground's false positives, in increasing order of their statistic. */
  readonly 'fg-far': Float64Array
}

/**
 * Scores a search by the rules of MLGWSC-1 (Schaefer et al., arXiv:2209.11146, section III; the repository's
 * `evaluate.py`):
 *
 * - an event is true if it lies within its `var` of the nearest injection (of two equally near, the later);
 * - an injection counts once, with the loudest of its true events;
 * - an injection is found at a threshold if it is strictly louder;
 * - where chirp distance was drawn, V = 4/3 pi d_max^3 sum over found of Mc^(5/2) / (N Mc_max^(5/2)); otherwise
 *   V = 4/3 pi d_max^3 found / N. The largest distance and chirp mass are those of the injections given.
 *
 * @throws `argument` for durations that are not positive; `data` without injections, f
 *
 * @example
 * const score = scoreChallenge({ foreground, background, injections }, { duration: 2_592_000 })
 * challengeDistances(score)
 */
export function scoreChallenge(
  { foreground, background, injections }: ChallengeResult,
  { duration, backgroundDuration = duration }: ScoreChallengeOptions,
): ChallengeScore {
  checkDuration('duration', duration)
  checkDuration('backgroundDuration', backgroundDuration)
  checkColumns('foreground', { ...foreground })
  checkColumns('background', { ...background })
  checkColumns('injections', { ...injections })
  if (injections.tc.length === 0)
    throw new QuadrupoleError(
      'data',
      'search.scoreChallenge: expected injections, got none; no volume follows from them',
    )

  checkPositive(injections)
  const { order, events, nearest, distances, isTrue } = matched(foreground, injections)
  const trueEvents = indicesWhere(isTrue, 1)
  const falseEvents = indicesWhere(isTrue, 0)
  const thresholds = background.stat.slice().sort()
  const isNear = new Uint8Array(injections.tc.length)
  for (const injection of nearest) isNear[injection] = 1
  return {
    thresholds,
    far: falseAlarmRates(thresholds.length, backgroundDuration),
    ...sensitivity(loudestOf(injections, { events, nearest, trueEvents }), injections, thresholds),
    'fg-events': events,
    'sorting-indices': order,
    'found-indices': nearest,
    'missed-indices': indicesWhere(isNear, 0),
    'true-positive-event-indices': trueEvents,
    'false-positive-event-indices': falseEvents,
    'true-positive-diffs': take(distances, trueEvents),
    'false-positive-diffs': take(distances, falseEvents),
    'true-positives': rowsOf(events, trueEvents),
    'false-positives': rowsOf(events, falseEvents),
    'fg-far': falseAlarmRates(falseEvents.length, duration),
  }
}

/**
 * Volume and distance of a search at thresholds that are not those of its background's events, by the same rules.
 *
 * @param thresholds in increasing order
 */
export function challengeVolumes(
  { foreground, injections }: Pick<ChallengeResult, 'foreground' | 'injections'>,
  thresholds: Float64Array,
): Pick<ChallengeScore, 'sensitive-distance' | 'sensitive-volume' | 'sensitive-volume-error' | 'sensitive-fraction'> {
  const { events, nearest, isTrue } = matched(foreground, injections)
  return sensitivity(
    loudestOf(injections, { events, nearest, trueEvents: indicesWhere(isTrue, 1) }),
    injections,
    thresholds,
  )
}

/** Events in order of time, each with the injection that is nearest to it, and whether it is near enough. */
function matched(foreground: ChallengeEvents, { tc }: ChallengeInjections) {
  const order = indicesThatSort(foreground.time)
  const events = rowsAt(foreground, order)
  const { nearest, distances } = nearestInjections(events[0], tc)
  const isTrue = distances.map((distance, i) => (distance <= events[2][i]! ? 1 : 0))
  return { order, events, nearest, distances, isTrue }
}

/** Of sorted events, how many come behind each, over a duration. */
const falseAlarmRates = (count: number, duration: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => (count - i - 1) / duration)

/** For event times in increasing order, the index of the nearest injection (of two equally near, the later). */
function nearestInjections(times: Float64Array, tc: Float64Array) {
  const order = indicesThatSort(tc)
  const sorted = take(tc, order)
  const nearest = new Int32Array(times.length)
  const distances = new Float64Array(times.length)
  let after = 0
  for (let i = 0; i < times.length; i++) {
    const time = times[i]!
    while (after < sorted.length && sorted[after]! <= time) after++
    const left = Math.max(after - 1, 0)
    const right = Math.min(after, sorted.length - 1)
    const place = Math.abs(sorted[left]! - time) < Math.abs(sorted[right]! - time) ? left : right
    nearest[i] = order[place]!
    distances[i] = Math.abs(sorted[place]! - time)
  }
  return { nearest, distances }
}

interface TrueEvents {
  readonly events: EventRows
  readonly nearest: Int32Array
  readonly trueEvents: Int32Array
}

/** Statistic of the loudest true event of each injection, NaN where there is none. */
function loudestOf({ tc }: ChallengeInjections, { events, nearest, trueEvents }: TrueEvents): Float64Array {
  const loudest = new Float64Array(tc.length).fill(Number.NaN)
  for (const event of trueEvents) {
    const injection = nearest[event]!
    const stat = events[1][event]!
    if (!(loudest[injection]! >= stat)) loudest[injection] = stat
  }
  return loudest
}

function sensitivity(loudest: Float64Array, injections: ChallengeInjections, thresholds: Float64Array) {
  const { distance, mass1, mass2 } = injections
  const isWeighted = injections.chirp_distance !== undefined
  const powers = isWeighted ? mass1.map((mass, i) => chirpMass(mass, mass2[i]!) ** 2.5) : mass1.map(() => 1)
  const largest = powers.reduce((most, power) => Math.max(most, power), 0)
  // What the official program divides by: more than the number of injections where these are weighted.
  const norm = powers.reduce((sum, power) => sum + largest / power, 0)
  const furthest = distance.reduce((most, each) => Math.max(most, each), 0)
  const prefactor = ((4 / 3) * Math.PI * furthest ** 3) / (largest * powers.length)

  const found = Int32Array.from(loudest.keys()).filter(i => !Number.isNaN(loudest[i]!))
  const quietFirst = take(found, indicesThatSort(take(loudest, found)))
  const volume = new Float64Array(thresholds.length)
  const error = new Float64Array(thresholds.length)
  const fraction = new Float64Array(thresholds.length)
  let sum = 0
  let sumOfSquares = 0
  let next = quietFirst.length
  for (let i = thresholds.length - 1; i >= 0; i--) {
    for (; next > 0 && loudest[quietFirst[next - 1]!]! > thresholds[i]!; next--) {
      const power = powers[quietFirst[next - 1]!]!
      sum += power
      sumOfSquares += power * power
    }
    volume[i] = prefactor * sum
    // Rounding can leave less than nothing where all are found.
    error[i] = prefactor * Math.sqrt(Math.max(0, sumOfSquares - sum ** 2 / norm))
    fraction[i] = (quietFirst.length - next) / norm
  }
  return {
    'sensitive-distance': volume.map(each => Math.cbrt((3 * each) / (4 * Math.PI))),
    'sensitive-volume': volume,
    'sensitive-volume-error': error,
    'sensitive-fraction': fraction,
  }
}

const indicesThatSort = (values: Float64Array): Int32Array => argsort(Tensor.of(values)).dataAs('int32')

const take = <Values extends Float64Array | Int32Array>(values: Values, indices: Int32Array): Values => {
  const taken = new (values.constructor as new (length: number) => Values)(indices.length)
  for (let i = 0; i < indices.length; i++) taken[i] = values[indices[i]!]!
  return taken
}

const rowsAt = ({ time, stat, var: tolerance }: ChallengeEvents, indices: Int32Array): EventRows =>
  rowsOf([time, stat, tolerance], indices)

const rowsOf = ([time, stat, tolerance]: EventRows, indices: Int32Array): EventRows => [
  take(time, indices),
  take(stat, indices),
  take(tolerance, indices),
]

function indicesWhere(values: ArrayLike<number>, wanted: number): Int32Array {
  const indices = new Int32Array(values.length)
  let count = 0
  for (let i = 0; i < values.length; i++) if (values[i] === wanted) indices[count++] = i
  return indices.slice(0, count)
}

function checkDuration(name: string, seconds: number): void {
  if (!(seconds > 0 && seconds < Infinity))
    throw new QuadrupoleError(
      'argument',
      `search.scoreChallenge: expected ${name} to be a positive number of seconds, got ${seconds}`,
    )
}

function checkColumns(what: string, columns: Readonly<Record<string, Float64Array>>): void {
  const [[firstName, first]] = Object.entries(columns) as [[string, Float64Array]]
  for (const [name, values] of Object.entries(columns)) {
    if (values.length !== first.length)
      throw new QuadrupoleError(
        'data',
        `search.scoreChallenge: ${what} has ${first.length} values of ${firstName} but ${values.length} of ${name}; pass one of each`,
      )
    const bad = values.findIndex(value => !Number.isFinite(value))
    if (bad >= 0)
      throw new QuadrupoleError(
        'data',
        `search.scoreChallenge: ${name}[${bad}] of ${what} is ${values[bad]}; expected finite numbers`,
      )
  }
}

function checkPositive(injections: ChallengeInjections): void {
  for (const name of ['distance', 'mass1', 'mass2'] as const) {
    const bad = injections[name].findIndex(value => value <= 0)
    if (bad >= 0)
      throw new QuadrupoleError(
        'data',
        `search.scoreChallenge: ${name}[${bad}] of injections is ${injections[name][bad]}; expected positive numbers`,
      )
  }
}
