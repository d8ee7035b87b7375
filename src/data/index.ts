export { type DataErrorReason, dataError, dataErrorReason, dataErrorReasons } from './data-error.ts'
export {
  type ChallengeEvents,
  type ChallengeInjections,
  readChallengeEvents,
  readChallengeInjections,
  writeChallengeEvents,
} from './formats/challenge-hdf5.ts'
export { glitchesIn } from './glitches/draw-glitches.ts'
export type { Glitch, GlitchFamily, GlitchOf, GlitchParameters } from './glitches/glitch.ts'
export { type GlitchModel, type GlitchModelOptions, glitchModel } from './glitches/glitch-model.ts'
export {
  type GlitchFamilyOptions,
  type GlitchPopulation,
  type GlitchPopulationOptions,
  glitchPopulation,
  type PopulatedFamily,
  type SnrLaw,
} from './glitches/glitch-population.ts'
export {
  addGlitches,
  addGlitchesTask,
  type FillGlitchesRequest,
  fillGlitches,
  fillGlitchesTask,
  type GlitchReader,
  glitchReader,
} from './glitches/glitch-reader.ts'
export { glitchStrain } from './glitches/render-glitch.ts'
export type { ParameterRange } from './glitches/shapes/glitch-shape.ts'
export { glitchFamilies } from './glitches/shapes/shapes.ts'
export { type WithGlitchesOptions, withGlitches } from './glitches/with-glitches.ts'
export {
  type GridScheduleOptions,
  gridInjectionTimes,
  type StepScheduleOptions,
  stepInjectionTimes,
} from './injections/injection-schedule.ts'
export { type EventRecords, eventLedger, eventsOf } from './ledger/event-ledger.ts'
export { type InjectionRecords, injectionLedger, injectionsOf } from './ledger/injection-ledger.ts'
export {
  type ColumnValues,
  type Ledger,
  type LedgerColumn,
  ledgerLength,
  type MatrixColumn,
  type MetadataValue,
} from './ledger/ledger.ts'
export { type LedgerFile, openLedger, readLedger } from './ledger/ledger-file.ts'
export { type MergeLedgersOptions, mergeLedgers } from './ledger/merge-ledgers.ts'
export { writeLedger } from './ledger/write-ledger.ts'
export { aligoDesignPsd } from './noise/aligo-psd.ts'
export {
  type FillNoiseRequest,
  fillNoise,
  fillNoiseTask,
  type NoiseIdentity,
  type NoiseReader,
  noiseReader,
} from './noise/coloured-noise.ts'
export { type NoiseCurve, type NoisePsd, psdAt, psdSpectrum } from './noise/noise-curve.ts'
export { type NoiseModel, type NoiseModelOptions, noiseModel } from './noise/noise-model.ts'
export { type ReadNoiseCurveOptions, readNoiseCurve } from './noise/read-noise-curve.ts'
export { type SimulatedStrainOptions, simulatedStrain } from './noise/simulated-strain.ts'
export {
  type CheckQualityOptions,
  checkQuality,
  type GoodStretchesOptions,
  goodStretches,
  type QualityFault,
  type QualityReport,
} from './quality/quality-report.ts'
export {
  type FindFaultsOptions,
  findFaults,
  type SampleFault,
  type StrainFault,
} from './quality/strain-faults.ts'
export { assertMeasured, openStrain, type PieceOptions, readStrain, strainFormats, strainPiece } from './read-strain.ts'
export { sampleNumberFrom } from './sample-grid.ts'
export { segmentsOfMask } from './segments/mask-segments.ts'
export { type Gate, gatedSegments, readGates, readSegments } from './segments/segment-file.ts'
export { coincident, SegmentSet } from './segments/segment-set.ts'
export { type OpenStrainArchiveOptions, openStrainArchive, type StrainArchive } from './strain-archive.ts'
export type { QualityMask, StrainFile, StrainFormat, StrainPiece } from './strain-file.ts'
export type { StrainSource } from './strain-source.ts'
export { type TrainingWindows, type TrainingWindowsOptions, trainingWindows } from './windows/training-windows.ts'
