/** How periodograms are combined. */
export type Average = 'mean' | 'median' | 'median-mean'

/**
 * The ratio of the median of `segments` exponential variates to their mean: the alternating harmonic series up to an odd
 * number of terms (Allen et al. 2012, arXiv:gr-qc/0509116, appendix B).
 */
export function medianBias(segments: number): number {
  let bias = 1
  for (let n = 2; n < segments; n += 2) bias += 1 / (n + 1) - 1 / n
  return bias
}

/** The median of the first `count` values, which are reordered: by selection (Hoare's), a few passes instead of a sort. */
function medianOf(values: Float64Array, count: number): number {
  const middle = count >> 1
  let low = 0
  let high = count - 1
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
  let below = values[0]!
  for (let i = 1; i < middle; i++) if (values[i]! > below) below = values[i]!
  return (below + values[middle]!) / 2
}

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
  const column = new Float64Array(rows.length)
  for (const group of groups) {
    const scale = 1 / (medianBias(group.length) * groups.length)
    for (let bin = 0; bin < bins; bin++) {
      for (let i = 0; i < group.length; i++) column[i] = powers[group[i]! * bins + bin]!
      values[bin]! += medianOf(column, group.length) * scale
    }
  }
  return values
}
