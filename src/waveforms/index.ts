export type { BinaryParameters } from './binary.ts'
export { binaryFromRow } from './binary-from-row.ts'
export { megaparsecMetres, solarMassMetres, solarMassSeconds } from './constants.ts'
export { chirpMass, componentMasses } from './masses.ts'
export { imrPhenomD, imrPhenomDSpectrum, imrPhenomDWarnings, type PolarizationSpectra } from './phenom-d/phenom-d.ts'
export type { SpectrumGrid } from './phenom-d/spectrum-grid.ts'
export { createParallelWaveforms, type ParallelWaveforms } from './signals/parallel-waveforms.ts'
export type { SignalOptions } from './signals/signal-options.ts'
export { signals, spectra, strains } from './signals/signals.ts'
export {
  chirpStartFrequencyBound,
  chirpTimeBound,
  finalSpinBound,
  iscoFrequency,
  mergeTimeBound,
  ringdownTimeBound,
} from './time-bounds.ts'
