import { QuadrupoleError } from '../core/index.ts'
import type { Spectrum } from '../signal/index.ts'
import type { ComplexArrays } from '../tensor/fft/index.ts'
import type { FrequencyGrid } from './frequency-grid.ts'
import type { FrequencySeries } from './frequency-series.ts'

/** The noise against which signals are measured. */
export interface NoiseBand {
  /** One-sided power spectral density, per Hz; between its bins it is interpolated linearly. */
  readonly psd: Spectrum
  /** Frequencies below this don't count, Hz; 0 Hz itself never does. */
  readonly lowFrequency?: number
  /** Nor do those from this one on, Hz; the last bin unless given. */
  readonly highFrequency?: number
}

/**
 * The weights `4 df / S(f)` of a grid's bins in an inner product, zero outside the band, shape `[bins]`.
 *
 * @throws `argument` where the PSD ends below the band or is not a positive number in it, or the band is empty.
 */
export function noiseWeights(
  { resolution, firstFrequency = 0, bins }: FrequencyGrid & { readonly bins: number },
  { psd, lowFrequency = 0, highFrequency = firstFrequency + (bins - 1) * resolution }: NoiseBand,
): Float64Array {
  const fail = (message: string): never => {
    throw new QuadrupoleError('argument', `gw.noiseWeights: ${message}`, { details: { lowFrequency, highFrequency } })
  }
  // Bins at an edge of the band count as on it in spite of rounding.
  const binAt = (frequency: number): number => Math.ceil((frequency - firstFrequency) / resolution - 1e-6)
  const first = Math.max(binAt(lowFrequency), firstFrequency === 0 ? 1 : 0)
  const end = Math.min(binAt(highFrequency), bins)
  if (first >= end) fail(`no bin of ${resolution} Hz lies in the band from ${lowFrequency} to ${highFrequency} Hz`)
  const weights = new Float64Array(bins)
  for (let k = first; k < end; k++) {
    const frequency = firstFrequency + k * resolution
    const density = interpolated(psd, frequency)
    if (density === undefined)
      fail(
        `the band reaches ${frequency} Hz, psd only ${(psd.values.length - 1) * psd.resolution} Hz; lower highFrequency ` +
          'or estimate it at a higher sample rate',
      )
    else if (density > 0 && density < Number.POSITIVE_INFINITY) weights[k] = (4 * resolution) / density
    else fail(`psd is ${density} at ${frequency} Hz, expected a positive number; narrow the band or mend the psd`)
  }
  return weights
}

/** A spectrum between its bins; undefined beyond them. */
function interpolated({ values, resolution }: Spectrum, frequency: number): number | undefined {
  const position = frequency / resolution
  const nearest = Math.round(position)
  if (Math.abs(position - nearest) < 1e-6) return values[nearest]
  const below = Math.floor(position)
  const [a, b] = [values[below], values[below + 1]]
  return a === undefined || b === undefined ? undefined : a + (position - below) * (b - a)
}

/**
 * The complex noise-weighted inner product `4 df sum conj(a) b / S` of two signals; its real part is the usual `(a|b)`
 * (Cutler and Flanagan 1994, arXiv:gr-qc/9402014, eq. 2.4), its absolute value that with `b` turned to the best phase.
 *
 * @throws `argument` for series of different grids or times, and what `noiseWeights` throws.
 */
export function innerProduct(
  a: FrequencySeries,
  b: FrequencySeries,
  band: NoiseBand,
): { readonly re: number; readonly im: number } {
  requireSameGrid('innerProduct', a, b)
  if (!a.t0.equals(b.t0))
    throw new QuadrupoleError(
      'argument',
      `gw.innerProduct: the series count phases from GPS ${a.t0} and ${b.t0}; use withOrigin`,
    )
  const weights = noiseWeights({ ...gridOf(a), bins: a.length }, band)
  let re = 0
  let im = 0
  for (let k = 0; k < weights.length; k++) {
    re += weights[k]! * (a.re[k]! * b.re[k]! + a.im[k]! * b.im[k]!)
    im += weights[k]! * (a.re[k]! * b.im[k]! - a.im[k]! * b.re[k]!)
  }
  return { re, im }
}

/**
 * The optimal signal-to-noise ratio `sqrt((h|h))` of a signal: what a filter of its own shape gives on average.
 *
 * @throws what `innerProduct` throws.
 *
 * @example
 * optimalSnr(fourierTransform(signal), { psd: noise, lowFrequency: 20 })
 */
export function optimalSnr(signal: FrequencySeries, band: NoiseBand): number {
  return Math.sqrt(innerProduct(signal, signal, band).re)
}

/**
 * Optimal signal-to-noise ratios of many Fourier transforms on one grid: rows `[signals, bins]`, weighted by
 * `noiseWeights` of that grid, to `[signals]`.
 *
 * @throws `shape` where the rows do not fit the weights.
 */
export function optimalSnrs({ re, im }: ComplexArrays<Float64Array>, weights: Float64Array): Float64Array {
  const bins = weights.length
  if (re.length !== im.length || re.length % bins !== 0)
    throw new QuadrupoleError(
      'shape',
      `gw.optimalSnrs: re and im have ${re.length} and ${im.length} values, expected as many rows of ${bins} bins`,
    )
  return Float64Array.from({ length: re.length / bins }, (_, row) => {
    let sum = 0
    for (let k = 0, at = row * bins; k < bins; k++, at++) sum += weights[k]! * (re[at]! * re[at]! + im[at]! * im[at]!)
    return Math.sqrt(sum)
  })
}

/** The signal-to-noise ratio of a network: the root of the sum of its detectors' squares. */
export function networkSnr(snrs: Iterable<number>): number {
  return Math.hypot(...snrs)
}

/** The grid of a series. */
export function gridOf({ resolution, firstFrequency }: FrequencySeries): Required<FrequencyGrid> {
  return { resolution, firstFrequency }
}

/** Throws `argument` unless two series have the same bins. */
export function requireSameGrid(where: string, a: FrequencySeries, b: FrequencySeries): void {
  const isSame =
    a.length === b.length &&
    Math.abs(a.resolution - b.resolution) <= 1e-9 * a.resolution &&
    Math.abs(a.firstFrequency - b.firstFrequency) <= 1e-6 * a.resolution
  if (isSame) return
  throw new QuadrupoleError(
    'argument',
    `gw.${where}: expected series on one grid, got ${a.length} bins of ${a.resolution} Hz from ${a.firstFrequency} Hz ` +
      `and ${b.length} of ${b.resolution} Hz from ${b.firstFrequency} Hz`,
  )
}
