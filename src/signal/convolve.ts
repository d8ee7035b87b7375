import { QuadrupoleError } from '../core/index.ts'
import { irfft, rfft } from '../tensor/fft/index.ts'

function nextPowerOfTwo(n: number): number {
  return 2 ** Math.ceil(Math.log2(n))
}

/**
 * Linear convolution of a signal with a filter by FFT, cut to the signal's length and centred on it (NumPy's `same`):
 * outside its span the signal counts as zero, and nothing wraps round.
 *
 * @throws `argument` for a filter longer than the signal, or empty.
 */
export function convolveSame(x: Float64Array, taps: Float64Array): Float64Array {
  if (taps.length === 0 || taps.length > x.length)
    throw new QuadrupoleError(
      'argument',
      `signal.convolveSame: expected a filter of 1 to ${x.length} taps (the signal's length), got ${taps.length}`,
    )
  const size = nextPowerOfTwo(x.length + taps.length - 1)
  const rows = new Float64Array(2 * size)
  rows.set(x)
  rows.set(taps, size)
  const { re, im } = rfft(rows, size)
  const bins = size / 2 + 1
  const productRe = new Float64Array(bins)
  const productIm = new Float64Array(bins)
  for (let k = 0; k < bins; k++) {
    productRe[k] = re[k]! * re[bins + k]! - im[k]! * im[bins + k]!
    productIm[k] = re[k]! * im[bins + k]! + im[k]! * re[bins + k]!
  }
  const start = (taps.length - 1) >> 1
  return irfft(productRe, productIm, size).slice(start, start + x.length)
}
