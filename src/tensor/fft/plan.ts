import type { Arena, Tables } from './arena.ts'
import { planBatch } from './batch.ts'
import { planBluestein } from './bluestein.ts'
import { fastLength, isSmooth, matrixShape } from './factors.ts'
import { type Kernels, numberBytes, type Precision } from './kernels.ts'
import { planMatrix } from './matrix.ts'
import { rootOfUnity } from './roots.ts'
import { TableBuilder, type Transform } from './transform.ts'

/** Whether the transform is of complex rows, or of real ones (either direction). */
export type Kind = 'complex' | 'real'

/** What a plan is made for. Never the number of rows: a row's bits must not depend on its neighbours. */
export interface PlanKey {
  readonly kind: Kind
  readonly precision: Precision
  readonly length: number
}

/** Everything known in advance about transforms of one length. */
export interface Plan {
  readonly transform: Transform
  readonly tables: Tables
  /** Where the roots of unity of a real transform of even length are, and how many. */
  readonly roots: { readonly offset: number; readonly count: number } | undefined
}

type Spectrum = (re: Float64Array, im: Float64Array) => { readonly re: Float64Array; readonly im: Float64Array }

/** Shortest length that is faster as a matrix, one row at a time, than with a row in every lane. */
const shortestMatrix = 256

/** Plans a transform and stores its tables; `spectrum` is a complex float64 transform of one row. */
export function makePlan(
  { kind, precision, length }: PlanKey,
  kernels: Kernels,
  arena: Arena,
  spectrum: Spectrum,
): Plan {
  const builder = new TableBuilder(numberBytes[precision])
  const half = kind === 'real' && length % 2 === 0
  const transform = planComplex(kernels, half ? length / 2 : length, builder, spectrum)
  const roots = half ? realRoots(length) : undefined
  const offset = roots === undefined ? 0 : builder.add(roots)
  const tables = arena.add(builder.build(), precision)
  return { transform, tables, roots: roots && { offset, count: roots.length / 2 } }
}

function planComplex(kernels: Kernels, n: number, tables: TableBuilder, spectrum: Spectrum): Transform {
  if (!isSmooth(n)) {
    const innerLength = fastLength(2 * n - 1)
    const inner = planComplex(kernels, innerLength, tables, spectrum)
    return planBluestein(kernels, { length: n, innerLength, inner }, spectrum, tables)
  }
  const shape = matrixShape(n, 16 / tables.numberBytes)
  return shape !== undefined && n >= shortestMatrix ? planMatrix(kernels, shape, tables) : planBatch(kernels, n, tables)
}

/** cos(2 pi k / n), then -sin, for the k up to n / 4 that the split of a real spectrum needs, and a register more. */
function realRoots(n: number): Float64Array {
  const count = Math.ceil((Math.floor(n / 4) + 5) / 4) * 4
  const values = new Float64Array(2 * count)
  for (let k = 0; k < count; k++) {
    const { re, im } = rootOfUnity(k, n)
    values[k] = re
    values[count + k] = im
  }
  return values
}
