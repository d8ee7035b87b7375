import { fft } from '../../tensor/fft/index.ts'

/** Modulus of a filter's response and its frequency, in units of the sample rate from -0.5 to 0.5, on a fine grid. */
export function responseOf({ re, im }: { readonly re: Float64Array; readonly im?: Float64Array }) {
  const n = 2 ** Math.ceil(Math.log2(re.length * 16))
  const padded = (taps: Float64Array | undefined) => {
    const all = new Float64Array(n)
    if (taps) all.set(taps)
    return all
  }
  const spectrum = fft(padded(re), padded(im), n)
  return Array.from({ length: n }, (_, k) => ({
    frequency: (k < n / 2 ? k : k - n) / n,
    gain: Math.hypot(spectrum.re[k]!, spectrum.im[k]!),
  }))
}
