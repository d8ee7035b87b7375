export { type DataErrorReason, dataError, dataErrorReason, dataErrorReasons } from './data-error.ts'
export { assertMeasured, openStrain, readStrain, strainFormats } from './read-strain.ts'
export { type FindFaultsOptions, findFaults, type StrainFault } from './strain-faults.ts'
export type { QualityMask, StrainFile, StrainFormat } from './strain-file.ts'
