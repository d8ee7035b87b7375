export { type ButterworthOptions, butterworth } from './butterworth.ts'
export { convolveSame, convolveValid } from './convolve.ts'
export {
  type SlidingCorrelation,
  type SlidingCorrelationOptions,
  slidingCorrelation,
} from './cross-correlation.ts'
export { envelope } from './envelope.ts'
export { type AnalyticBand, type AnalyticBandOptions, analyticBand } from './filter-bank/analytic-band.ts'
export { type BankOutput, createFilterBank, type FilterBank, type FilterStream } from './filter-bank/filter-bank.ts'
export type { Alignment, BankLayout, FilterBankOptions, FirFilters } from './filter-bank/layout.ts'
export {
  createParallelFilterBank,
  type ParallelFilterBank,
  type ParallelFilterStream,
} from './filter-bank/parallel-filter-bank.ts'
export type { Samples } from './filter-bank/stream-buffer.ts'
export { regrid } from './regrid.ts'
export { createResampler, type ResampleOptions, type Resampler, resample } from './resample.ts'
export {
  createRunningPsd,
  type PsdEstimate,
  type RunningPsd,
  type RunningPsdOptions,
} from './running-psd.ts'
export {
  createRunningWhitener,
  type RunningWhitener,
  type RunningWhitenerOptions,
  whitenRunning,
} from './running-whitener.ts'
export type { SecondOrderSections } from './second-order-sections.ts'
export { type CausalFilter, type CausalFilterOptions, createCausalFilter, filterZeroPhase } from './sos-filter.ts'
export type { Average } from './spectral-average.ts'
export {
  asd,
  psd,
  type SpectralDensityOptions,
  type Spectrum,
} from './spectral-density.ts'
export { type Spectrogram, spectrogram } from './spectrogram.ts'
export { type WhiteningFilterOptions, type WhitenOptions, whiten, whiteningFilter } from './whiten.ts'
export { hannWindow, kaiserWindow, tukeyWindow, type WindowOptions } from './windows.ts'
