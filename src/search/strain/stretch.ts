import type { Span } from '../../gw/index.ts'

/** An unbroken stretch of strain, as a search is given it. */
export interface StrainStretch {
  readonly detectors: readonly string[]
  /** Hz. */
  readonly sampleRate: number
  readonly span: Span
  /** Strain within the stretch, `[detectors, samples]`, for a PSD and the like. */
  read(span: Span): Promise<Float64Array>
  /** All of it in order, `[detectors, samples]` a piece, by default 64 s each. */
  chunks(seconds?: number): AsyncIterable<Float64Array>
}

/** Strain that can be read by time. */
export type ReadableStrain = Pick<StrainStretch, 'detectors' | 'sampleRate' | 'read'>

export interface StrainStretchOptions {
  /** Called with the seconds of strain that have been read on by. */
  readonly onProgress?: ((seconds: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** A span of strain as a stretch to search. */
export function strainStretch(
  { detectors, sampleRate, read }: ReadableStrain,
  span: Span,
  { onProgress, signal }: StrainStretchOptions = {},
): StrainStretch {
  const duration = span.end.minus(span.start)
  return {
    detectors,
    sampleRate,
    span,
    read,
    async *chunks(seconds = 64) {
      for (let at = 0; at < duration; at += seconds) {
        signal?.throwIfAborted()
        const end = Math.min(duration, at + seconds)
        yield await read({ start: span.start.plus(at), end: span.start.plus(end) })
        onProgress?.(end - at)
      }
    },
  }
}
