import type { Spectrum } from '../../signal/index.ts'

/** How far above what is around it a bin is a line, as a ratio of powers. */
const lineRatio = 6

/** What is around a bin: the median over so many Hz to each side. */
const around = 8

/**
 * A PSD whose lines are as wide as a whitening filter of some length can resolve. Cut to its length, the filter smears what
 * it takes out over 2 / length to each side, and a line that is narrower would shine through. Bins that stand out from those
 * around them give their value to their neighbours within that distance, where these have less; the rest stays as it is.
 */
export function widenLines({ values, resolution }: Spectrum, filterDuration: number): Spectrum {
  const reach = Math.round(around / resolution)
  const width = Math.ceil(2 / filterDuration / resolution)
  const widened = values.slice()
  for (let k = 0; k < values.length; k++) {
    const near = values.slice(Math.max(0, k - reach), k + reach + 1).sort()
    if (!(values[k]! > lineRatio * near[near.length >> 1]!)) continue
    for (let i = Math.max(0, k - width); i <= Math.min(values.length - 1, k + width); i++)
      widened[i] = Math.max(widened[i]!, values[k]!)
  }
  return { values: widened, resolution }
}
