import { builtUrl, type WorkerPool, workerTask } from '../../core/index.ts'
import { type CheckQualityOptions, type QualityFault, SegmentSet } from '../../data/index.ts'
import { firstSampleFrom, type Span } from '../../gw/index.ts'
import {
  type CheckedPart,
  checkedOf,
  checkPart,
  type checkPlainPart,
  type PartToCheck,
  type PlainPart,
  plainPart,
} from './check-part.ts'
import { type FilePart, partSpan } from './file-parts.ts'
import type { OpenFiles } from './open-files.ts'
import type { DetectorSeries, Series } from './series.ts'

const checkTask = workerTask<PlainPart, ReturnType<typeof checkPlainPart>>(
  builtUrl(import.meta.url, './check-part.js'),
  'checkPlainPart',
)

/** Samples from which on it is worth while to check in threads: each has to load what reads files first. */
const sharedFrom = 2 ** 22

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
  /** Checks long series in these threads, to the same outcome. */
  readonly pool?: WorkerPool | undefined
}

/** Reads the series of a detector through by `checkQuality`, which says what faults are. */
export async function checkSeries(
  { series: all, repeated }: Pick<DetectorSeries, 'series' | 'repeated'>,
  files: OpenFiles,
  options: CheckSeriesOptions = {},
): Promise<CheckedSeries> {
  const { quality } = options
  const parts = [...all.flatMap(({ parts }) => parts.map(({ part }) => part)), ...repeated]
  const checked = new Map<FilePart, SegmentSet>()
  const leftOut = new Map<string, QualityFault>()
  for (const [i, { faults, good }] of (await checkParts(parts, files, options)).entries()) {
    checked.set(parts[i]!, good)
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

/** Checks parts in this thread, or in others where there is much to read. */
async function checkParts(
  parts: readonly FilePart[],
  files: OpenFiles,
  { quality, onCheck, signal, pool }: CheckSeriesOptions,
): Promise<readonly CheckedPart[]> {
  const requestOf = (part: FilePart): PartToCheck => {
    const { detector, path, piece } = part
    return { detector, path, piece, span: partSpan(part), quality }
  }
  const samples = parts.reduce((sum, { from, to }) => sum + to - from, 0)
  if (pool === undefined || quality?.vetoes !== undefined || samples < sharedFrom) {
    const checked: CheckedPart[] = []
    for (const part of parts) {
      signal?.throwIfAborted()
      const onRead = (span: Span): void => {
        signal?.throwIfAborted()
        onCheck?.(span.end.minus(span.start))
      }
      checked.push(await files.use(part.path, file => checkPart(requestOf(part), file.pieces[part.piece]!, onRead)))
    }
    return checked
  }
  /** A part is asked for when another is done. */
  function* requests(): Generator<PlainPart> {
    for (const part of parts) {
      yield plainPart(requestOf(part))
      onCheck?.((part.to - part.from) / part.sampleRate)
    }
  }
  return (await pool.map(checkTask, requests(), { ...(signal && { signal }) })).map(checkedOf)
}

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
