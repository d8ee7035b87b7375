import { radices } from './factors.ts'
import type { Kernels } from './kernels.ts'
import { rootOfUnity } from './roots.ts'
import type { RowLayout, TableBuilder } from './transform.ts'

/** Address of the odd-radix butterfly's pairs: 32 bytes for each of at most 61 values. */
const pairs = 64

/** The passes of a transform over the first axis of [n][groups] complex vectors. */
export interface Stockham {
  /**
   * Transforms `source`, whose rows lie `rowBytes` apart, with `a` and `b` as work buffers of n * groups complex
   * vectors (`source` may be one of them), and returns which of the two holds the result.
   */
  run(tables: number, groups: number, source: number, rowBytes: number, a: number, b: number): number
  /** The same from `columns` columns of plain numbers, rows of which are `rowLength` values apart. */
  runPlain(tables: number, columns: number, source: RowLayout, a: number, b: number): number
}

/** Plans a self-sorting mixed-radix transform of length n (decimation in frequency, Stockham's order). */
export function planStockham(kernels: Kernels, n: number, tables: TableBuilder): Stockham {
  let length = n
  const passes = radices(n).map(radix => {
    const m = length / radix
    const twiddles = tables.add(passTwiddles(radix, m))
    const roots = radix > 5 && radix % 2 === 1 ? tables.add(oddRoots(radix)) : 0
    const pass = { radix, m, twiddles, roots, kernel: passKernel(kernels, radix) }
    length = m
    return pass
  })
  const lanes = 16 / tables.numberBytes
  const first = passes[0]

  const runFrom = (
    start: number,
    base: number,
    groups: number,
    source: number,
    rowBytes: number,
    a: number,
    b: number,
  ) => {
    let x = source
    let step = rowBytes
    let stride = start === 0 ? groups : groups * first!.radix
    for (let i = start; i < passes.length; i++) {
      const { radix, m, twiddles, roots, kernel } = passes[i]!
      const y = x === a ? b : a
      kernel(x, y, m, stride, step, base + twiddles, radix, base + roots, pairs)
      x = y
      stride *= radix
      step = stride * 32
    }
    return x
  }

  return {
    run: (base, groups, source, rowBytes, a, b) => runFrom(0, base, groups, source, rowBytes, a, b),
    runPlain(base, columns, { re, im, spacing, rowLength }, a, b) {
      const groups = Math.ceil(columns / lanes)
      if (first?.radix === 4 && columns % lanes === 0) {
        kernels.packRadix4(re, im, spacing, rowLength, a, groups, first.m, base + first.twiddles)
        return runFrom(1, base, groups, a, groups * 128, a, b)
      }
      kernels.packMatrix(re, im, spacing, n, rowLength, columns, a, groups)
      return runFrom(0, base, groups, a, groups * 32, a, b)
    },
  }
}

function passKernel(kernels: Kernels, radix: number) {
  switch (radix) {
    case 2:
      return kernels.radix2
    case 3:
      return kernels.radix3
    case 4:
      return kernels.radix4
    case 5:
      return kernels.radix5
    case 8:
      return kernels.radix8
    default:
      return kernels.radixOdd
  }
}

/** exp(-2 pi i p k / (r m)) for p = 1 .. m - 1, k = 1 .. r - 1 as pairs. */
function passTwiddles(radix: number, m: number): Float64Array {
  const values = new Float64Array(2 * (m - 1) * (radix - 1))
  let at = 0
  for (let p = 1; p < m; p++)
    for (let k = 1; k < radix; k++) {
      const { re, im } = rootOfUnity(p * k, radix * m)
      values[at++] = re
      values[at++] = im
    }
  return values
}

/** (cos, sin)(2 pi j k / r) for k, j = 1 .. (r - 1) / 2. */
function oddRoots(radix: number): Float64Array {
  const half = (radix - 1) / 2
  const values = new Float64Array(2 * half * half)
  let at = 0
  for (let k = 1; k <= half; k++)
    for (let j = 1; j <= half; j++) {
      const { re, im } = rootOfUnity(j * k, radix)
      values[at++] = re
      values[at++] = -im
    }
  return values
}
