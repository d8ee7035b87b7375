import { type ErrorCode, QuadrupoleError } from '../core/index.ts'
import { type DataErrorReason, dataErrorReason } from '../data/index.ts'

interface ExitCode {
  readonly exit: number
  readonly meaning: string
}

/** Exit codes of errors by their code. */
const byCode: Readonly<Record<ErrorCode, ExitCode>> = {
  argument: { exit: 2, meaning: 'wrong use: unknown option or command, value out of range' },
  config: { exit: 3, meaning: 'wrong configuration or model.json' },
  unsupported: { exit: 4, meaning: 'not possible here (operator, provider, platform)' },
  runtime: { exit: 5, meaning: 'the inference engine refused or failed' },
  worker: { exit: 6, meaning: 'a worker thread died' },
  cancelled: { exit: 7, meaning: 'stopped on request' },
  io: { exit: 10, meaning: 'a file can not be read or written' },
  format: { exit: 12, meaning: 'a file is in no format known' },
  data: { exit: 20, meaning: 'the data are unusable' },
  shape: { exit: 70, meaning: 'internal: shapes do not fit' },
  dtype: { exit: 71, meaning: 'internal: wrong dtype' },
  trace: { exit: 72, meaning: 'internal: a traced tensor escaped' },
  disposed: { exit: 73, meaning: 'internal: used after disposal' },
}

/** Exit codes of errors about data, finer. */
const byReason: Readonly<Record<DataErrorReason, ExitCode>> = {
  missing: { exit: 10, meaning: 'a file can not be read or written' },
  empty: { exit: 11, meaning: 'a file is empty' },
  unknown: { exit: 12, meaning: 'a file is in no format known' },
  truncated: { exit: 13, meaning: 'a file is truncated' },
  damaged: { exit: 15, meaning: 'a file is damaged' },
  layout: { exit: 14, meaning: 'a file lacks something that its format demands' },
  'not-finite': { exit: 21, meaning: 'strain is NaN or infinite' },
  flat: { exit: 22, meaning: 'strain does not change: nothing was measured' },
  times: { exit: 23, meaning: 'files differ in time or sample rate, or are too short' },
  detectors: { exit: 24, meaning: 'files are not of two different detectors, or not of those asked for' },
}

/** What a bug exits with. */
const internal: ExitCode = { exit: 1, meaning: 'internal error' }

/** The exit code of an error. */
export function exitCodeOf(error: unknown): number {
  const reason = dataErrorReason(error)
  if (reason !== undefined) return byReason[reason].exit
  return error instanceof QuadrupoleError ? byCode[error.code].exit : internal.exit
}

/** The table of exit codes for `--help`. */
export function exitCodesHelp(): string {
  const codes = new Map<number, string>()
  for (const { exit, meaning } of [internal, ...Object.values(byCode), ...Object.values(byReason)])
    codes.set(exit, meaning)
  const lines = [...codes]
    .sort(([a], [b]) => a - b)
    .map(([exit, meaning]) => `  ${String(exit).padStart(2)}  ${meaning}`)
  return `Exit codes:\n   0  success\n${lines.join('\n')}`
}
