import type { Span, TimeSeries } from '../gw/index.ts'
import type { SegmentSet } from './segments/segment-set.ts'

/** Strain of several detectors that is read where it is needed: an archive of files, or simulated noise. */
export interface StrainSource {
  readonly detectors: readonly string[]
  /** Hz. */
  readonly sampleRate: number
  /** The times of which there are samples, each stretch beginning with one. */
  coverage(detector: string): SegmentSet
  /**
   * The samples of a detector within a span, which may reach across files that follow on each other; not checked.
   *
   * @throws `data`: `detectors` for a detector that is not there, `times` for a span with a gap.
   */
  read(detector: string, span: Span): TimeSeries
}
