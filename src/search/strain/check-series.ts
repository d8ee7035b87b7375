import {
  type CheckQualityOptions,
  checkQuality,
  type QualityFault,
  SegmentSet,
  type StrainPiece,
} from '../../data/index.ts'
import { firstSampleFrom, type Span } from '../../gw/index.ts'
import { type FilePart, partSpan } from './file-parts.ts'
import type { OpenFiles } from './open-files.ts'
import type { DetectorSeries, Series } from './series.ts'

/** Samples `from` to `to` (not included) of a series. */
export interface SampleSpan {
  readonly from: number
  readonly to: number
}

/** What of a detector's series is good. */
export interface CheckedSeries {
  /** Unbroken stretches of good samples of each series, in order. */
  readonly good: ReadonlyMap<Series, readonly SampleSpan[]>
  readonly leftOut: readonly QualityFault[]
}

export interface CheckSeriesOptions {
  readonly quality?: CheckQualityOptions
  /** Called with the seconds of strain that have been checked. */
  readonly onCheck?: ((seconds: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Reads the series of a detector through by `checkQuality`, which says what faults are. */
export async function checkSeries(
  { series: all, repeated }: Pick<DetectorSeries, 'series' | 'repeated'>,
  files: OpenFiles,
  { quality, onCheck, signal }: CheckSeriesOptions = {},
): Promise<CheckedSeries> {
  const checked = new Map<FilePart, SegmentSet>()
  const leftOut = new Map<string, QualityFault>()
  for (const part of [...all.flatMap(({ parts }) => parts.map(({ part }) => part)), ...repeated]) {
    signal?.throwIfAborted()
    const { faults, good } = await files.use(part.path, file => {
      const piece = pieceOf(part, file.pieces[part.piece]!, span => {
        signal?.throwIfAborted()
        onCheck?.(span.end.minus(span.start))
      })
      return checkQuality(archiveOf(piece, part, file.pieces[part.piece]!.span), quality)
    })
    checked.set(part, good.get(part.detector) ?? SegmentSet.empty)
    // Files over the same time may flag it alike.
    for (const fault of faults)
      leftOut.set([fault.kind, fault.span.start, fault.span.end, ...(fault.tests ?? [])].join(), fault)
  }
  const faults = [...leftOut.values()].sort((a, b) => a.span.start.minus(b.span.start))
  // What one file says of a time holds for the samples of another.
  const isFlag = ({ kind }: QualityFault): boolean => kind === 'flagged'
  const spansOf = (which: readonly QualityFault[]) => SegmentSet.of(which.map(({ span }) => span))
  const bad = spansOf(faults.filter(isFlag)).union(
    spansOf(faults.filter(fault => !isFlag(fault))).contract(-(quality?.padding ?? 0)),
  )
  const good = all.map(series => {
    const spans = series.parts.flatMap(({ part, at }) =>
      checked
        .get(part)!
        .subtract(bad)
        .spans.map(span => samplesOf(span, part, at - part.from)),
    )
    return [series, joined(spans)] as const
  })
  return { good: new Map(good), leftOut: faults }
}

/** What a part takes of a piece, as a piece. */
function pieceOf(part: FilePart, piece: StrainPiece, onRead: (span: Span) => void): StrainPiece {
  const { path, channel, sampleRate } = piece
  const span = partSpan(part)
  return {
    path,
    channel,
    sampleRate,
    span,
    usable: span,
    get quality() {
      return piece.quality
    },
    get injections() {
      return piece.injections
    },
    read(wanted = span) {
      onRead(wanted)
      return piece.read(wanted)
    },
  }
}

const archiveOf = (piece: StrainPiece, { detector }: FilePart, whole: Span) => ({
  detectors: [detector],
  sampleRate: piece.sampleRate,
  pieces: () => [piece],
  coverage: () => SegmentSet.of([whole]),
  read: (_: string, span: Span) => piece.read(span),
  close: () => undefined,
})

/** The samples of a span that lies in a part, by their numbers in the piece and `shift` more. */
function samplesOf({ start, end }: Span, part: FilePart, shift: number): SampleSpan {
  const inPart = (sample: number) => Math.min(Math.max(sample, part.from), part.to)
  return { from: inPart(firstSampleFrom(start, part)) + shift, to: inPart(firstSampleFrom(end, part)) + shift }
}

/** Spans in order, those that follow each other as one, without empty ones. */
function joined(spans: readonly SampleSpan[]): readonly SampleSpan[] {
  const all: { from: number; to: number }[] = []
  for (const { from, to } of spans) {
    const last = all.at(-1)
    if (to <= from) continue
    if (last?.to === from) last.to = to
    else all.push({ from, to })
  }
  return all
}
