import { inspect } from 'node:util'
import { type ErrorCode, errorCodes, QuadrupoleError } from './errors.ts'

/** What a `throw` in one thread is turned into to reach another. */
export type PackedThrown = PackedError | { readonly kind: 'value'; readonly text: string; readonly value?: unknown }

interface PackedError {
  readonly kind: 'error'
  readonly name: string
  readonly message: string
  readonly stack?: string
  readonly code?: unknown
  readonly details?: unknown
  readonly cause?: PackedThrown
  readonly errors?: readonly PackedThrown[]
}

/** Causes nest this deep at most; one that contains itself would nest for ever. */
const deepest = 16

const cloneOrText = (value: unknown): unknown => {
  try {
    return structuredClone(value)
  } catch {
    return inspect(value)
  }
}

/** Turns anything thrown into what can be posted to another thread: structured cloning drops names, codes and details. */
export function packThrown(thrown: unknown, depth = 0): PackedThrown {
  if (!(thrown instanceof Error)) return { kind: 'value', text: inspect(thrown), value: cloneOrText(thrown) }
  const { code, details } = thrown as { code?: unknown; details?: object }
  const nested = depth < deepest
  return {
    kind: 'error',
    name: thrown.name,
    message: thrown.message,
    ...(thrown.stack !== undefined && { stack: thrown.stack }),
    ...(code !== undefined && { code: cloneOrText(code) }),
    ...(details !== undefined && { details: cloneDetails(details) }),
    ...(nested && thrown.cause !== undefined && { cause: packThrown(thrown.cause, depth + 1) }),
    ...(nested &&
      thrown instanceof AggregateError && { errors: thrown.errors.map(each => packThrown(each, depth + 1)) }),
  }
}

/** The inverse of `packThrown`: an error of the same name, message, stack, code, details and causes. */
export function unpackThrown(packed: PackedThrown): unknown {
  if (packed.kind === 'value') return packed.value
  const cause = packed.cause && unpackThrown(packed.cause)
  const error = emptyError(packed, cause === undefined ? {} : { cause })
  if (packed.stack !== undefined) error.stack = packed.stack
  return error
}

function emptyError(packed: PackedError, options: { cause?: unknown }): Error {
  const { name, message, code, details, errors } = packed
  if (name === 'QuadrupoleError' && errorCodes.includes(code as ErrorCode))
    return new QuadrupoleError(code as ErrorCode, message, {
      ...options,
      details: details as Readonly<Record<string, unknown>>,
    })
  const error = errors ? new AggregateError(errors.map(unpackThrown), message, options) : new Error(message, options)
  Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true, enumerable: false })
  if (code !== undefined) Object.assign(error, { code })
  if (details !== undefined) Object.assign(error, { details })
  return error
}

function cloneDetails(details: unknown): unknown {
  if (typeof details !== 'object' || details === null) return cloneOrText(details)
  return Object.fromEntries(Object.entries(details).map(([key, value]) => [key, cloneOrText(value)]))
}
