export type { BinaryParameters } from './binary.ts'
export { megaparsecMetres, solarMassMetres, solarMassSeconds } from './constants.ts'
export {
  imrPhenomD,
  imrPhenomDSpectrum,
  imrPhenomDWarnings,
  type PolarizationSpectra,
  type SpectrumGrid,
} from './phenom-d/phenom-d.ts'
