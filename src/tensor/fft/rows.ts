import type { Arena } from './arena.ts'
import { type Kernels, numberBytes, type Precision } from './kernels.ts'
import type { Plan } from './plan.ts'

export type FloatArray = Float32Array | Float64Array

interface ComplexRows {
  readonly re: FloatArray
  readonly im: FloatArray
}

/** A job: rows of one length, how to transform them, and where. */
export interface Rows {
  readonly kernels: Kernels
  readonly arena: Arena
  readonly precision: Precision
  readonly plan: Plan
  readonly length: number
  readonly rows: number
}

/** A part of a job that is in memory: its number of rows, and where they lie in planes of numbers, 0 to 3. */
interface Chunk {
  readonly rows: number
  readonly tables: number
  readonly work: number
  /**
   * Address in a plane for the chunk's rows of `width` numbers of an array. It agrees with theirs modulo 8: memory shared
   * between threads is copied byte by byte where it doesn't.
   */
  place(array: FloatArray, width: number, plane: number): number
  /** Copies the chunk's rows of an array to an address, and from there. */
  load(source: FloatArray, width: number, address: number): void
  save(target: FloatArray, width: number, address: number): void
}

/** Walks through a job in parts that fit the cache, so that memory doesn't grow with the number of rows. */
function forEachChunk(job: Rows, width: number, run: (chunk: Chunk) => void): void {
  const { arena, plan, precision } = job
  const { transform, tables } = plan
  const bytes = numberBytes[precision]
  const multiple = transform.rowMultiple
  const chunkRows = Math.max(1, Math.min(transform.preferredRows, Math.ceil(job.rows / multiple) * multiple))
  const planeBytes = Math.ceil((Math.ceil(chunkRows / multiple) * multiple * width * bytes) / 64) * 64 + 64
  const base = arena.workspace(4 * planeBytes + transform.workBytes(chunkRows))
  const view = arena.view(precision)
  for (let start = 0; start < job.rows; start += chunkRows) {
    const rows = Math.min(chunkRows, job.rows - start)
    run({
      rows,
      tables: tables.address,
      work: base + 4 * planeBytes,
      place(array, rowWidth, plane) {
        return base + plane * planeBytes + ((array.byteOffset + start * rowWidth * bytes) % 8)
      },
      load(source, rowWidth, address) {
        const all = source.length === rows * rowWidth
        view.set(all ? source : source.subarray(start * rowWidth, (start + rows) * rowWidth), address / bytes)
      },
      save(target, rowWidth, address) {
        target.set(view.subarray(address / bytes, address / bytes + rows * rowWidth), start * rowWidth)
      },
    })
  }
}

/** Complex rows to complex rows. */
export function complexRows(job: Rows, source: ComplexRows, target: ComplexRows, inverse: boolean): void {
  const { length: n, plan } = job
  const scale = inverse ? 1 / n : 1
  forEachChunk(job, n, ({ tables, work, rows, place, load, save }) => {
    const [a, b] = [place(source.re, n, 0), place(source.im, n, 1)]
    const [c, d] = [place(target.re, n, 2), place(target.im, n, 3)]
    load(source.re, n, a)
    load(source.im, n, b)
    // Real and imaginary parts exchanged before and after make the forward transform an inverse one.
    const input = { re: inverse ? b : a, im: inverse ? a : b, spacing: 1, rowLength: n }
    const output = { re: inverse ? d : c, im: inverse ? c : d, spacing: 1, rowLength: n }
    plan.transform.run({ tables, work, rows, input, output, scaleRe: scale, scaleIm: scale })
    save(target.re, n, c)
    save(target.im, n, d)
  })
}

/** Real rows of n to rows of floor(n / 2) + 1 bins. */
export function forwardRealRows(job: Rows, source: FloatArray, target: ComplexRows): void {
  const { length: n, plan, kernels, precision } = job
  const bins = Math.floor(n / 2) + 1
  const bytes = numberBytes[precision]
  forEachChunk(job, n + 2, ({ tables, work, rows, place, load, save }) => {
    const a = place(source, n, 0)
    const [c, d] = [place(target.re, bins, 2), place(target.im, bins, 3)]
    load(source, n, a)
    if (plan.roots === undefined) {
      const b = place(source, n, 1)
      job.arena.view(precision).fill(0, b / bytes, b / bytes + rows * n)
      const input = { re: a, im: b, spacing: 1, rowLength: n }
      const output = { re: c, im: d, spacing: 1, rowLength: n }
      plan.transform.run({ tables, work, rows, input, output, scaleRe: 1, scaleIm: 1 })
      kernels.truncateRows(c, n, bins, rows)
      kernels.truncateRows(d, n, bins, rows)
    } else {
      const input = { re: a, im: a + bytes, spacing: 2, rowLength: n / 2 }
      const output = { re: c, im: d, spacing: 1, rowLength: bins }
      const address = tables + plan.roots.offset
      const { count } = plan.roots
      const realRoots = plan.transform.splitsSpectrum ? { address, count } : undefined
      plan.transform.run({ tables, work, rows, input, output, scaleRe: 1, scaleIm: 1, realRoots })
      if (realRoots === undefined) kernels.splitSpectrum(c, d, n / 2, rows, address, count)
    }
    save(target.re, bins, c)
    save(target.im, bins, d)
  })
}

/** Rows of floor(n / 2) + 1 bins to real rows of n, divided by n. */
export function inverseRealRows(job: Rows, source: ComplexRows, target: FloatArray): void {
  const { length: n, plan, kernels, precision } = job
  const bins = Math.floor(n / 2) + 1
  forEachChunk(job, n + 2, ({ tables, work, rows, place, load, save }) => {
    const [a, b] = [place(source.re, bins, 0), place(source.im, bins, 1)]
    const c = place(target, n, 2)
    load(source.re, bins, a)
    load(source.im, bins, b)
    if (plan.roots === undefined) {
      kernels.mirrorConjugate(a, b, bins, rows)
      const input = { re: a, im: b, spacing: 1, rowLength: n }
      const output = { re: c, im: place(target, n, 3), spacing: 1, rowLength: n }
      plan.transform.run({ tables, work, rows, input, output, scaleRe: 1 / n, scaleIm: 1 / n })
    } else {
      kernels.joinSpectrum(a, b, n / 2, rows, tables + plan.roots.offset, plan.roots.count)
      const input = { re: a, im: b, spacing: 1, rowLength: bins }
      const output = { re: c, im: c + numberBytes[precision], spacing: 2, rowLength: n / 2 }
      plan.transform.run({ tables, work, rows, input, output, scaleRe: 1 / n, scaleIm: -1 / n })
    }
    save(target, n, c)
  })
}
