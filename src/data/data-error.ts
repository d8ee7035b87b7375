import { type ErrorCode, QuadrupoleError } from '../core/index.ts'

/** What can be wrong with a data file or a set of them, finer than an error's code; see `dataErrorReason`. */
export const dataErrorReasons = {
  missing: 'io', // there is no such file, or it can't be read
  empty: 'io', // no bytes
  unknown: 'format', // not of any format that is read
  truncated: 'format', // shorter than it says it is
  damaged: 'format', // its bytes contradict their own checks
  layout: 'format', // something that its format demands is missing or contradicts the rest
  'not-finite': 'data', // NaN or infinite values
  flat: 'data', // values that stand still, so that no noise was measured
  times: 'data', // spans or sample rates that do not belong together
  detectors: 'data', // detectors that do not belong together
} as const satisfies Record<string, ErrorCode>

export type DataErrorReason = keyof typeof dataErrorReasons

/** An error about data: its code follows from the reason, which `details.reason` carries. */
export function dataError(
  reason: DataErrorReason,
  message: string,
  { cause, details = {} }: { readonly cause?: unknown; readonly details?: Readonly<Record<string, unknown>> } = {},
): QuadrupoleError {
  return new QuadrupoleError(dataErrorReasons[reason], message, { cause, details: { ...details, reason } })
}

/** The reason that an error about data carries, or nothing for any other value. */
export function dataErrorReason(error: unknown): DataErrorReason | undefined {
  if (!(error instanceof QuadrupoleError)) return undefined
  const { reason } = error.details
  return typeof reason === 'string' && Object.hasOwn(dataErrorReasons, reason) ? (reason as DataErrorReason) : undefined
}
