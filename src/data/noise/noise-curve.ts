import { QuadrupoleError } from '../../core/index.ts'
import type { Spectrum } from '../../signal/index.ts'

/** A one-sided power spectral density given at frequencies of any spacing. */
export interface NoiseCurve {
  /** Hz, increasing. */
  readonly frequencies: Float64Array
  /** 1/Hz. */
  readonly psd: Float64Array
}

/** A one-sided power spectral density: a table, a uniform grid, or a formula of the frequency in Hz. */
export type NoisePsd = NoiseCurve | Spectrum | ((frequency: number) => number)

/**
 * The value at a frequency, 1/Hz. Between the points of a curve both axes are logarithmic (as PyCBC reads noise curves),
 * between those of a uniform grid linear. Infinite where nothing is known.
 */
export function psdAt(psd: NoisePsd, frequency: number): number {
  if (typeof psd === 'function') return psd(frequency)
  return 'resolution' in psd ? onGrid(psd, frequency) : onCurve(psd, frequency)
}

function onGrid({ values, resolution }: Spectrum, frequency: number): number {
  const at = frequency / resolution
  const nearest = Math.round(at)
  // A division that misses a bin by a rounding must not read past the last.
  if (Math.abs(at - nearest) < 1e-9 * Math.max(1, at)) return values[nearest] ?? Number.POSITIVE_INFINITY
  const below = Math.floor(at)
  const above = values[below + 1]
  if (above === undefined || below < 0) return Number.POSITIVE_INFINITY
  return values[below]! + (at - below) * (above - values[below]!)
}

function onCurve({ frequencies, psd }: NoiseCurve, frequency: number): number {
  const last = frequencies.length - 1
  if (!(frequency >= frequencies[0]! && frequency <= frequencies[last]!)) return Number.POSITIVE_INFINITY
  let low = 0
  let high = last
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (frequencies[middle]! <= frequency) low = middle
    else high = middle
  }
  const [f0, f1] = [frequencies[low]!, frequencies[high]!]
  const [p0, p1] = [psd[low]!, psd[high]!]
  if (frequency === f0) return p0
  if (frequency === f1) return p1
  if (f0 <= 0 || p0 <= 0 || p1 <= 0) return p0 + ((frequency - f0) / (f1 - f0)) * (p1 - p0)
  return p0 * (p1 / p0) ** (Math.log(frequency / f0) / Math.log(f1 / f0))
}

/**
 * A power spectral density on a uniform grid from zero to the Nyquist frequency, as whitening and matched filters take it:
 * `sampleRate / resolution / 2 + 1` bins. Bins of which nothing is known are infinite: infinite noise.
 *
 * @throws `argument` where the resolution does not divide the Nyquist frequency.
 *
 * @example
 * psdSpectrum(aligoDesignPsd, { sampleRate: 2048, resolution: 0.25 }).values.length // 4097
 */
export function psdSpectrum(
  psd: NoisePsd,
  { sampleRate, resolution }: { readonly sampleRate: number; readonly resolution: number },
): Spectrum {
  const bins = sampleRate / 2 / resolution
  if (!(bins >= 1 && Math.abs(bins - Math.round(bins)) < 1e-9 * bins))
    throw new QuadrupoleError(
      'argument',
      `data.psdSpectrum: expected a resolution that divides the Nyquist frequency ${sampleRate / 2} Hz, got ${resolution} Hz`,
      { details: { sampleRate, resolution } },
    )
  return {
    values: Float64Array.from({ length: Math.round(bins) + 1 }, (_, k) => psdAt(psd, k * resolution)),
    resolution,
  }
}
