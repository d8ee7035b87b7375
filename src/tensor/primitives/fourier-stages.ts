import { sizeOf } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import { factorsOf } from './fourier-plan.ts'
import type { ComplexTable, FourierTables, Sign } from './fourier-tables.ts'
import { rotate } from './rotate.ts'
import { noParams } from './rules.ts'

/** How planes of samples [rows, parts, n] are transformed; `parts` is 1 for real samples, 2 for complex ones. */
export interface StagesOptions {
  readonly tables: FourierTables
  readonly sign: Sign
  /** Bins wanted, from the first on; all by default. */
  readonly bins?: number
  readonly scale?: number
}

/** Complex numbers [rows, a, 2 b] times a table [a, b]. */
export const rotated = (x: Tensor, { re, im }: ComplexTable): Tensor => rotate.bind([x, re, im], noParams)[0]!

/**
 * The Fourier transform by products with small matrices: samples [rows, parts, n] to planes [rows, 2, bins].
 *
 * n is a product of factors (Cooley and Tukey, Math. Comp. 19, 1965, by decimation in frequency). Each factor is one
 * product from the left with the samples still untransformed as columns, so that nothing is transposed but whole blocks
 * of columns. Twiddle factors are inside the matrices of the next factor, except those of the columns, which wait for
 * one multiplication before the last factor. That one's product puts the bins in order.
 */
export function transformStages(x: Tensor, { tables, sign, bins, scale = 1 }: StagesOptions): Tensor {
  const [rows, parts, n] = x.shape as [number, number, number]
  const factors = factorsOf(n)
  const lastFactor = factors.at(-1)!
  const done = n / lastFactor
  const lastBins = Math.ceil((bins ?? n) / done)
  if (done === 1) {
    const matrix = tables.last({ done, factor: n, sign, parts }, lastBins, scale)
    return x
      .reshape([rows, parts * n])
      .matmul(matrix, { transposeB: true })
      .reshape([rows, 2, lastBins])
  }
  const columns = stagesBefore(x, factors, tables, sign)
  const split = { done, factor: lastFactor, sign, parts: 2 }
  const turned = rotated(columns.reshape([rows, done, 2 * lastFactor]), tables.twiddles(split))
  const planes = tables.last(split, lastBins, scale).matmul(turned, { transposeB: true })
  const all = planes.reshape([rows, 2, lastBins * done])
  return lastBins * done === (bins ?? n) ? all : all.slice({ 2: [0, bins ?? n] })
}

/** All factors but the last: [rows, parts, n] to [rows, bins so far, 2, columns]. */
function stagesBefore(x: Tensor, factors: readonly number[], tables: FourierTables, sign: Sign): Tensor {
  const [rows, parts, n] = x.shape as [number, number, number]
  let done = 1
  let columns = n
  let current = x.reshape([rows, 1, parts, n])
  for (const factor of factors.slice(0, -1)) {
    const from = done === 1 ? parts : 2
    columns /= factor
    const matrices = tables.stage({ done, factor, sign, parts: from })
    const product = matrices.matmul(current.reshape([rows, done, from * factor, columns]))
    const split = product.reshape([rows, done, factor, 2, columns])
    current = done === 1 ? split : split.transpose([0, 2, 1, 3, 4])
    done *= factor
  }
  return current
}

/**
 * The adjoint of `transformStages` for real samples, by its steps in reverse with transposed matrices: planes
 * [rows, 2, bins] to samples [rows, n], which are Re(sum over bins of X_k exp(-sign 2 pi i k t / n)).
 */
export function adjointStages(planes: Tensor, n: number, { tables, sign }: StagesOptions): Tensor {
  const [rows, , bins] = planes.shape as [number, number, number]
  const factors = factorsOf(n)
  const lastFactor = factors.at(-1)!
  const done = n / lastFactor
  const lastBins = Math.ceil(bins / done)
  if (done === 1) {
    const matrix = tables.last({ done, factor: n, sign, parts: 1 }, lastBins, 1)
    return planes.reshape([rows, 2 * bins]).matmul(matrix)
  }
  const whole = planes.pad({ 2: [0, lastBins * done - bins] })
  const split = { done, factor: lastFactor, sign, parts: 2 }
  const turned = whole.reshape([rows, 2 * lastBins, done]).matmul(tables.last(split, lastBins, 1), { transposeA: true })
  const conjugate: Sign = sign === 1 ? -1 : 1
  const columns = rotated(turned, tables.twiddles({ ...split, sign: conjugate }))
  return adjointStagesBefore(columns, factors, tables, sign)
}

function adjointStagesBefore(x: Tensor, factors: readonly number[], tables: FourierTables, sign: Sign): Tensor {
  const rows = x.shape[0]!
  let columns = factors.at(-1)!
  let done = sizeOf(factors) / columns
  let current = x
  for (const factor of factors.slice(0, -1).reverse()) {
    done /= factor
    const parts = done === 1 ? 1 : 2
    const split = current.reshape([rows, factor, done, 2, columns])
    const ordered = done === 1 ? split : split.transpose([0, 2, 1, 3, 4])
    const matrices = tables.stage({ done, factor, sign, parts })
    current = matrices.matmul(ordered.reshape([rows, done, 2 * factor, columns]), { transposeA: true })
    columns *= factor
  }
  return current.reshape([rows, columns])
}
