/** How far the highest of many values stands above the others. */
export interface Standout {
  /** Its place among the values. */
  readonly index: number
  readonly value: number
  /** Place and value of the highest that is further from it than the exclusion. */
  readonly nextIndex: number
  readonly next: number
  /** Median of all values outside the exclusion. */
  readonly median: number
  /** Their standard deviation, estimated from the median absolute deviation. */
  readonly sigma: number
  /** `(value - median) / sigma`. */
  readonly sigmas: number
  /** `(value - median) / (next - median)`: near 1 where nothing stands out. */
  readonly prominence: number
}

const medianOf = (sorted: Float64Array): number => sorted[sorted.length >> 1]!

/**
 * Finds the highest value and compares it with those at least `exclusion` places away, which share no data with it.
 * There must be some.
 */
export function standout(values: Float64Array, { exclusion }: { readonly exclusion: number }): Standout {
  let index = 0
  for (let i = 1; i < values.length; i++) if (values[i]! > values[index]!) index = i
  let nextIndex = -1
  const rest: number[] = []
  for (let i = 0; i < values.length; i++) {
    if (Math.abs(i - index) < exclusion) continue
    rest.push(values[i]!)
    if (nextIndex < 0 || values[i]! > values[nextIndex]!) nextIndex = i
  }
  const others = Float64Array.from(rest).sort()
  const median = medianOf(others)
  const sigma = 1.4826 * medianOf(others.map(value => Math.abs(value - median)).sort())
  const [value, next] = [values[index]!, values[nextIndex]!]
  const excess = value - median
  return { index, value, nextIndex, next, median, sigma, sigmas: excess / sigma, prominence: excess / (next - median) }
}
