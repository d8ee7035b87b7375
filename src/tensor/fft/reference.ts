import { rootOfUnity } from './roots.ts'

/**
 * The transform by its definition, in float64 and O(n^2): sum_t x_t exp(-2 pi i k t / n) for one row. Indices are reduced
 * modulo n exactly and sums are compensated (Neumaier), so that it can judge the fast ones.
 */
export function referenceDft(
  re: ArrayLike<number>,
  im: ArrayLike<number>,
  bins: readonly number[] = Array.from({ length: re.length }, (_, k) => k),
): { readonly re: Float64Array; readonly im: Float64Array } {
  const n = re.length
  const roots = Array.from({ length: n }, (_, k) => rootOfUnity(k, n))
  const outRe = new Float64Array(bins.length)
  const outIm = new Float64Array(bins.length)
  for (const [index, k] of bins.entries()) {
    const sumRe = compensatedSum()
    const sumIm = compensatedSum()
    // k t fits in 2^53 for every n below 9e7.
    for (let t = 0; t < n; t++) {
      const root = roots[(k * t) % n]!
      const a = re[t]!
      const b = im[t] ?? 0
      sumRe.add(a * root.re)
      sumRe.add(-b * root.im)
      sumIm.add(a * root.im)
      sumIm.add(b * root.re)
    }
    outRe[index] = sumRe.total()
    outIm[index] = sumIm.total()
  }
  return { re: outRe, im: outIm }
}

function compensatedSum(): { readonly add: (term: number) => void; readonly total: () => number } {
  let sum = 0
  let lost = 0
  return {
    add(term) {
      const next = sum + term
      lost += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum
      sum = next
    },
    total: () => sum + lost,
  }
}
