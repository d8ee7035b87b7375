import { QuadrupoleError } from '../../core/index.ts'
import { argsort, Tensor } from '../../tensor/index.ts'

/** Events of a search: times (GPS, seconds) and statistics, one of each an event. */
export interface TimedEvents {
  readonly times: Float64Array
  readonly statistics: Float64Array
}

/** Which event is which injection's. */
export interface Recovery {
  /** For each injection, its event; -1 where it has none. */
  readonly eventOf: Int32Array
  /** For each event, its injection; -1 where it has none. */
  readonly injectionOf: Int32Array
  /** For each injection, the statistic of its event; -Infinity where it has none. */
  readonly statistics: Float64Array
  /** For each injection, the time of its event after its own, seconds; NaN where it has none. */
  readonly timeErrors: Float64Array
}

/**
 * Pairs events with injections, one to one, at most a window apart. Louder events come first: whatever set of events
 * could be paired, no louder one is left out for a quieter. Among the pairings of the events and injections that are so
 * chosen, it takes one with the least sum of time differences.
 *
 * An event of noise within the window of an injection counts as its recovery by chance, which befalls a part of about 2
 * windows x rate of noise events of the injections: keep the window as short as the times of events are good.
 *
 * @throws `argument` for a window that is negative or not finite, `data` for columns of different lengths or times that
 * are not finite.
 *
 * @example
 * matchInjections({ times: Float64Array.of(10.1, 30), statistics: Float64Array.of(8, 5) }, Float64Array.of(10, 20), {
 *   windowSeconds: 0.2,
 * }).eventOf // [0, -1]
 */
export function matchInjections(
  { times, statistics }: TimedEvents,
  injectionTimes: Float64Array,
  { windowSeconds }: { readonly windowSeconds: number },
): Recovery {
  check({ times, statistics }, injectionTimes, windowSeconds)
  const byTime = { events: orderOf(times), injections: orderOf(injectionTimes) }
  const sortedInjections = Float64Array.from(byTime.injections, i => injectionTimes[i]!)
  const ownerOf = new Int32Array(injectionTimes.length).fill(-1)
  const isMatched = new Uint8Array(times.length)
  const reach = (event: number) => rangeWithin(sortedInjections, times[event]!, windowSeconds)
  const search = augmenter(ownerOf, reach)
  const loudFirst = orderOf(statistics.map(statistic => -statistic))
  for (const event of loudFirst) if (search(event, nearestFirst(sortedInjections, times[event]!))) isMatched[event] = 1

  // In order of time, the k-th of the events with the k-th of the injections: no other pairing is nearer.
  const events = byTime.events.filter(event => isMatched[event] === 1)
  const injections = byTime.injections.filter((_, place) => ownerOf[place]! >= 0)
  const recovery = {
    eventOf: new Int32Array(injectionTimes.length).fill(-1),
    injectionOf: new Int32Array(times.length).fill(-1),
    statistics: new Float64Array(injectionTimes.length).fill(-Infinity),
    timeErrors: new Float64Array(injectionTimes.length).fill(Number.NaN),
  }
  events.forEach((event, k) => {
    const injection = injections[k]!
    recovery.eventOf[injection] = event
    recovery.injectionOf[event] = injection
    recovery.statistics[injection] = statistics[event]!
    recovery.timeErrors[injection] = times[event]! - injectionTimes[injection]!
  })
  return recovery
}

type Range = readonly [from: number, to: number]

/**
 * A search for a shortest path by which one more event can be matched, others moving to other injections of theirs
 * (breadth-first, as Hopcroft and Karp); `ownerOf` is by place in order of time.
 */
function augmenter(ownerOf: Int32Array, reach: (event: number) => Range) {
  const seenBy = new Int32Array(ownerOf.length).fill(-1)
  const reachedFrom = new Int32Array(ownerOf.length)
  const placeOf = new Map<number, number>()
  return (start: number, order: (range: Range) => Iterable<number>): boolean => {
    const queue = [start]
    for (let next = 0; next < queue.length; next++) {
      const event = queue[next]!
      for (const place of order(reach(event))) {
        if (seenBy[place] === start) continue
        seenBy[place] = start
        reachedFrom[place] = event
        const owner = ownerOf[place]!
        if (owner >= 0) {
          queue.push(owner)
          continue
        }
        for (let at: number | undefined = place; at !== undefined; ) {
          const mover: number = reachedFrom[at]!
          const former: number | undefined = placeOf.get(mover)
          ownerOf[at] = mover
          placeOf.set(mover, at)
          at = mover === start ? undefined : former
        }
        return true
      }
    }
    return false
  }
}

/** The places of a range, outwards from the one nearest to a time. */
const nearestFirst = (sorted: Float64Array, time: number) =>
  function* ([from, to]: Range): Generator<number> {
    let right = from
    while (right < to && sorted[right]! < time) right++
    let left = right - 1
    while (left >= from || right < to)
      if (right >= to || (left >= from && time - sorted[left]! <= sorted[right]! - time)) yield left--
      else yield right++
  }

/** The places of sorted values that are at most a window from a time. */
function rangeWithin(sorted: Float64Array, time: number, window: number): Range {
  const firstThat = (isIt: (value: number) => boolean): number => {
    let [low, high] = [0, sorted.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (isIt(sorted[middle]!)) high = middle
      else low = middle + 1
    }
    return low
  }
  return [firstThat(value => time - value <= window), firstThat(value => value - time > window)]
}

const orderOf = (values: Float64Array): Int32Array => argsort(Tensor.of(values)).dataAs('int32')

function check({ times, statistics }: TimedEvents, injectionTimes: Float64Array, window: number): void {
  if (!(window >= 0 && window < Infinity))
    throw new QuadrupoleError('argument', `search.matchInjections: expected windowSeconds of at least 0, got ${window}`)
  if (times.length !== statistics.length)
    throw new QuadrupoleError(
      'data',
      `search.matchInjections: expected a statistic for each of ${times.length} events, got ${statistics.length}`,
    )
  const columns = { 'event times': times, 'event statistics': statistics, 'injection times': injectionTimes }
  for (const [name, values] of Object.entries(columns)) {
    const bad = values.findIndex(value => !Number.isFinite(value))
    if (bad >= 0)
      throw new QuadrupoleError(
        'data',
        `search.matchInjections: number ${bad} of the ${name} is ${values[bad]}; expected finite numbers`,
      )
  }
}
