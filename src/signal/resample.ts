import { QuadrupoleError } from '../core/index.ts'
import { kaiserWindow } from './windows.ts'

export interface ResampleOptions {
  /** Sample rate of the input, Hz. */
  readonly from: number
  /** Sample rate wanted, Hz; the ratio must be rational with small terms. */
  readonly to: number
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}

/** The anti-aliasing low-pass: a windowed sinc at the lower Nyquist frequency, unit gain at zero frequency. */
function antiAliasingFilter(up: number, down: number): Float64Array {
  const rate = Math.max(up, down)
  const half = 10 * rate
  const taps = kaiserWindow(2 * half + 1, { beta: 5, symmetric: true })
  let sum = 0
  for (let i = 0; i < taps.length; i++) {
    const x = (Math.PI * (i - half)) / rate
    taps[i]! *= (x === 0 ? 1 : Math.sin(x) / x) / rate
    sum += taps[i]!
  }
  for (let i = 0; i < taps.length; i++) taps[i]! *= up / sum
  return taps
}

/**
 * Changes the sample rate by a rational factor: an anti-aliasing Kaiser-windowed FIR filter (beta 5, ten zero crossings
 * a side) evaluated only where an output sample falls, without delay. Beyond the ends the signal counts as zero, so
 * the first and last ten samples of the slower rate are affected. SciPy's `resample_poly` with its defaults.
 *
 * Returns `ceil(length * to / from)` samples.
 *
 * @throws `argument` for rates that are not positive integers.
 */
export function resample(x: Float64Array, { from, to }: ResampleOptions): Float64Array {
  for (const rate of [from, to])
    if (!Number.isInteger(rate) || rate < 1)
      throw new QuadrupoleError(
        'argument',
        `signal.resample: sample rates must be positive integers in Hz, got ${rate}`,
      )
  const divisor = greatestCommonDivisor(from, to)
  const up = to / divisor
  const down = from / divisor
  if (up === down) return x.slice()
  const taps = antiAliasingFilter(up, down)
  const half = (taps.length - 1) / 2
  const output = new Float64Array(Math.ceil((x.length * up) / down))
  for (let n = 0; n < output.length; n++) {
    // On the grid of the upsampled signal, where only every `up`-th sample is not zero.
    const centre = n * down
    const first = Math.max(0, Math.ceil((centre - half) / up))
    const last = Math.min(x.length - 1, Math.floor((centre + half) / up))
    let sum = 0
    for (let k = first; k <= last; k++) sum += x[k]! * taps[centre - k * up + half]!
    output[n] = sum
  }
  return output
}
