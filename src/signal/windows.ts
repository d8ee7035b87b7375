import { QuadrupoleError } from '../core/index.ts'

export interface WindowOptions {
  /**
   * A symmetric window, for designing filters, ends on the value it begins with. The default is periodic, for spectral
   * analysis: one sample shorter than its symmetric period.
   */
  readonly symmetric?: boolean
}

/** Samples a window given as a function of position in a symmetric window of `period + 1` points. */
function sampleWindow(
  name: string,
  length: number,
  { symmetric = false }: WindowOptions,
  at: (index: number, period: number) => number,
): Float64Array {
  if (!Number.isInteger(length) || length < 1)
    throw new QuadrupoleError('argument', `signal.${name}: length must be a positive integer, got ${length}`)
  if (length === 1) return Float64Array.of(1)
  const period = symmetric ? length - 1 : length
  const window = new Float64Array(length)
  for (let index = 0; index < length; index++) window[index] = at(index, period)
  return window
}

/**
 * The Hann window: `0.5 - 0.5 cos(2 pi n / N)`, shape `[length]`.
 *
 * @throws `argument` for a length that is not a positive integer.
 */
export function hannWindow(length: number, options: WindowOptions = {}): Float64Array {
  return sampleWindow('hannWindow', length, options, (n, period) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / period))
}

/**
 * The Tukey (tapered cosine) window, shape `[length]`: flat but for a cosine taper over `alpha / 2` of its length at
 * each end (Harris 1978, eq. 38).
 *
 * @throws `argument` for a length that is not a positive integer or an alpha outside 0 to 1.
 */
export function tukeyWindow(length: number, options: WindowOptions & { readonly alpha?: number } = {}): Float64Array {
  const { alpha = 0.5 } = options
  if (!(alpha >= 0 && alpha <= 1))
    throw new QuadrupoleError('argument', `signal.tukeyWindow: alpha must be from 0 to 1, got ${alpha}`)
  return sampleWindow('tukeyWindow', length, options, (n, period) => {
    const fromEdge = Math.min(n, period - n)
    const taper = (alpha * period) / 2
    return fromEdge >= taper ? 1 : 0.5 - 0.5 * Math.cos((Math.PI * fromEdge) / taper)
  })
}

/**
 * The Kaiser window, shape `[length]`: `I0(beta sqrt(1 - x^2)) / I0(beta)`, near the best concentration of energy
 * within a main lobe that widens with `beta` (Kaiser 1974).
 *
 * @throws `argument` for a length that is not a positive integer.
 */
export function kaiserWindow(length: number, options: WindowOptions & { readonly beta: number }): Float64Array {
  const scale = besselI0(options.beta)
  return sampleWindow('kaiserWindow', length, options, (n, period) => {
    const x = (2 * n) / period - 1
    return besselI0(options.beta * Math.sqrt(Math.max(0, 1 - x * x))) / scale
  })
}

/** Modified Bessel function of order zero by its power series, whose terms are all positive and so lose no digits. */
function besselI0(x: number): number {
  const quarter = (x * x) / 4
  let sum = 1
  let term = 1
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= quarter / (k * k)
    sum += term
  }
  return sum
}
