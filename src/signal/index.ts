export { type ButterworthOptions, butterworth } from './butterworth.ts'
export { convolveSame } from './convolve.ts'
export {
  type SlidingCorrelation,
  type SlidingCorrelationOptions,
  slidingCorrelation,
} from './cross-correlation.ts'
export { envelope } from './envelope.ts'
export { type ResampleOptions, resample } from './resample.ts'
export type { SecondOrderSections } from './second-order-sections.ts'
export { filterZeroPhase } from './sos-filter.ts'
export {
  asd,
  psd,
  type SpectralDensityOptions,
  type Spectrum,
} from './spectral-density.ts'
export { type Spectrogram, spectrogram } from './spectrogram.ts'
export { type WhitenOptions, whiten, whiteningFilter } from './whiten.ts'
export { hannWindow, kaiserWindow, tukeyWindow, type WindowOptions } from './windows.ts'
