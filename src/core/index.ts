export { ahead } from './ahead.ts'
export { type FileContent, writeFileAtomically } from './atomic-file.ts'
export { builtUrl } from './built.ts'
export { type ErrorCode, errorCodes, QuadrupoleError } from './errors.ts'
export { ioError } from './io-error.ts'
export { canonicalJson, type Json } from './json.ts'
export { type Logger, type LogLevel, lineLogger, logLevels, silentLogger, type TextStream } from './log.ts'
export {
  createManifest,
  type Manifest,
  type ManifestInput,
  type ManifestSource,
  readManifest,
  writeManifest,
} from './manifest.ts'
export { isProcessAlive, processMark, processMarkPattern } from './process-mark.ts'
export {
  type Progress,
  type ProgressOptions,
  type ProgressStream,
  type ProgressValues,
  silentProgress,
  textProgress,
  type Work,
  type WorkProgress,
} from './progress.ts'
export { formatCount, formatDuration } from './quantity-text.ts'
export { randomBits } from './random/bits.ts'
export type { Stretch } from './random/blocks.ts'
export { type ChoiceOptions, choice } from './random/choice.ts'
export { type ExponentialOptions, exponential } from './random/exponential.ts'
export { type IntegersOptions, integers } from './random/integers.ts'
export { foldIn, type Key, randomKey, split } from './random/key.ts'
export { type NormalOptions, normal } from './random/normal.ts'
export { normalQuantile } from './random/normal-quantile.ts'
export { permutation } from './random/permutation.ts'
export { type UniformOptions, uniform } from './random/uniform.ts'
export { flatten, type MapTree, mapTree, type Tree, type TreeShape, treePaths, unflatten, zipTrees } from './tree.ts'
export { loadWasm, type WasmInstance, type WasmMemory } from './wasm.ts'
export {
  createWorkerPool,
  type MapOptions,
  type RunOptions,
  type WorkerPool,
  type WorkerPoolOptions,
} from './worker-pool.ts'
export { type Transferable, transferring, type WorkerTask, workerTask } from './worker-task.ts'
