import { QuadrupoleError } from '../core/index.ts'
import { fastLength, irfft, rfft } from '../tensor/fft/index.ts'

/** Circular convolution over `size` samples: of x and taps, which zeros are put behind. */
function convolveCircular(x: Float64Array, taps: Float64Array, size: number): Float64Array {
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
  return irfft(productRe, productIm, size)
}

/**
 * Linear convolution of a signal with a filter by FFT, cut to the signal's length and centred on it (NumPy's `same`):
 * outside its span the signal counts as zero, and nothing wraps round.
 *
 * @throws `argument` for a filter longer than the signal, or empty.
 */
export function convolveSame(x: Float64Array, taps: Float64Array): Float64Array {
  requireShorter('convolveSame', x, taps)
  const start = (taps.length - 1) >> 1
  return convolveCircular(x, taps, fastLength(x.length + taps.length - 1)).slice(start, start + x.length)
}

/**
 * The part of `convolveSame` where the filter lies inside the signal (NumPy's `valid`): `x.length - taps.length + 1`
 * samples.
 *
 * @throws `argument` for a filter longer than the signal, or empty.
 */
export function convolveValid(x: Float64Array, taps: Float64Array): Float64Array {
  requireShorter('convolveValid', x, taps)
  // What wraps round falls on outputs that are cut away.
  return convolveCircular(x, taps, fastLength(x.length)).slice(taps.length - 1, x.length)
}

function requireShorter(name: string, x: Float64Array, taps: Float64Array): void {
  if (taps.length === 0 || taps.length > x.length)
    throw new QuadrupoleError(
      'argument',
      `signal.${name}: expected a filter of 1 to ${x.length} taps (the signal's length), got ${taps.length}`,
    )
}
