/**
 * Maxima of windows that slide over values one by one: out[i] = the largest of `values[i]` to `values[i + length - 1]`, for each
 * window that lies in them.
 *
 * Each value is compared three times whatever the length (van Herk 1992; Gil and Werman 1993): a window is the end of one block
 * of its length and the beginning of the next.
 */
export function slidingMaxima(values: Float64Array, length: number, out: Float64Array): void {
  const { length: count } = values
  for (let start = 0; start + length <= count; start += length) {
    const end = start + length
    let largest = values[end - 1]!
    for (let i = end - 1; i >= start; i--) {
      if (values[i]! > largest) largest = values[i]!
      if (i + length <= count) out[i] = largest
    }
    const last = Math.min(count, end + length - 1)
    if (end < last) largest = values[end]!
    for (let i = end; i < last; i++) {
      if (values[i]! > largest) largest = values[i]!
      const window = i - length + 1
      if (largest > out[window]!) out[window] = largest
    }
  }
}
