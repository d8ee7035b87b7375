/** The codes an error of this package can carry; a caller branches on these, never on the text. */
export const errorCodes = [
  'shape', // shapes do not fit each other or a rule
  'dtype', // a dtype the function does not take
  'argument', // a value out of its range, an unknown name
  'trace', // a traced tensor where a concrete one is needed, or one that outlived its trace
  'unsupported', // the combination is valid but can't be done (an operator, a provider, a platform)
  'runtime', // the execution engine refused or failed
  'disposed', // a session, pool or executor used after it was closed
  'worker', // a worker thread died or could not start
  'cancelled', // stopped on request
  'io', // a file can't be read or written
  'format', // a file is not what its name or header says
  'data', // the content is unusable: NaN, gaps, wrong times, wrong detectors
  'config', // a configuration value or key is wrong
] as const

export type ErrorCode = (typeof errorCodes)[number]

/**
 * The error every function of this package throws.
 *
 * Its message says where, what was expected, what came and what to do:
 * `signal.whiten: psd has 513 bins, expected 1025 for 2048 samples; pass fftLength`.
 */
export class QuadrupoleError extends Error {
  readonly code: ErrorCode
  /** The offending values, for programs. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'QuadrupoleError'
    this.code = code
    this.details = options.details ?? {}
  }
}
