import type { ProgressStream, TextStream } from '../core/index.ts'

/** Where a command's output goes: data on `stdout`, everything said to a person on `stderr`. */
export interface CliContext {
  readonly stdout: TextStream & { readonly columns?: number }
  readonly stderr: ProgressStream
}
