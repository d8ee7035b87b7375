/** How periodograms are combined. */
export type Average = 'mean' | 'median' | 'median-mean'

/**
 * The ratio of the median of `segments` exponential variates to their mean: the alternating harmonic series up to an odd
 * number of terms (Allen et al. 2012, arXiv:gr-qc/0509116, appendix B).
 */
function medianBias(segments: number): number {
  let bias = 1
  for (let n = 2; n < segments; n += 2) bias += 1 / (n + 1) - 1 / n
  return bias
}

/**
 * The median of `count` values from `start` on, which are reordered: by selection (Hoare's), a few passes instead of a
 * sort.
 */
function medianOf(values: Float64Array, start: number, count: number): number {
  const middle = start + (count >> 1)
  let low = start
  let high = start + count - 1
  while (low < high) {
    const pivot = values[(low + high) >> 1]!
    let i = low
    let j = high
    while (i <= j) {
      while (values[i]! < pivot) i++
      while (values[j]! > pivot) j--
      if (i <= j) {
        const value = values[i]!
        values[i++] = values[j]!
        values[j--] = value
      }
    }
    if (middle <= j) high = j
    else if (middle >= i) low = i
    else break
  }
  if (count % 2 === 1) return values[middle]!
  let below = values[start]!
  for (let i = start + 1; i < middle; i++) if (values[i]! > below) below = values[i]!
  return (below + values[middle]!) / 2
}

/** Bins whose values are gathered at a time, so that a row's cache line is read once. */
const gathered = 16

/**
 * Averages periodograms bin by bin, without bias. `rows` are the numbers of the rows to use of `powers`
 * (`[any, bins]`), in order of time: for `median-mean` the medians of every other row are averaged (Allen et al. 2012,
 * arXiv:gr-qc/0509116, appendix B), so that overlapping neighbours don't share a median.
 */
export function averagePeriodograms(
  powers: Float64Array,
  bins: number,
  rows: readonly number[],
  average: Average,
): Float64Array {
  const values = new Float64Array(bins)
  if (average === 'mean') {
    for (let bin = 0; bin < bins; bin++) {
      let sum = 0
      for (const row of rows) sum += powers[row * bins + bin]!
      values[bin] = sum / rows.length
    }
    return values
  }
  const isSplit = average === 'median-mean' && rows.length > 1
  const groups = isSplit ? [0, 1].map(parity => rows.filter((_, i) => i % 2 === parity)) : [rows]
  const columns = new Float64Array(gathered * rows.length)
  for (const group of groups) {
    const count = group.length
    const scale = 1 / (medianBias(count) * groups.length)
    for (let from = 0; from < bins; from += gathered) {
      const width = Math.min(gathered, bins - from)
      for (let i = 0; i < count; i++) {
        const at = group[i]! * bins + from
        for (let k = 0; k < width; k++) columns[k * count + i] = powers[at + k]!
      }
      for (let k = 0; k < width; k++) values[from + k]! += medianOf(columns, k * count, count) * scale
    }
  }
  return values
}
