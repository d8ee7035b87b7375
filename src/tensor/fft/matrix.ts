import type { Kernels } from './kernels.ts'
import { rootOfUnity } from './roots.ts'
import { planStockham } from './stockham.ts'
import { skewed, type TableBuilder, type Transform, type TransformCall } from './transform.ts'

/** Complex vectors of a work buffer that stay in the second-level cache. */
const cachedVectors = 4096

/**
 * A transform that works on one row at a time, as a matrix of n1 rows and n2 columns: transforms along columns, a
 * twiddle, a transposition, transforms along columns again (D. H. Bailey, "FFTs in external or hierarchical memory",
 * J. Supercomputing 4, 1990). Every step runs along whole registers, and blocks of columns stay in the cache.
 */
export function planMatrix(
  kernels: Kernels,
  { rows: n1, columns: n2 }: { readonly rows: number; readonly columns: number },
  tables: TableBuilder,
): Transform {
  const lanes = 16 / tables.numberBytes
  const first = planAxis(kernels, n1, n2, lanes, tables)
  const second = planAxis(kernels, n2, n1, lanes, tables)
  const paddedRows = Math.ceil(n1 / lanes) * lanes
  const fine = tables.add(fineTwiddles(n1, paddedRows, first.blockGroups, lanes, n1 * n2))
  const coarse = tables.add(first.blocks > 1 ? coarseTwiddles(n1, paddedRows, first, lanes, n1 * n2) : [])
  const bufferBytes = skewed(Math.max(paddedRows * first.blockGroups, n2 * second.blockGroups) * 32)
  const twiddleBytes = first.blocks > 1 ? paddedRows * first.blockGroups * 32 : 0
  // One vector more than a row: rows a power of two apart would share few sets of the cache.
  const middleRowBytes = (second.groups + 1) * 32
  const middleBytes = first.groups * lanes * middleRowBytes

  // Then the result is one run of whole registers.
  const splitsSpectrum = second.blocks === 1 && n1 % lanes === 0

  const runRow = (call: TransformCall, row: number): void => {
    const { tables: base, input, output, scaleRe, scaleIm } = call
    const a = call.work
    const b = a + bufferBytes
    const shifted = b + bufferBytes
    const middle = shifted + twiddleBytes
    const inOffset = row * input.rowLength * input.spacing * tables.numberBytes
    for (let block = 0; block < first.blocks; block++) {
      const start = block * first.blockGroups * lanes
      const columns = Math.min(n2 - start, first.blockGroups * lanes)
      const groups = Math.ceil(columns / lanes)
      const at = inOffset + start * input.spacing * tables.numberBytes
      const source = { re: input.re + at, im: input.im + at, spacing: input.spacing, rowLength: n2 }
      const columnsOut = first.stockham.runPlain(base, columns, source, a, b)
      let twiddles = base + fine
      if (first.blocks > 1) {
        const shift = base + coarse + block * paddedRows * 2 * tables.numberBytes
        kernels.shiftTwiddles(base + fine, shift, paddedRows, groups, first.blockGroups, shifted)
        twiddles = shifted
      }
      const target = middle + start * middleRowBytes
      kernels.twiddleTranspose(columnsOut, twiddles, n1, groups, target, middleRowBytes)
    }
    const outOffset = row * output.rowLength * output.spacing * tables.numberBytes
    for (let block = 0; block < second.blocks; block++) {
      const start = block * second.blockGroups * lanes
      const columns = Math.min(n1 - start, second.blockGroups * lanes)
      const groups = Math.ceil(columns / lanes)
      const source = middle + (start / lanes) * 32
      const result = second.stockham.run(base, groups, source, middleRowBytes, a, b)
      const at = outOffset + start * output.spacing * tables.numberBytes
      if (call.realRoots !== undefined) {
        const { address, count } = call.realRoots
        kernels.unpackSpectrum(result, n1 * n2, output.re + outOffset, output.im + outOffset, address, count, 0.5)
        return
      }
      kernels.unpackMatrix(
        result,
        groups,
        n2,
        n1,
        columns,
        output.re + at,
        output.im + at,
        output.spacing,
        scaleRe,
        scaleIm,
      )
    }
  }

  return {
    rowMultiple: 1,
    preferredRows: Math.max(1, Math.floor((cachedVectors * lanes) / (n1 * n2))),
    splitsSpectrum,
    workBytes: () => 2 * bufferBytes + twiddleBytes + middleBytes,
    run(call) {
      for (let row = 0; row < call.rows; row++) runRow(call, row)
    },
  }
}

interface Axis {
  readonly stockham: ReturnType<typeof planStockham>
  /** Complex vectors of a row, those of one block, and the number of blocks. */
  readonly groups: number
  readonly blockGroups: number
  readonly blocks: number
}

function planAxis(kernels: Kernels, length: number, columns: number, lanes: number, tables: TableBuilder): Axis {
  const groups = Math.ceil(columns / lanes)
  // Four vectors make whole cache lines of every row that a block touches.
  const blockGroups = length * groups <= cachedVectors ? groups : Math.max(4, Math.floor(cachedVectors / 2 / length))
  const blocks = Math.ceil(groups / blockGroups)
  return { stockham: planStockham(kernels, length, tables), groups, blockGroups, blocks }
}

/** exp(-2 pi i k c / n) for row k and column c of the first block, as complex vectors. */
function fineTwiddles(n1: number, paddedRows: number, groups: number, lanes: number, n: number): Float64Array {
  const values = new Float64Array(paddedRows * groups * lanes * 2)
  for (let k = 0; k < n1; k++)
    for (let c = 0; c < groups * lanes; c++) {
      const { re, im } = rootOfUnity(k * c, n)
      const at = (k * groups + Math.floor(c / lanes)) * lanes * 2 + (c % lanes)
      values[at] = re
      values[at + lanes] = im
    }
  return values
}

/** exp(-2 pi i k s / n) for row k and the first column s of each block, as pairs. */
function coarseTwiddles(n1: number, paddedRows: number, axis: Axis, lanes: number, n: number): Float64Array {
  const values = new Float64Array(axis.blocks * paddedRows * 2)
  for (let block = 0; block < axis.blocks; block++)
    for (let k = 0; k < n1; k++) {
      const { re, im } = rootOfUnity(k * block * axis.blockGroups * lanes, n)
      values[(block * paddedRows + k) * 2] = re
      values[(block * paddedRows + k) * 2 + 1] = im
    }
  return values
}
