export { type ConfigOrigin, type ConfigProblem, configError, parseConfig, readConfig } from './config-file.ts'
export { lineOfKey } from './toml-place.ts'
