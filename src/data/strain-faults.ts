import type { Span, TimeSeries } from '../gw/index.ts'

/** A stretch of samples that no detector measured. */
export interface StrainFault {
  readonly kind: 'not-finite' | 'flat'
  readonly span: Span
  readonly samples: number
}

export interface FindFaultsOptions {
  /** Shortest run of equal values that counts as flat, seconds. */
  readonly flatDuration?: number
}

/**
 * Stretches of NaN or infinite values and flat stretches (the same value over and over, zero included), in order of
 * time.
 */
export function findFaults(series: TimeSeries, { flatDuration = 1 / 64 }: FindFaultsOptions = {}): StrainFault[] {
  const { values, sampleRate } = series
  const flatSamples = Math.max(2, Math.round(flatDuration * sampleRate))
  const faults: StrainFault[] = []
  let from = 0
  while (from < values.length) {
    const finite = Number.isFinite(values[from])
    let to = from + 1
    while (to < values.length && (finite ? values[to] === values[from] : !Number.isFinite(values[to]))) to++
    if (!finite || to - from >= flatSamples)
      faults.push({
        kind: finite ? 'flat' : 'not-finite',
        span: { start: series.timeOf(from), end: series.timeOf(to) },
        samples: to - from,
      })
    from = to
  }
  return faults
}
