import { QuadrupoleError } from './errors.ts'

/**
 * A function that workers can run: the export of a module, found by its address. It takes one argument and may be
 * asynchronous; argument and result are structured-cloned, so typed arrays are copied unless they are over shared memory
 * or transferred.
 */
export interface WorkerTask<in Argument, out Result> {
  readonly url: string
  readonly exportName: string
  /** Never set: carries the types. */
  readonly signature?: (argument: Argument) => Result
}

/**
 * Declares a task by the address of the module and the name it exports the function by.
 *
 * @example
 * // whiten.ts, run from dist/ and from source alike
 * export const whitenTask = workerTask<Segment, Float64Array>(builtUrl(import.meta.url, './whiten-worker.js'), 'whiten')
 *
 * @throws `argument` if the address is not absolute.
 */
export function workerTask<Argument, Result>(url: URL | string, exportName: string): WorkerTask<Argument, Result> {
  if (!URL.canParse(String(url)))
    throw new QuadrupoleError(
      'argument',
      `core.workerTask: expected an absolute URL, got '${url}'; use new URL('${url}', import.meta.url) or builtUrl`,
      { details: { url, exportName } },
    )
  return { url: String(url), exportName }
}

const transferred = Symbol.for('quadrupole.transferred')

/** What a task may move back to the caller instead of copying. */
export type Transferable = ArrayBuffer | import('node:worker_threads').MessagePort

/**
 * Marks a task's result as owning memory to be moved, not copied, to the caller: `return transferring(x, [x.buffer])`.
 * The pool hands out the plain result.
 */
export function transferring<Result>(result: Result, transfer: readonly Transferable[]): Result {
  return { [transferred]: true, result, transfer } as unknown as Result
}

/** The result that a task returned and what of it is to be moved. */
export function unwrapTransfer(returned: unknown): { result: unknown; transfer: readonly Transferable[] } {
  const isMarked = typeof returned === 'object' && returned !== null && transferred in returned
  return isMarked
    ? (returned as unknown as { result: unknown; transfer: Transferable[] })
    : { result: returned, transfer: [] }
}
