import type { Kernels } from './kernels.ts'
import { planStockham } from './stockham.ts'
import { skewed, type TableBuilder, type Transform } from './transform.ts'

/** Complex vectors of a work buffer that stay in the first-level cache. */
const cachedVectors = 512

/** A transform that works on as many rows at once as a register has lanes, times a number that fits the cache. */
export function planBatch(kernels: Kernels, n: number, tables: TableBuilder): Transform {
  const lanes = 16 / tables.numberBytes
  const stockham = planStockham(kernels, n, tables)
  const bytes = (rows: number): number => skewed(n * Math.ceil(rows / lanes) * 32)
  return {
    rowMultiple: lanes,
    preferredRows: lanes * Math.max(1, Math.floor(cachedVectors / n)),
    splitsSpectrum: false,
    workBytes: rows => 2 * bytes(rows),
    run({ tables: base, work, rows, input, output, scaleRe, scaleIm }) {
      const groups = Math.ceil(rows / lanes)
      const other = work + bytes(rows)
      kernels.packBatch(input.re, input.im, input.spacing, n, input.rowLength, work, groups)
      const result = stockham.run(base, groups, work, groups * 32, work, other)
      const { re, im, spacing, rowLength } = output
      kernels.unpackBatch(result, groups, n, rowLength, re, im, spacing, scaleRe, scaleIm)
    },
  }
}
