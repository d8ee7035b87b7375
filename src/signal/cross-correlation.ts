import { QuadrupoleError } from '../core/index.ts'

export interface SlidingCorrelationOptions {
  /** Samples correlated at a time. */
  readonly windowLength: number
  /** Largest lag either way, samples. */
  readonly maxLag: number
  /** Samples from one window to the next. */
  readonly step?: number
  /**
   * `window` divides by the two rms values within the window: the correlation coefficient, from -1 to 1, which ignores
   * loudness. `none` gives the mean product, which for white series of unit variance grows with loudness.
   */
  readonly normalisation?: 'window' | 'none'
}

/** Correlation of two series over time and lag. */
export interface SlidingCorrelation {
  /** `[centres, 2 * maxLag + 1]`, lag running from `-maxLag` to `maxLag` samples. */
  readonly values: Float64Array
  /** First sample after the middle of each window of the first series. */
  readonly centres: Int32Array
  readonly maxLag: number
}

/** Windows after which a running sum is made anew, so that rounding does not pile up along the signal. */
const renewal = 64

/** Sums over runs of `width` samples, one run every `step` samples from `first` on. */
function runningSums(x: Float64Array, width: number, first: number, step: number, count: number): Float64Array {
  const sums = new Float64Array(count)
  let sum = 0
  for (let i = 0; i < count; i++) {
    const from = first + i * step
    if (i % renewal === 0 || step >= width) {
      sum = 0
      for (let n = from; n < from + width; n++) sum += x[n]!
    } else {
      for (let n = from - step; n < from; n++) sum += x[n + width]! - x[n]!
    }
    sums[i] = sum
  }
  return sums
}

/**
 * Correlates a window of `a` with the window of `b` that lies `lag` samples later, for every lag and for windows along
 * the whole span. A signal that reaches `b` later than `a` by `d` samples peaks at lag `d`.
 *
 * Windows whose lagged twin would leave the series are left out, so no value rests on padding.
 *
 * @throws `argument` for series of different lengths, or too short for one window with its lags.
 */
export function slidingCorrelation(
  a: Float64Array,
  b: Float64Array,
  { windowLength, maxLag, step = 1, normalisation = 'window' }: SlidingCorrelationOptions,
): SlidingCorrelation {
  const fail = (message: string): never => {
    throw new QuadrupoleError('argument', `signal.slidingCorrelation: ${message}`)
  }
  if (a.length !== b.length) fail(`the series have ${a.length} and ${b.length} samples, expected the same number`)
  const count = Math.floor((a.length - windowLength - 2 * maxLag) / step) + 1
  if (count < 1) fail(`${a.length} samples are too few for a window of ${windowLength} and lags up to ${maxLag}`)

  const lags = 2 * maxLag + 1
  const values = new Float64Array(count * lags)
  const squares = (x: Float64Array) => x.map(value => value * value)
  const energyA = runningSums(squares(a), windowLength, maxLag, step, count)
  const squaresB = squares(b)
  const product = new Float64Array(a.length)
  for (let lag = -maxLag; lag <= maxLag; lag++) {
    for (let n = maxLag; n < a.length - maxLag; n++) product[n] = a[n]! * b[n + lag]!
    const sums = runningSums(product, windowLength, maxLag, step, count)
    const energyB = normalisation === 'window' ? runningSums(squaresB, windowLength, maxLag + lag, step, count) : sums
    for (let i = 0; i < count; i++) {
      const scale = normalisation === 'window' ? Math.sqrt(energyA[i]! * energyB[i]!) : windowLength
      values[i * lags + lag + maxLag] = scale === 0 ? 0 : sums[i]! / scale
    }
  }
  const centres = Int32Array.from({ length: count }, (_, i) => maxLag + i * step + (windowLength >> 1))
  return { values, centres, maxLag }
}
