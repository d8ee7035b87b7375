import { dataError, SegmentSet } from '../../data/index.ts'
import type { GpsTime, Span } from '../../gw/index.ts'
import { type FilePart, partSpan, partTime, readPart } from './file-parts.ts'
import { spansText } from './left-out.ts'
import type { OpenFiles } from './open-files.ts'

/** A part of a file in a series. */
export interface SeriesPart {
  readonly part: FilePart
  /** The series' sample at which it begins. */
  readonly at: number
}

/** Samples of a detector without a gap, on one grid, over any number of files. */
export interface Series {
  readonly detector: string
  /** Hz. */
  readonly sampleRate: number
  /** Time of sample 0. */
  readonly t0: GpsTime
  readonly parts: readonly SeriesPart[]
  readonly length: number
}

/** Series of a detector in order of time, and what is to be said about how they were put together. */
export interface DetectorSeries {
  readonly series: readonly Series[]
  /** Parts of which nothing is left, since other files have it: their flags hold all the same. */
  readonly repeated: readonly FilePart[]
  readonly remarks: readonly string[]
  /** Where one series follows another without a gap: nothing that is searched reaches across. */
  readonly seams: readonly { readonly time: GpsTime; readonly remark: string }[]
}

interface GrowingSeries extends Omit<Series, 'parts'> {
  readonly parts: SeriesPart[]
  length: number
}

/** Two times nearer than this are one: a GPS time in float64, as files have it, is rounded by half as much, seconds. */
const timeTolerance = 5e-7

/** Samples of overlapping files are the same if they differ by less than this part of their rms: float32 rounds them so. */
const sameWithin = 1e-6

/** Samples that are compared at a time. */
const comparedSamples = 2 ** 20

/** From the first sample to one period after the last. */
const seriesSpan = ({ parts }: Series): Span => ({
  start: partSpan(parts[0]!.part).start,
  end: partSpan(parts.at(-1)!.part).end,
})

/** The times of which there are samples. */
export const coverageOf = (series: readonly Series[]): SegmentSet => SegmentSet.of(series.map(seriesSpan))

/**
 * Puts parts of one detector together, in any order: those that follow each other become one series, what two files both
 * have is taken once.
 *
 * @throws `data` (`times`) for files that say different things of the same time: different samples, or at another rate
 * or other moments.
 */
export async function joinParts(parts: readonly FilePart[], files: OpenFiles): Promise<DetectorSeries> {
  const series: GrowingSeries[] = []
  const repeated: FilePart[] = []
  const remarks: string[] = []
  const seams: { time: GpsTime; remark: string }[] = []
  for (const whole of parts.toSorted((a, b) => partSpan(a).start.minus(partSpan(b).start))) {
    const part = await withoutKnown(whole, series, files)
    if (part.from > whole.from)
      remarks.push(
        `${part.detector} in ${part.path} is the same as in other files and taken from these at ` +
          spansText([{ start: partSpan(whole).start, end: partTime(part, part.from) }]),
      )
    if (part.from >= part.to) {
      repeated.push(part)
      continue
    }
    const last = series.at(-1)
    const at = last && placeIn(last, part)
    if (at !== undefined && at === last?.length) {
      last.parts.push({ part, at })
      last.length += part.to - part.from
      continue
    }
    if (last !== undefined && isSeam(last, part)) seams.push(seamOf(last, part))
    const { detector, sampleRate } = part
    const t0 = partSpan(part).start
    series.push({ detector, sampleRate, t0, parts: [{ part, at: 0 }], length: part.to - part.from })
  }
  const channels = new Map(series.flatMap(each => each.parts.map(({ part }) => [part.channel, part] as const)))
  if (channels.size > 1) {
    const list = Array.from(channels.values(), ({ channel, path }) => `${channel} (${path})`).join(' and ')
    remarks.push(`the data of ${parts[0]!.detector} are of several channels: ${list}`)
  }
  return { series, repeated, remarks, seams }
}

/** Samples `from` to `to` (not included) of a series. */
export async function readSeries(files: OpenFiles, series: Series, from: number, to: number): Promise<Float64Array> {
  const values = new Float64Array(to - from)
  for (const { part, at } of series.parts) {
    const [first, end] = [Math.max(from, at), Math.min(to, at + part.to - part.from)]
    if (first >= end) continue
    values.set(await readPart(files, part, part.from + first - at, part.from + end - at), first - from)
  }
  return values
}

/** The number that a part's first sample has in a series, or would have; nothing for samples of another grid. */
function placeIn({ sampleRate, t0 }: Series, part: FilePart): number | undefined {
  const place = partSpan(part).start.minus(t0) * sampleRate
  const nearest = Math.round(place)
  return part.sampleRate === sampleRate && Math.abs(place - nearest) <= timeTolerance * sampleRate ? nearest : undefined
}

/** What is left of a part once what earlier series have of it, which must be the same, is left away. */
async function withoutKnown(part: FilePart, series: readonly Series[], files: OpenFiles): Promise<FilePart> {
  let { from } = part
  const { start, end } = partSpan(part)
  for (const known of series) {
    const span = seriesSpan(known)
    const both = { start: later(start, span.start), end: earlier(end, span.end) }
    if (both.end.minus(both.start) <= timeTolerance) continue
    const place = placeIn(known, part)
    const other = known.parts.find(({ part }) => partSpan(part).end.minus(both.start) > timeTolerance)!.part
    const refuse = (what: string): never => {
      throw dataError(
        'times',
        `search.openSearchStrain: ${other.path} and ${part.path} both hold ${part.detector} at ${spansText([both])}, ` +
          `${what}; leave one out`,
      )
    }
    if (part.sampleRate !== known.sampleRate) return refuse(`at ${other.sampleRate} Hz and at ${part.sampleRate} Hz`)
    if (place === undefined) return refuse('sampled at different moments')
    const until = part.from + Math.min(part.to - part.from, known.length - place)
    for (let at = part.from; at < until; at += comparedSamples) {
      const stop = Math.min(until, at + comparedSamples)
      const ours = await readPart(files, part, at, stop)
      const theirs = await readSeries(files, known, place + at - part.from, place + stop - part.from)
      const different = firstDifference(theirs, ours)
      if (different >= 0) refuse(`and differ from GPS ${partTime(part, at + different)} on`)
    }
    from = Math.max(from, until)
  }
  return { ...part, from }
}

/** Index of the first sample in which two series differ by more than rounding, -1 for none; NaN is like NaN. */
function firstDifference(a: Float64Array, b: Float64Array): number {
  let power = 0
  let finite = 0
  for (const value of a)
    if (Number.isFinite(value)) {
      power += value * value
      finite++
    }
  const tolerance = finite === 0 ? 0 : sameWithin * Math.sqrt(power / finite)
  return a.findIndex((value, n) => !Object.is(value, b[n]) && !(Math.abs(value - b[n]!) <= tolerance))
}

/** Whether not a sample is missing between a series and a part that does not continue it. */
const isSeam = (series: Series, part: FilePart): boolean =>
  partSpan(part).start.minus(seriesSpan(series).end) < 1 / Math.min(series.sampleRate, part.sampleRate)

function seamOf(series: Series, part: FilePart): { readonly time: GpsTime; readonly remark: string } {
  const { path, sampleRate } = series.parts.at(-1)!.part
  const time = partSpan(part).start
  const what =
    sampleRate === part.sampleRate
      ? 'its samples fall at other moments'
      : `its sample rate changes from ${sampleRate} to ${part.sampleRate} Hz`
  return {
    time,
    remark: `${part.detector} is not searched across GPS ${time}: ${what} (from ${path} to ${part.path})`,
  }
}

const earlier = (a: GpsTime, b: GpsTime): GpsTime => (a.minus(b) < 0 ? a : b)
const later = (a: GpsTime, b: GpsTime): GpsTime => (a.minus(b) > 0 ? a : b)
