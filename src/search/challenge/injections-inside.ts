import type { ChallengeInjections } from '../../data/index.ts'
import { GpsTime, type Span } from '../../gw/index.ts'

/**
 * The injections of an official file that fall inside data: those that coalesce within a span and not less than
 * `paddingSeconds` (30 officially) from its ends, both included.
 */
export function injectionsInside(
  injections: ChallengeInjections,
  spans: readonly Span[],
  { paddingSeconds = 30 }: { readonly paddingSeconds?: number } = {},
): ChallengeInjections {
  const padded = spans.map(({ start, end }) => [start.plus(paddingSeconds), end.plus(-paddingSeconds)] as const)
  const isInside = Array.from(injections.tc, tc => {
    const { nanoseconds } = GpsTime.fromSeconds(tc)
    return padded.some(([start, end]) => nanoseconds >= start.nanoseconds && nanoseconds <= end.nanoseconds)
  })
  const keep = (values: Float64Array) => values.filter((_, i) => isInside[i])
  const { tc, distance, mass1, mass2, chirp_distance } = injections
  return {
    tc: keep(tc),
    distance: keep(distance),
    mass1: keep(mass1),
    mass2: keep(mass2),
    ...(chirp_distance && { chirp_distance: keep(chirp_distance) }),
  }
}
