import { QuadrupoleError } from '../../core/index.ts'
import { GpsTime, type Span } from '../../gw/index.ts'
import { durationOf, intersection, type Stretch, stretchesOf } from './spans.ts'

/** What of a stretch of data a search can evaluate. */
export interface EvaluationOptions {
  /** Seconds that each unbroken stretch loses: the network's window, filters that settle, the integration. */
  readonly deadSeconds?: number
  /** Seconds from one evaluation to the next, so that a stretch counts whole ones only; any length by default. */
  readonly strideSeconds?: number
}

export interface TimeSlideOptions extends EvaluationOptions {
  /**
   * `none`: each detector's whole time axis is moved, and what then coincides is searched. `ring`: within each stretch of
   * coincident data, what is pushed out at one end comes in at the other, so that nothing is lost but the seams.
   */
  readonly wrap?: 'none' | 'ring'
  /**
   * In a ring, detectors must stay this far from their true alignment, seconds; a stretch in which they do not is left
   * out. Longer than a signal and the time light takes between detectors. A stretch shorter than all relative shifts is
   * left out too: it would repeat a smaller one.
   */
  readonly minimumShiftSeconds?: number
}

/** An unbroken stretch of data of all detectors at their shifts. */
export interface SlidePiece {
  /** Where it starts in each detector's own time. */
  readonly starts: readonly GpsTime[]
  readonly nanoseconds: bigint
  /** What of it a search evaluates. */
  readonly livetimeNanoseconds: bigint
}

export const defaultMinimumShift = 1

/** A duration of seconds in nanoseconds. */
export function nanosecondsOf(where: string, name: string, seconds: number): bigint {
  if (!(seconds >= 0 && Number.isFinite(seconds)))
    throw new QuadrupoleError('argument', `search.${where}: expected ${name} of at least 0 seconds, got ${seconds}`)
  return GpsTime.fromSeconds(seconds).nanoseconds
}

/**
 * The pieces of data that a time slide makes coincide: detector d's sample at its own time t is seen at t + shift d.
 *
 * @param spans for each detector, the half-open spans of its data; their union counts.
 * @param shifts for each detector, nanoseconds.
 * @throws `argument` for another number of shifts than of detectors, or durations below zero.
 *
 * @example
 * slidePieces([h1, l1], [0n, 5_000_000_000n]) // L1 five seconds late
 */
export function slidePieces(
  spans: readonly (readonly Span[])[],
  shifts: readonly bigint[],
  options: TimeSlideOptions = {},
): SlidePiece[] {
  return piecesOf(spans.map(stretchesOf), shifts, rulesOf('slidePieces', options))
}

/** The livetime of a time slide in nanoseconds, exactly: the sum of that of its pieces. Zero shifts give zero lag's. */
export function slideLivetime(
  spans: readonly (readonly Span[])[],
  shifts: readonly bigint[],
  options: TimeSlideOptions = {},
): bigint {
  return livetimeOf(piecesOf(spans.map(stretchesOf), shifts, rulesOf('slideLivetime', options)))
}

export const livetimeOf = (pieces: readonly SlidePiece[]): bigint =>
  pieces.reduce((sum, { livetimeNanoseconds }) => sum + livetimeNanoseconds, 0n)

/** `TimeSlideOptions` in nanoseconds. */
export interface SlideRules {
  readonly isRing: boolean
  readonly minimumShift: bigint
  readonly dead: bigint
  readonly stride: bigint
}

export function rulesOf(where: string, options: TimeSlideOptions): SlideRules {
  const { wrap = 'none', deadSeconds = 0, strideSeconds = 1e-9, minimumShiftSeconds = defaultMinimumShift } = options
  const stride = nanosecondsOf(where, 'strideSeconds', strideSeconds)
  if (stride === 0n)
    throw new QuadrupoleError('argument', `search.${where}: expected strideSeconds above 0, got ${strideSeconds}`)
  return {
    isRing: wrap === 'ring',
    minimumShift: nanosecondsOf(where, 'minimumShiftSeconds', minimumShiftSeconds),
    dead: nanosecondsOf(where, 'deadSeconds', deadSeconds),
    stride,
  }
}

export function piecesOf(
  detectors: readonly (readonly Stretch[])[],
  shifts: readonly bigint[],
  rules: SlideRules,
): SlidePiece[] {
  if (shifts.length !== detectors.length)
    throw new QuadrupoleError(
      'argument',
      `search.slidePieces: expected a shift for each of ${detectors.length} detectors, got ${shifts.length}`,
    )
  const coincident = detectors
    .map((stretches, d) => (rules.isRing ? stretches : stretches.map(moveBy(shifts[d]!))))
    .reduce((common, stretches) => intersection(common, stretches))
  return coincident.flatMap(stretch =>
    rules.isRing
      ? ringPieces(stretch, shifts, rules)
      : [
          pieceOf(
            shifts.map(shift => stretch.start - shift),
            durationOf(stretch),
            rules,
          ),
        ],
  )
}

const moveBy =
  (shift: bigint) =>
  ({ start, end }: Stretch): Stretch => ({ start: start + shift, end: end + shift })

/** The stretch cut at each detector's seam: what shows the stretch's beginning there shows its end just before. */
function ringPieces(stretch: Stretch, shifts: readonly bigint[], rules: SlideRules): SlidePiece[] {
  const length = durationOf(stretch)
  if (isTurnedFully(shifts, length) || isNearTrue(shifts, length, rules.minimumShift)) return []
  const turns = shifts.map(shift => modulo(shift, length))
  const cuts = [...new Set([0n, ...turns, length])].sort((a, b) => (a < b ? -1 : 1))
  return cuts.slice(1).map((end, i) => {
    const start = cuts[i]!
    return pieceOf(
      turns.map(turn => stretch.start + modulo(start - turn, length)),
      end - start,
      rules,
    )
  })
}

const relativeShifts = (shifts: readonly bigint[]): bigint[] =>
  shifts.flatMap((shift, d) => shifts.slice(0, d).map(other => shift - other))

/** Whether all detectors are further apart than a ring is long, so that a smaller shift gives the same. */
const isTurnedFully = (shifts: readonly bigint[], length: bigint): boolean =>
  relativeShifts(shifts).every(shift => shift >= length || -shift >= length)

/** Whether two detectors come nearer to their true alignment than the minimum, on either way round. */
const isNearTrue = (shifts: readonly bigint[], length: bigint, minimum: bigint): boolean =>
  relativeShifts(shifts).some(shift => {
    const apart = modulo(shift, length)
    return apart < minimum || length - apart < minimum
  })

function pieceOf(starts: readonly bigint[], nanoseconds: bigint, { dead, stride }: SlideRules): SlidePiece {
  const usable = nanoseconds > dead ? nanoseconds - dead : 0n
  return {
    starts: starts.map(start => GpsTime.fromNanoseconds(start)),
    nanoseconds,
    livetimeNanoseconds: (usable / stride) * stride,
  }
}

const modulo = (value: bigint, length: bigint): bigint => ((value % length) + length) % length
