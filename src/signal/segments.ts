import { QuadrupoleError } from '../core/index.ts'
import type { FloatArray } from '../tensor/fft/index.ts'

export interface SegmentOptions {
  /** Samples of one segment. */
  readonly segmentLength: number
  /** Samples that neighbouring segments share. */
  readonly overlap: number
}

/** How many whole segments fit a signal of `length` samples. */
export function countSegments(length: number, { segmentLength, overlap }: SegmentOptions): number {
  return Math.floor((length - overlap) / (segmentLength - overlap))
}

/**
 * Cuts a signal into overlapping segments and tapers each: rows of shape `[segments, segmentLength]`. Samples after the
 * last whole segment are left out.
 */
export function cutSegments(
  x: FloatArray,
  {
    segmentLength,
    overlap,
    window,
    removeMean,
  }: SegmentOptions & { readonly window: Float64Array; readonly removeMean: boolean },
): Float64Array {
  const fail = (message: string): never => {
    throw new QuadrupoleError('argument', `signal.cutSegments: ${message}`, { details: { segmentLength, overlap } })
  }
  if (!Number.isInteger(segmentLength) || segmentLength < 1)
    fail(`segmentLength must be a positive integer, got ${segmentLength}`)
  if (!Number.isInteger(overlap) || overlap < 0 || overlap >= segmentLength)
    fail(`overlap must be an integer from 0 to ${segmentLength - 1}, got ${overlap}`)
  if (window.length !== segmentLength)
    fail(`the window has ${window.length} samples, expected segmentLength ${segmentLength}`)
  if (x.length < segmentLength)
    fail(`the signal has ${x.length} samples, fewer than one segment of ${segmentLength}; pass a shorter segmentLength`)
  const segments = countSegments(x.length, { segmentLength, overlap })
  const step = segmentLength - overlap
  const rows = new Float64Array(segments * segmentLength)
  for (let segment = 0; segment < segments; segment++) {
    const from = segment * step
    let mean = 0
    if (removeMean) {
      for (let i = 0; i < segmentLength; i++) mean += x[from + i]!
      mean /= segmentLength
    }
    for (let i = 0; i < segmentLength; i++) rows[segment * segmentLength + i] = (x[from + i]! - mean) * window[i]!
  }
  return rows
}
