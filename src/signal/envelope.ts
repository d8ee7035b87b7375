import { irfft, rfft } from '../tensor/fft/index.ts'

/**
 * The envelope of an oscillating signal: the modulus of its analytic signal, whose imaginary part is the Hilbert
 * transform over the whole (periodic) span. Same length as the input.
 */
export function envelope(x: Float64Array): Float64Array {
  const n = x.length
  const { re, im } = rfft(x, n)
  const bins = re.length
  const turnedRe = new Float64Array(bins)
  const turnedIm = new Float64Array(bins)
  // A quarter turn back of every positive frequency; zero and Nyquist have no quadrature.
  for (let k = 1; 2 * k < n; k++) {
    turnedRe[k] = im[k]!
    turnedIm[k] = -re[k]!
  }
  const quadrature = irfft(turnedRe, turnedIm, n)
  return x.map((value, i) => Math.hypot(value, quadrature[i]!))
}
