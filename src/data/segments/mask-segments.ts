import type { GpsTime } from '../../gw/index.ts'
import { dataError } from '../data-error.ts'
import type { QualityMask } from '../strain-file.ts'
import { SegmentSet } from './segment-set.ts'

/**
 * The times at which all of the named tests are passed (all tests there are unless some are named).
 *
 * @throws `format` (`layout`) for a name the mask does not have.
 *
 * @example
 * segmentsOfMask(piece.quality, ['DATA', 'CBC_CAT1']).livetime
 */
export function segmentsOfMask(
  { bits, names, t0, spacing }: QualityMask,
  tests: readonly string[] = names,
): SegmentSet {
  let wanted = 0
  for (const test of tests) {
    const bit = names.indexOf(test)
    if (bit < 0)
      throw dataError(
        'layout',
        `data.segmentsOfMask: the mask has no test ${test}; it has ${names.length > 0 ? names.join(', ') : 'no names'}`,
      )
    wanted |= 1 << bit
  }
  const timeOf = (index: number): GpsTime => t0.plus(index * spacing)
  const spans: { start: GpsTime; end: GpsTime }[] = []
  for (let from = 0; from < bits.length; from++) {
    if ((bits[from]! & wanted) !== wanted) continue
    let to = from + 1
    while (to < bits.length && (bits[to]! & wanted) === wanted) to++
    spans.push({ start: timeOf(from), end: timeOf(to) })
    from = to
  }
  return SegmentSet.of(spans)
}
