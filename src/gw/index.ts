export {
  type AntennaPattern,
  antennaPattern,
  delayBetween,
  delayFromGeocentre,
  type SkyLocation,
  type Wave,
} from './antenna-pattern.ts'
export { earthSemiMajorAxis, earthSemiMinorAxis, speedOfLight } from './constants.ts'
export {
  comovingDistanceMpc,
  comovingVolumeMpc3,
  differentialComovingVolumeMpc3,
  luminosityDistanceMpc,
  redshiftAtComovingDistance,
  redshiftAtLuminosityDistance,
} from './cosmic-distances.ts'
export {
  type Cosmology,
  type CosmologyParameters,
  expansionRate,
  flatLambdaCdm,
  planck15,
  planck18,
} from './cosmology.ts'
export type { Arm, Detector } from './detector.ts'
export { parseDetectors, readDetectors } from './detector-file.ts'
export {
  armDirections,
  lightTravelTime,
  position,
  responseTensor,
  type Tensor3,
  type Vector3,
} from './detector-geometry.ts'
export { type DetectorResponse, type ResponseTable, responseTable } from './detector-response.ts'
export { detectorNamed, detectors } from './detectors.ts'
export { firstSampleFrom } from './first-sample.ts'
export type { FrequencyGrid } from './frequency-grid.ts'
export { FrequencySeries, type FrequencySeriesMetadata, fourierTransform } from './frequency-series.ts'
export { GpsTime } from './gps-time.ts'
export {
  innerProduct,
  type NoiseBand,
  networkSnr,
  noiseWeights,
  optimalSnr,
  optimalSnrs,
} from './inner-product.ts'
export { type LoudestSnr, loudest, matchedFilter, type SnrSeries, snrMagnitude } from './matched-filter.ts'
export { projectSpectra, projectSpectrum } from './project-spectrum.ts'
export { projectStrain, projectStrains } from './project-strain.ts'
export { greenwichMeanSiderealTime } from './sidereal-time.ts'
export {
  type SeriesSpectrumOptions,
  type Span,
  TimeSeries,
  type TimeSeriesMetadata,
  type WhitenSeriesOptions,
} from './time-series.ts'
export { toUtc } from './utc.ts'
