import {
  type CheckQualityOptions,
  checkQuality,
  openStrain,
  type QualityFault,
  SegmentSet,
  type StrainPiece,
} from '../../data/index.ts'
import { GpsTime, type Span } from '../../gw/index.ts'

/** Times in nanoseconds: what threads send each other keeps no class. */
type PlainSpan = readonly [start: bigint, end: bigint]

const plainSpan = ({ start, end }: Span): PlainSpan => [start.nanoseconds, end.nanoseconds]

const spanOf = ([start, end]: PlainSpan): Span => ({
  start: GpsTime.fromNanoseconds(start),
  end: GpsTime.fromNanoseconds(end),
})

/** A part of a piece of a file that is to be checked. */
export interface PartToCheck {
  readonly detector: string
  readonly path: string
  /** Which of the file's pieces. */
  readonly piece: number
  /** Of the part, within the piece. */
  readonly span: Span
  /** Without vetoes. */
  readonly quality?: CheckQualityOptions | undefined
}

/** What `checkQuality` says of a part. */
export interface CheckedPart {
  readonly faults: readonly QualityFault[]
  readonly good: SegmentSet
}

/** Checks a part whose file is open; `onRead` is told the spans that are read. */
export function checkPart(
  { detector, span, quality }: PartToCheck,
  whole: StrainPiece,
  onRead: (span: Span) => void = () => {},
): CheckedPart {
  const { path, channel, sampleRate } = whole
  const part: StrainPiece = {
    path,
    channel,
    sampleRate,
    span,
    usable: span,
    get quality() {
      return whole.quality
    },
    get injections() {
      return whole.injections
    },
    read(wanted = span) {
      onRead(wanted)
      return whole.read(wanted)
    },
  }
  const archive = {
    detectors: [detector],
    sampleRate,
    pieces: () => [part],
    coverage: () => SegmentSet.of([whole.span]),
    read: (_: string, wanted: Span) => part.read(wanted),
    close: () => undefined,
  }
  const { faults, good } = checkQuality(archive, quality)
  return { faults, good: good.get(detector) ?? SegmentSet.empty }
}

/** `PartToCheck` as plain data. */
export interface PlainPart extends Omit<PartToCheck, 'span'> {
  readonly span: PlainSpan
}

export const plainPart = ({ span, ...part }: PartToCheck): PlainPart => ({ ...part, span: plainSpan(span) })

/** `CheckedPart` as plain data. */
export interface PlainChecked {
  readonly faults: readonly (Omit<QualityFault, 'span'> & { readonly span: PlainSpan })[]
  readonly good: readonly PlainSpan[]
}

export const checkedOf = ({ faults, good }: PlainChecked): CheckedPart => ({
  faults: faults.map(({ span, ...fault }) => ({ ...fault, span: spanOf(span) })),
  good: SegmentSet.of(good.map(spanOf)),
})

/** Opens the file of a part and checks it, in a thread of a pool. */
export async function checkPlainPart({ span, ...part }: PlainPart): Promise<PlainChecked> {
  const file = await openStrain(part.path)
  try {
    const { faults, good } = checkPart({ ...part, span: spanOf(span) }, file.pieces[part.piece]!)
    return {
      faults: faults.map(({ span: own, ...fault }) => ({ ...fault, span: plainSpan(own) })),
      good: good.spans.map(plainSpan),
    }
  } finally {
    file.close()
  }
}
