export { type DataErrorReason, dataError, dataErrorReason, dataErrorReasons } from './data-error.ts'
export {
  type ChallengeEvents,
  type ChallengeInjections,
  readChallengeEvents,
  readChallengeInjections,
  writeChallengeEvents,
} from './formats/challenge-hdf5.ts'
export { assertMeasured, openStrain, readStrain, strainFormats } from './read-strain.ts'
export { type FindFaultsOptions, findFaults, type StrainFault } from './strain-faults.ts'
export type { QualityMask, StrainFile, StrainFormat } from './strain-file.ts'
