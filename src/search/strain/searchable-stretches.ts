import { QuadrupoleError } from '../../core/index.ts'
import { coincident, SegmentSet, sampleNumberFrom } from '../../data/index.ts'
import type { Span } from '../../gw/index.ts'
import type { DetectorStrain } from './detector-strain.ts'
import { leftOutRemarks, spansText } from './left-out.ts'
import { type StrainStretch, type StrainStretchOptions, strainStretch } from './stretch.ts'

/** A stretch that can be searched, and what is wrong with the data around it, a sentence each. */
export interface SearchableStretch {
  readonly stretch: StrainStretch
  readonly remarks: readonly string[]
}

export interface SearchableStretchesOptions extends StrainStretchOptions {
  /** Hz. */
  readonly sampleRate: number
  /** Seconds. */
  readonly minDuration: number
}

/** Faults no further than this from a stretch are around it, seconds. */
const around = 1

/** Times that only some detectors have data of are told from this length on, seconds. */
const toldAlone = 1

/** The stretches in which all detectors can be used, and why other data are not in them. */
export function searchableStretches(
  strains: readonly DetectorStrain[],
  { sampleRate, minDuration, onProgress, signal }: SearchableStretchesOptions,
): { readonly stretches: readonly SearchableStretch[]; readonly remarks: readonly string[] } {
  const all = coincident(strains.map(({ usable }) => usable))
  const long = all.atLeast(minDuration)
  const short = all.subtract(long).spans
  const stretches = long.spans.map(span => ({
    stretch: stretchOf(strains, span, { sampleRate, onProgress, signal }),
    remarks: remarksAround(span, strains),
  }))
  const tooShort = `stretches shorter than ${minDuration} s are left out, at ${spansText(short)}`
  return { stretches, remarks: [...aloneRemarks(strains), ...(short.length > 0 ? [tooShort] : [])] }
}

function stretchOf(
  strains: readonly DetectorStrain[],
  whole: Span,
  { sampleRate, ...stretching }: StrainStretchOptions & { readonly sampleRate: number },
): StrainStretch {
  const within = SegmentSet.of([whole])
  const read = async (span: Span): Promise<Float64Array> => {
    const first = sampleNumberFrom(span.start, sampleRate)
    const count = sampleNumberFrom(span.end, sampleRate) - first
    if (!within.holds(span) || !(count > 0))
      throw new QuadrupoleError(
        'argument',
        `search.StrainStretch.read: GPS ${span.start} to ${span.end} is not within GPS ${whole.start} to ${whole.end} or ` +
          'has no sample; read a part of the stretch',
      )
    const rows = new Float64Array(strains.length * count)
    for (const [row, strain] of strains.entries())
      await strain.read(rows.subarray(row * count, (row + 1) * count), first)
    return rows
  }
  return strainStretch({ detectors: strains.map(({ detector }) => detector), sampleRate, read }, whole, stretching)
}

/** What ends a stretch, or is next to it. */
function remarksAround({ start, end }: Span, strains: readonly DetectorStrain[]): readonly string[] {
  const isAround = (span: Span): boolean => span.end.minus(start) >= -around && span.start.minus(end) <= around
  return strains.flatMap(({ leftOut, seams }) => [
    ...leftOutRemarks(leftOut.filter(({ span }) => isAround(span))),
    ...seams.filter(({ time }) => isAround({ start: time, end: time })).map(({ remark }) => remark),
  ])
}

/** Data before another detector's first and after its last. */
function aloneRemarks(strains: readonly DetectorStrain[]): readonly string[] {
  return strains.flatMap(({ detector, coverage }) =>
    strains.flatMap(other => {
      const alone = coverage.subtract(SegmentSet.of([other.coverage.extent!])).atLeast(toldAlone)
      const text = `${detector} is left out at ${spansText(alone.spans)}: ${other.detector} has no data then`
      return alone.size > 0 ? [text] : []
    }),
  )
}
