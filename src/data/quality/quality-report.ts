import type { Span } from '../../gw/index.ts'
import { coincident, SegmentSet } from '../segments/segment-set.ts'
import type { StrainArchive } from '../strain-archive.ts'
import type { QualityMask, StrainPiece } from '../strain-file.ts'
import { createFaultScanner, type FindFaultsOptions, type SampleFault } from './strain-faults.ts'

/** Why a stretch of a detector's data is not to be used. */
export interface QualityFault {
  readonly detector: string
  readonly kind:
    | SampleFault
    | 'missing' // between the detector's first and last sample there are none
    | 'tapered' // the file was prepared with a taper here
    | 'flagged' // a data-quality or injection test is not passed
  readonly span: Span
  /** The file, where there is one. */
  readonly path?: string
  /** Tests that are not passed, where it is flagged. */
  readonly tests?: readonly string[]
}

/** What of an archive can be used, and why the rest can't. */
export interface QualityReport {
  /** By detector, then in order of time. */
  readonly faults: readonly QualityFault[]
  /** Good data of each detector. */
  readonly good: ReadonlyMap<string, SegmentSet>
}

export interface CheckQualityOptions extends FindFaultsOptions {
  /**
   * Tests that must be passed wherever a file names them. By default data must be there (`DATA`), without critical or
   * severe problems for binary searches (`CBC_CAT1`, `CBC_CAT2`), and without hardware injections of short signals.
   */
  readonly tests?: readonly string[]
  /** Seconds on either side of a fault in the samples that are not good either. */
  readonly padding?: number
  /** Times not to be used whatever the data are, such as gates, for every detector or by detector. */
  readonly vetoes?: SegmentSet | ReadonlyMap<string, SegmentSet>
}

const defaultTests = ['DATA', 'CBC_CAT1', 'CBC_CAT2', 'NO_CBC_HW_INJ', 'NO_BURST_HW_INJ', 'NO_DETCHAR_HW_INJ'] as const

/** Samples that are read at a time. */
const chunkSamples = 2 ** 20

/**
 * Reads an archive through, in chunks, and finds what must be kept out of spectra and windows: NaN, infinities, flat lines,
 * clipping, seconds without noise, missing data, tapers and seconds that fail data-quality tests, each with its GPS times.
 *
 * @throws What reading throws.
 *
 * @example
 * const report = checkQuality(archive)
 * goodStretches(report, { minDuration: 64 }).spans
 */
export function checkQuality(archive: StrainArchive, options: CheckQualityOptions = {}): QualityReport {
  const { vetoes = SegmentSet.empty } = options
  const faults: QualityFault[] = []
  const good = new Map<string, SegmentSet>()
  for (const detector of archive.detectors) {
    const coverage = archive.coverage(detector)
    const own = archive.pieces(detector).map(piece => checkPiece(piece, detector, options))
    const gaps = SegmentSet.of([coverage.extent!]).subtract(coverage)
    const missing = gaps.spans.map((span): QualityFault => ({ detector, kind: 'missing', span }))
    const inOrder = [...missing, ...own.flatMap(({ faults }) => faults)].sort(
      (a, b) => a.span.start.minus(b.span.start) || a.span.end.minus(b.span.end),
    )
    faults.push(...inOrder)
    const veto = vetoes instanceof SegmentSet ? vetoes : (vetoes.get(detector) ?? SegmentSet.empty)
    const clean = own.reduce((all, piece) => all.union(piece.good), SegmentSet.empty)
    good.set(detector, clean.subtract(veto))
  }
  return { faults, good }
}

function checkPiece(
  piece: StrainPiece,
  detector: string,
  { tests = defaultTests, padding = 0, ...scan }: CheckQualityOptions,
): { readonly faults: readonly QualityFault[]; readonly good: SegmentSet } {
  const { path, span, usable, sampleRate } = piece
  const scanner = createFaultScanner({ t0: span.start, sampleRate }, scan)
  for (let sample = 0, from = span.start; from.minus(span.end) < 0; ) {
    sample += chunkSamples
    const next = span.start.plus(sample / sampleRate)
    const to = next.minus(span.end) < 0 ? next : span.end
    scanner.push(piece.read({ start: from, end: to }).values)
    from = to
  }
  const whole = SegmentSet.of([span])
  const within = SegmentSet.of([usable])
  // A taper is one fault, whatever else can be said of it.
  const inSamples = scanner.finish().flatMap(fault => {
    const { spans } = SegmentSet.of([fault.span]).intersect(within)
    return spans.map((span): QualityFault => ({ detector, kind: fault.kind, span, path }))
  })
  const tapers = whole.subtract(within).spans.map((span): QualityFault => ({ detector, kind: 'tapered', span, path }))
  const flags = [piece.quality, piece.injections].flatMap(mask =>
    mask === undefined ? [] : failedTests(mask, tests).map(fault => ({ ...fault, detector, path })),
  )
  const bad = SegmentSet.of(inSamples.map(({ span }) => span)).contract(-padding)
  const flagged = SegmentSet.of(flags.map(({ span }) => span))
  return { faults: [...inSamples, ...tapers, ...flags], good: within.subtract(bad).subtract(flagged) }
}

/** Stretches in which tests are not passed, those next to each other that fail the same tests joined. */
function failedTests(mask: QualityMask, tests: readonly string[]): Pick<QualityFault, 'kind' | 'span' | 'tests'>[] {
  const named = tests.filter(test => mask.names.includes(test))
  const faults: { kind: 'flagged'; span: Span; tests: string[] }[] = []
  for (const [index, word] of mask.bits.entries()) {
    const span = { start: mask.t0.plus(index * mask.spacing), end: mask.t0.plus((index + 1) * mask.spacing) }
    const here = named.filter(test => ((word >>> mask.names.indexOf(test)) & 1) === 0)
    const last = faults.at(-1)
    if (here.length === 0) continue
    if (last?.span.end.equals(span.start) && last.tests.join() === here.join())
      last.span = { ...last.span, end: span.end }
    else faults.push({ kind: 'flagged', span, tests: here })
  }
  return faults
}

export interface GoodStretchesOptions {
  /** Detectors that must all be good; those of the report by default. */
  readonly detectors?: readonly string[]
  /** Seconds. */
  readonly minDuration?: number
}

/** The stretches in which all detectors have good data, if they last long enough: windows and spectra are to be in these. */
export function goodStretches(
  { good }: QualityReport,
  { detectors = [...good.keys()], minDuration = 0 }: GoodStretchesOptions = {},
): SegmentSet {
  return coincident(detectors.map(detector => good.get(detector) ?? SegmentSet.empty)).atLeast(minDuration)
}
