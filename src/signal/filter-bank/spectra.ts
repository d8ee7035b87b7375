import { type ComplexArrays, type FloatArray, fft, rfft } from '../../tensor/fft/index.ts'
import { type BankLayout, type FirFilters, isHalfSpectrum } from './layout.ts'
import { allocate } from './memory.ts'

/**
 * The filters' spectra, `[channels or 1, filters, bins]`, computed in float64 and divided by the decimation, which makes
 * the inverse transform of a folded product a decimated one.
 */
export function filterSpectra(filters: FirFilters, layout: BankLayout, isShared: boolean): ComplexArrays<FloatArray> {
  const { taps, fftLength, bins, dtype, decimation } = layout
  const rows = filters.re.length / taps
  const re = allocate(dtype, rows * bins, isShared)
  const im = allocate(dtype, rows * bins, isShared)
  for (let row = 0; row < rows; row++) {
    const part = (from: FloatArray | undefined): Float64Array => {
      const padded = new Float64Array(fftLength)
      if (from) for (let k = 0; k < taps; k++) padded[k] = from[row * taps + k]! / decimation
      return padded
    }
    const spectrum = isHalfSpectrum(layout)
      ? rfft(part(filters.re), fftLength)
      : fft(part(filters.re), part(filters.im), fftLength)
    re.set(spectrum.re, row * bins)
    im.set(spectrum.im, row * bins)
  }
  return { re, im }
}
