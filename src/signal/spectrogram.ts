import { requireFinite } from './finite.ts'
import { type PeriodogramOptions, periodograms } from './spectral-density.ts'

/** Power over time and frequency. */
export interface Spectrogram {
  /** One-sided power spectral density, `[times, frequencies]`, units squared per Hz. */
  readonly values: Float64Array
  /** Centre of each segment, seconds after the first sample. */
  readonly times: Float64Array
  /** Hz. */
  readonly frequencies: Float64Array
}

/**
 * Power spectral densities of overlapping segments one after the other: a short-time Fourier transform, squared.
 * Takes the options of `psd` but for the average; no mean is removed unless asked.
 *
 * @throws As `psd`.
 */
export function spectrogram(x: Float64Array, options: PeriodogramOptions): Spectrogram {
  const { sampleRate, segmentLength, overlap = segmentLength >> 1, detrend = 'none' } = options
  requireFinite('signal.spectrogram', x)
  const { powers, segments, bins } = periodograms(x, { ...options, overlap, detrend })
  const step = segmentLength - overlap
  return {
    values: powers,
    times: Float64Array.from({ length: segments }, (_, i) => (i * step + segmentLength / 2) / sampleRate),
    frequencies: Float64Array.from({ length: bins }, (_, bin) => (bin * sampleRate) / segmentLength),
  }
}
