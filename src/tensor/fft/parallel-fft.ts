import { builtUrl, type WorkerPool, workerTask } from '../../core/index.ts'
import { type ComplexArrays, requireLength, rowCount } from './fft.ts'
import { type FftRequest, transformRows, transformSharedRows } from './parallel-fft-worker.ts'
import type { FloatArray } from './rows.ts'
import { createSharedScratch, type SharedScratch, sharedArray } from './shared-scratch.ts'
import { fft, irfft, rfft } from './thread-fft.ts'

const transformTask = workerTask<FftRequest, ReturnType<typeof transformSharedRows>>(
  builtUrl(import.meta.url, './parallel-fft-worker.js'),
  'transformSharedRows',
)

/** An array of the type of T, over memory of either kind. */
export type SameFloats<T extends FloatArray> = T extends Float32Array ? Float32Array : Float64Array

/**
 * The transforms of `Fft` in the threads of a pool and the caller's, with the same bits. Inputs are copied to shared memory before the
 * call returns, unless they lie there: those must stay as they are until the promise settles. Results are `out` if
 * given, otherwise new arrays that may lie in shared memory.
 *
 * What the synchronous transforms throw, the promises reject with; also `disposed` where the pool is closed and `worker`
 * where a thread dies, which leaves an `out` in shared memory partly written.
 */
export interface ParallelFft {
  /** As `Fft.fft`: complex rows of n; with `inverse`, divided by n. `out` may be the input. */
  fft<T extends FloatArray>(
    re: T,
    im: T,
    n: number,
    options?: { readonly inverse?: boolean; readonly out?: ComplexArrays<T> },
  ): Promise<ComplexArrays<SameFloats<T>>>
  /** As `Fft.rfft`: real rows of n to floor(n / 2) + 1 bins, unnormalised. */
  rfft<T extends FloatArray>(
    x: T,
    n: number,
    options?: { readonly out?: ComplexArrays<T> },
  ): Promise<ComplexArrays<SameFloats<T>>>
  /** As `Fft.irfft`: floor(n / 2) + 1 bins to real rows of n, divided by n. */
  irfft<T extends FloatArray>(re: T, im: T, n: number, options?: { readonly out?: T }): Promise<SameFloats<T>>
}

/** What a transform reads and writes: `inputs` and `outputs` of `rows` rows, the latter allocated where not given. */
interface Job extends Omit<FftRequest, 'outputs' | 'next'> {
  readonly outputWidth: number
  readonly outputs: readonly (FloatArray | undefined)[]
}

/**
 * Makes an object that transforms many rows in the threads of a pool and the calling one, which take some rows at a time
 * until all are done; so on two processors a pool of one thread is enough. A row is never divided. Jobs of fewer than
 * `minimumValues` values (rows times n) are done in the calling thread, on its shared plans, since handing them over
 * would take longer. The pool stays the caller's to close.
 *
 * Shared memory for copies of ordinary arrays is kept for the next job, up to `cacheBytes`. Arrays in shared memory are
 * not copied; use them, and `out`, where speed matters.
 *
 * @example
 * await using pool = createWorkerPool({ size: 3 })
 * const { re, im } = await createParallelFft(pool).rfft(strain, 8192)
 */
export function createParallelFft(
  pool: WorkerPool,
  {
    minimumValues = 2 ** 17,
    cacheBytes = 64 * 2 ** 20,
  }: { readonly minimumValues?: number; readonly cacheBytes?: number } = {},
): ParallelFft {
  const scratch = createSharedScratch(cacheBytes)
  const isSmall = (rows: number, n: number): boolean => rows * n < minimumValues
  const job = (n: number, rows: number) => {
    // The caller's last rows take as long as the other threads' word that theirs are done.
    const callersRows = Math.floor(minimumValues / 4 / n)
    return { n, rows, rowsAtOnce: Math.max(1, callersRows), sharedRows: rows - callersRows }
  }
  return {
    async fft<T extends FloatArray>(
      re: T,
      im: T,
      n: number,
      { inverse = false, out }: { readonly inverse?: boolean; readonly out?: ComplexArrays<T> } = {},
    ) {
      const rows = rowCount('fft', re, n, n)
      requireLength('fft', 'im', im, rows * n)
      requireComplex('fft', out, rows * n)
      if (isSmall(rows, n)) return fft<T>(re, im, n, { inverse, ...(out && { out }) }) as Same<T>
      const outputs = [out?.re, out?.im]
      return toComplex<T>(
        await inThreads(pool, scratch, {
          transform: 'fft',
          ...job(n, rows),
          inverse,
          inputs: [re, im],
          outputWidth: n,
          outputs,
        }),
      )
    },
    async rfft<T extends FloatArray>(x: T, n: number, { out }: { readonly out?: ComplexArrays<T> } = {}) {
      const rows = rowCount('rfft', x, n, n)
      const bins = Math.floor(n / 2) + 1
      requireComplex('rfft', out, rows * bins)
      if (isSmall(rows, n)) return rfft<T>(x, n, { ...(out && { out }) }) as Same<T>
      const outputs = [out?.re, out?.im]
      return toComplex<T>(
        await inThreads(pool, scratch, {
          transform: 'rfft',
          ...job(n, rows),
          inverse: false,
          inputs: [x],
          outputWidth: bins,
          outputs,
        }),
      )
    },
    async irfft<T extends FloatArray>(re: T, im: T, n: number, { out }: { readonly out?: T } = {}) {
      const rows = rowCount('irfft', re, Math.floor(n / 2) + 1, n)
      requireLength('irfft', 'im', im, re.length)
      if (out) requireLength('irfft', 'out', out, rows * n)
      if (isSmall(rows, n)) return irfft<T>(re, im, n, { ...(out && { out }) }) as SameFloats<T>
      const [result] = await inThreads(pool, scratch, {
        transform: 'irfft',
        ...job(n, rows),
        inverse: true,
        inputs: [re, im],
        outputWidth: n,
        outputs: [out],
      })
      return result as SameFloats<T>
    },
  }
}

type Same<T extends FloatArray> = ComplexArrays<SameFloats<T>>

const toComplex = <T extends FloatArray>([re, im]: readonly FloatArray[]): Same<T> => ({ re, im }) as Same<T>

function requireComplex(name: string, out: ComplexArrays<FloatArray> | undefined, length: number): void {
  if (!out) return
  requireLength(name, 'out.re', out.re, length)
  requireLength(name, 'out.im', out.im, length)
}

/** Lets the pool's threads and this one transform all rows, and gives the outputs when they are written. */
async function inThreads(
  pool: WorkerPool,
  scratch: SharedScratch,
  { outputWidth, outputs, ...job }: Job,
): Promise<FloatArray[]> {
  const { rows, rowsAtOnce, sharedRows } = job
  const inputs = job.inputs.map(input => (isShared(input) ? input : copyTo(scratch.take(input, input.length), input)))
  const results = outputs.map(output => {
    if (!output) return sharedArray(inputs[0]!, rows * outputWidth)
    return isShared(output) ? output : scratch.take(output, output.length)
  })
  const next = new Int32Array(new SharedArrayBuffer(4))
  const request = { ...job, inputs, outputs: results, next }
  const others = Math.max(0, Math.min(pool.size, Math.ceil(sharedRows / rowsAtOnce) - 1))
  // After a failure scratch memory is left to the garbage collector.
  const elsewhere = pool.map(transformTask, Array<FftRequest>(others).fill(request))
  transformSharedRows(request)
  transformRows(request, sharedRows, rows)
  await elsewhere
  for (const [i, input] of inputs.entries()) if (input !== job.inputs[i]) scratch.giveBack(input)
  return results.map((result, i) => {
    const output = outputs[i]
    if (!output || output === result) return result
    scratch.giveBack(result)
    return copyTo(output, result)
  })
}

const isShared = ({ buffer }: FloatArray): boolean => buffer instanceof SharedArrayBuffer

function copyTo(target: FloatArray, source: FloatArray): FloatArray {
  target.set(source)
  return target
}
