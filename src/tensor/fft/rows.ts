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

/** An array of rows and the number of its values in one. */
interface Plane {
  readonly values: FloatArray
  readonly width: number
}

/** A part of a job that is in memory: two planes of rows for inputs, then two for outputs. */
interface Chunk {
  readonly rows: number
  readonly tables: number
  readonly work: number
  readonly planes: readonly [number, number, number, number]
}

/**
 * Walks through a job in parts that fit the cache, so that memory doesn't grow with the number of rows. Rows of the inputs
 * are in their planes when `run` is called, and those of the outputs are taken from theirs afterwards. A plane has room
 * for rows of `widest` numbers.
 */
function forEachChunk(
  job: Rows,
  widest: number,
  { inputs, outputs }: { readonly inputs: readonly Plane[]; readonly outputs: readonly Plane[] },
  run: (chunk: Chunk) => void,
): void {
  const { arena, plan, precision } = job
  const { transform, tables } = plan
  const bytes = numberBytes[precision]
  const multiple = transform.rowMultiple
  const chunkRows = Math.max(1, Math.min(transform.preferredRows, Math.ceil(job.rows / multiple) * multiple))
  const planeBytes = Math.ceil((Math.ceil(chunkRows / multiple) * multiple * widest * bytes) / 64) * 64 + 64
  const base = arena.workspace(4 * planeBytes + transform.workBytes(chunkRows))
  const planes = [base, base + planeBytes, base + 2 * planeBytes, base + 3 * planeBytes] as const
  const { buffer } = arena
  for (let start = 0; start < job.rows; start += chunkRows) {
    const rows = Math.min(chunkRows, job.rows - start)
    for (const [i, { values, width }] of inputs.entries())
      copyBytes(buffer, planes[i]!, values.buffer, values.byteOffset + start * width * bytes, rows * width * bytes)
    run({ rows, tables: tables.address, work: base + 4 * planeBytes, planes })
    for (const [i, { values, width }] of outputs.entries())
      copyBytes(values.buffer, values.byteOffset + start * width * bytes, buffer, planes[2 + i]!, rows * width * bytes)
  }
}

/** Copies by `fill`, as fast as memory: `set` goes word by word, or byte by byte, through memory that threads share. */
function copyBytes(target: ArrayBufferLike, to: number, source: ArrayBufferLike, from: number, length: number): void {
  Buffer.from(target, to, length).fill(new Uint8Array(source, from, length))
}

const complexPlanes = ({ re, im }: ComplexRows, width: number): readonly Plane[] => [
  { values: re, width },
  { values: im, width },
]

/** Complex rows to complex rows. */
export function complexRows(job: Rows, source: ComplexRows, target: ComplexRows, inverse: boolean): void {
  const { length: n, plan } = job
  const scale = inverse ? 1 / n : 1
  const arrays = { inputs: complexPlanes(source, n), outputs: complexPlanes(target, n) }
  forEachChunk(job, n, arrays, ({ tables, work, rows, planes: [a, b, c, d] }) => {
    // Real and imaginary parts exchanged before and after make the forward transform an inverse one.
    const input = { re: inverse ? b : a, im: inverse ? a : b, spacing: 1, rowLength: n }
    const output = { re: inverse ? d : c, im: inverse ? c : d, spacing: 1, rowLength: n }
    plan.transform.run({ tables, work, rows, input, output, scaleRe: scale, scaleIm: scale })
  })
}

/** Real rows of n to rows of floor(n / 2) + 1 bins. */
export function forwardRealRows(job: Rows, source: FloatArray, target: ComplexRows): void {
  const { length: n, plan, kernels, precision } = job
  const bins = Math.floor(n / 2) + 1
  const bytes = numberBytes[precision]
  const arrays = { inputs: [{ values: source, width: n }], outputs: complexPlanes(target, bins) }
  forEachChunk(job, n + 2, arrays, ({ tables, work, rows, planes: [a, b, c, d] }) => {
    if (plan.roots === undefined) {
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
  })
}

/** Rows of floor(n / 2) + 1 bins to real rows of n, divided by n. */
export function inverseRealRows(job: Rows, source: ComplexRows, target: FloatArray): void {
  const { length: n, plan, kernels, precision } = job
  const bins = Math.floor(n / 2) + 1
  const arrays = { inputs: complexPlanes(source, bins), outputs: [{ values: target, width: n }] }
  forEachChunk(job, n + 2, arrays, ({ tables, work, rows, planes: [a, b, c, d] }) => {
    if (plan.roots === undefined) {
      kernels.mirrorConjugate(a, b, bins, rows)
      const input = { re: a, im: b, spacing: 1, rowLength: n }
      const output = { re: c, im: d, spacing: 1, rowLength: n }
      plan.transform.run({ tables, work, rows, input, output, scaleRe: 1 / n, scaleIm: 1 / n })
    } else {
      kernels.joinSpectrum(a, b, n / 2, rows, tables + plan.roots.offset, plan.roots.count)
      const input = { re: a, im: b, spacing: 1, rowLength: bins }
      const output = { re: c, im: c + numberBytes[precision], spacing: 2, rowLength: n / 2 }
      plan.transform.run({ tables, work, rows, input, output, scaleRe: 1 / n, scaleIm: -1 / n })
    }
  })
}
