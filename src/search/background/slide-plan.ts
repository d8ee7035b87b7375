import { QuadrupoleError } from '../../core/index.ts'
import type { Span } from '../../gw/index.ts'
import { defaultMinimumShift, livetimeOf, nanosecondsOf, piecesOf, rulesOf, type TimeSlideOptions } from './slide.ts'
import { durationOf, earlier, intersection, later, type Stretch, stretchesOf } from './spans.ts'

export interface PlanSlidesOptions extends TimeSlideOptions {
  /** Background to reach, seconds. */
  readonly livetimeSeconds: number
  /**
   * Seconds from one slide to the next; the minimum shift by default. Slides nearer to each other than the search's window
   * and integration are long see the same coincidences again.
   */
  readonly stepSeconds?: number
}

/** One time slide. */
export interface TimeSlide {
  /** What each detector's time axis is moved by, nanoseconds. */
  readonly shifts: readonly bigint[]
  readonly livetimeNanoseconds: bigint
}

/** Time slides, and what they add up to. */
export interface SlidePlan {
  readonly slides: readonly TimeSlide[]
  readonly livetimeNanoseconds: bigint
  /** Whether the data have slides enough for the livetime asked for. */
  readonly isReached: boolean
}

/**
 * Time slides of two or more detectors to a livetime, the smallest shifts first. In slide k, detector d is moved by
 * d k steps, with k = 1, -1, 2, -2, ... (in a ring 1, 2, ..., since there -1 is 1 less than a full turn). So no two
 * detectors are ever nearer to their true alignment than a step, zero lag is never used, and no moment of one detector
 * meets the same moment of another twice.
 *
 * Slides of the same data are not independent: the relative error of a rate from many of them stops falling at about
 * that of the detectors' own numbers of triggers (Was et al., arXiv:0906.2120).
 *
 * @throws `argument` for fewer than two detectors, a livetime or a step that is not positive, or a step below the minimum
 * shift.
 *
 * @example
 * planSlides([h1, l1], { livetimeSeconds: 31_557_600, stepSeconds: 4 })
 */
export function planSlides(spans: readonly (readonly Span[])[], options: PlanSlidesOptions): SlidePlan {
  const { livetimeSeconds, minimumShiftSeconds = defaultMinimumShift, stepSeconds = minimumShiftSeconds } = options
  const rules = rulesOf('planSlides', options)
  const target = nanosecondsOf('planSlides', 'livetimeSeconds', livetimeSeconds)
  const step = nanosecondsOf('planSlides', 'stepSeconds', stepSeconds)
  check(spans.length, { target, step, minimumShift: rules.minimumShift })
  const all = spans.map(stretchesOf)
  // In a ring all that is ever seen is the coincident data of zero lag.
  const coincident = all.reduce((common, stretches) => intersection(common, stretches))
  const detectors = rules.isRing ? all.map(() => coincident) : all
  const furthest = rules.isRing ? longestOf(coincident) : extentOf(all)
  const signs = rules.isRing ? [1n] : [1n, -1n]

  const slides: TimeSlide[] = []
  let livetime = 0n
  for (let k = 1n; k * step < furthest && livetime < target; k++)
    for (const sign of signs) {
      if (livetime >= target) break
      const shifts = detectors.map((_, d) => BigInt(d) * sign * k * step)
      const livetimeNanoseconds = livetimeOf(piecesOf(detectors, shifts, rules))
      if (livetimeNanoseconds === 0n) continue
      slides.push({ shifts, livetimeNanoseconds })
      livetime += livetimeNanoseconds
    }
  return { slides, livetimeNanoseconds: livetime, isReached: livetime >= target }
}

const longestOf = (stretches: readonly Stretch[]): bigint => stretches.map(durationOf).reduce(later, 0n)

/** From the first moment of any detector's data to the last: beyond, no shift lets anything coincide. */
function extentOf(detectors: readonly (readonly Stretch[])[]): bigint {
  const stretches = detectors.flat()
  if (stretches.length === 0) return 0n
  const start = stretches.map(each => each.start).reduce(earlier)
  const end = stretches.map(each => each.end).reduce(later)
  return end - start
}

function check(
  detectors: number,
  { target, step, minimumShift }: { readonly target: bigint; readonly step: bigint; readonly minimumShift: bigint },
): void {
  const refuse = (message: string) => {
    throw new QuadrupoleError('argument', `search.planSlides: ${message}`)
  }
  if (detectors < 2) refuse(`expected data of at least two detectors, got ${detectors}; one alone has no time slides`)
  if (target === 0n) refuse('expected livetimeSeconds above 0, got 0')
  if (step === 0n || step < minimumShift)
    refuse(
      `expected stepSeconds of at least the minimum shift, ${Number(minimumShift) / 1e9} s, got ${Number(step) / 1e9}; ` +
        'nearer detectors could see one signal together',
    )
}
