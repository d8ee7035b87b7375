import { QuadrupoleError } from '../../core/index.ts'
import { Arena } from './arena.ts'
import { isSmooth } from './factors.ts'
import { loadKernels } from './kernels.ts'
import { type Kind, makePlan, type Plan, type PlanKey } from './plan.ts'
import { complexRows, type FloatArray, forwardRealRows, inverseRealRows, type Rows } from './rows.ts'

export type { FloatArray } from './rows.ts'

/** Real and imaginary parts in arrays of one type and length. */
export interface ComplexArrays<T extends FloatArray> {
  readonly re: T
  readonly im: T
}

/** Transforms of rows of any length, in the precision of their input. Each object has its own memory and plans. */
export interface Fft {
  /**
   * X_k = sum_t x_t exp(-2 pi i k t / n) for rows of n complex values; with `inverse`, of exp(+...) divided by n.
   * Rows follow each other without gaps. `out` receives the result if given (it may be the input).
   *
   * @throws `shape` where an array is no whole number of rows or lengths differ.
   */
  fft<T extends FloatArray>(
    re: T,
    im: T,
    n: number,
    options?: { readonly inverse?: boolean; readonly out?: ComplexArrays<T> },
  ): ComplexArrays<T>
  /**
   * Bins 0 .. floor(n / 2) of rows of n real values, unnormalised.
   *
   * @throws `shape` where an array is no whole number of rows or `out` has another length.
   */
  rfft<T extends FloatArray>(x: T, n: number, options?: { readonly out?: ComplexArrays<T> }): ComplexArrays<T>
  /**
   * Rows of n real values from bins 0 .. floor(n / 2), divided by n. The imaginary parts of bin 0 and, for even n, of
   * bin n / 2 are ignored.
   *
   * @throws `shape` where an array is no whole number of rows or lengths differ.
   */
  irfft<T extends FloatArray>(re: T, im: T, n: number, options?: { readonly out?: T }): T
  /** Bytes of WebAssembly memory held. */
  readonly memoryBytes: number
}

/**
 * Loads the kernels and makes an object that transforms. Plans are kept up to `cacheBytes` of tables, those used last.
 * Work memory is as large as the largest job needed: about ten times a long row, and less than 2 MB for short ones,
 * however many. A row's result doesn't depend on the other rows. Single precision lengths with a prime factor above 61
 * are computed in double precision.
 *
 * @throws `unsupported` where a row is too long for WebAssembly's 4 GB (from about 2^25 values).
 */
export function createFft({ cacheBytes = 32 * 2 ** 20 }: { readonly cacheBytes?: number } = {}): Fft {
  const kernels = loadKernels()
  const arena = new Arena(kernels)
  const plans = new Map<string, Plan>()

  const planFor = (key: PlanKey): Plan => {
    const name = `${key.kind} ${key.precision} ${key.length}`
    const plan = plans.get(name) ?? makePlan(key, kernels[key.precision], arena, (re, im) => fft(re, im, re.length))
    // Insertion order is order of use: the first is the one to drop.
    plans.delete(name)
    plans.set(name, plan)
    let held = 0
    for (const { tables } of plans.values()) held += tables.bytes
    for (const [oldest, { tables }] of plans) {
      if (held <= cacheBytes || oldest === name) break
      held -= tables.bytes
      arena.drop(tables)
      plans.delete(oldest)
    }
    return plan
  }

  const rowsFor = (kind: Kind, like: FloatArray, length: number, rows: number): Rows => {
    const precision = like instanceof Float32Array ? 'f32' : 'f64'
    const plan = planFor({ kind, precision, length })
    return { kernels: kernels[precision], arena, precision, plan, length, rows }
  }

  const fft: Fft['fft'] = (re, im, n, { inverse = false, out } = {}) => {
    const rows = rowCount('fft', re, n, n)
    requireLength('fft', 'im', im, rows * n)
    const result = out ?? { re: newArray(re, rows * n), im: newArray(re, rows * n) }
    requireLength('fft', 'out.re', result.re, rows * n)
    requireLength('fft', 'out.im', result.im, rows * n)
    inDouble(n, [re, im], [result.re, result.im], ([a, b], [c, d]) =>
      complexRows(rowsFor('complex', a!, n, rows), { re: a!, im: b! }, { re: c!, im: d! }, inverse),
    )
    return result
  }

  return {
    fft,
    rfft(x, n, { out } = {}) {
      const rows = rowCount('rfft', x, n, n)
      const bins = Math.floor(n / 2) + 1
      const result = out ?? { re: newArray(x, rows * bins), im: newArray(x, rows * bins) }
      requireLength('rfft', 'out.re', result.re, rows * bins)
      requireLength('rfft', 'out.im', result.im, rows * bins)
      inDouble(n, [x], [result.re, result.im], ([a], [c, d]) =>
        forwardRealRows(rowsFor('real', a!, n, rows), a!, { re: c!, im: d! }),
      )
      return result
    },
    irfft(re, im, n, { out } = {}) {
      const rows = rowCount('irfft', re, Math.floor(n / 2) + 1, n)
      requireLength('irfft', 'im', im, re.length)
      const result = out ?? newArray(re, rows * n)
      requireLength('irfft', 'out', result, rows * n)
      inDouble(n, [re, im], [result], ([a, b], [c]) =>
        inverseRealRows(rowsFor('real', a!, n, rows), { re: a!, im: b! }, c!),
      )
      return result
    },
    get memoryBytes() {
      return arena.buffer.byteLength
    },
  }
}

/** An array of the same type whose content is not set: all of it is written. */
const newArray = <T extends FloatArray>(like: T, length: number): T => {
  const { buffer } = Buffer.allocUnsafeSlow(length * like.BYTES_PER_ELEMENT)
  return (like instanceof Float32Array ? new Float32Array(buffer) : new Float64Array(buffer)) as T
}

/** Runs on the arrays themselves, or on float64 copies where single precision can't keep its accuracy. */
function inDouble(
  n: number,
  inputs: readonly FloatArray[],
  outputs: readonly FloatArray[],
  run: (inputs: readonly FloatArray[], outputs: readonly FloatArray[]) => void,
): void {
  if (inputs[0] instanceof Float64Array || isSmooth(n)) {
    run(inputs, outputs)
    return
  }
  const results = outputs.map(({ length }) => new Float64Array(length))
  run(
    inputs.map(input => new Float64Array(input)),
    results,
  )
  for (const [i, result] of results.entries()) outputs[i]!.set(result)
}

/** The number of rows in an array, checked. */
export function rowCount(name: string, array: FloatArray, rowLength: number, n: number): number {
  if (!Number.isSafeInteger(n) || n < 1)
    throw new QuadrupoleError('argument', `fft.${name}: n is ${n}, expected a positive integer`, { details: { n } })
  const rows = array.length / rowLength
  if (!Number.isInteger(rows))
    throw new QuadrupoleError(
      'shape',
      `fft.${name}: an array of ${array.length} values is no whole number of rows of ${rowLength}; check n = ${n}`,
      { details: { length: array.length, rowLength, n } },
    )
  return rows
}

/** Throws `shape` unless an array has the expected length. */
export function requireLength(name: string, what: string, array: FloatArray, expected: number): void {
  if (array.length !== expected)
    throw new QuadrupoleError('shape', `fft.${name}: ${what} has ${array.length} values, expected ${expected}`, {
      details: { length: array.length, expected },
    })
}
