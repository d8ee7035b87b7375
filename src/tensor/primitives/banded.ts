import { QuadrupoleError } from '../../core/index.ts'
import { castStorage } from '../dtype.ts'
import { concat, stack } from '../ops/shape.ts'
import { definePrimitive, type Primitive } from '../primitive.ts'
import { showShape, sizeOf } from '../shape.ts'
import { Tensor } from '../tensor.ts'
import type { Spec } from '../trace.ts'
import { scan } from '../transform/scan.ts'
import { factorisedBands, solveBands } from './banded-kernel.ts'
import { batchIndex } from './linear-algebra.ts'
import { checkDTypes, floats } from './rules.ts'

/** How many diagonals a matrix has below and above its main one. */
export interface BandwidthParams {
  readonly below: number
  readonly above: number
}

export interface BandedSolveParams extends BandwidthParams {
  /** Solves A^T x = b. */
  readonly isTransposed: boolean
}

function checkBands(bands: Spec, b: Spec, { below, above }: BandwidthParams): void {
  const [rows, n] = bands.shape.slice(-2)
  if ([below, above].some(count => !Number.isInteger(count) || count < 0))
    throw new QuadrupoleError(
      'argument',
      `bandedSolve: ${below} diagonals below and ${above} above; give integers from 0`,
    )
  const leading = (spec: Spec): string => spec.shape.slice(0, -2).join()
  const isFit = bands.shape.length >= 2 && b.shape.length === bands.shape.length && leading(bands) === leading(b)
  if (!isFit || rows !== below + above + 1 || b.shape.at(-2) !== n || n === 0)
    throw new QuadrupoleError(
      'shape',
      `bandedSolve: diagonals ${showShape(bands.shape)} and right sides ${showShape(b.shape)}; expected [..., ${below + above + 1}, n] and [..., n, k] with equal leading axes`,
    )
}

/**
 * x with A x = b, or A^T x = b, for a matrix of few diagonals: bands[above + i - j, j] = A[i, j]. Corners of the bands
 * that lie outside of A are not read.
 */
export const bandedSolve: Primitive<BandedSolveParams> = definePrimitive<BandedSolveParams>({
  name: 'bandedSolve',
  infer: ([bands, b], params) => {
    const dtype = checkDTypes('bandedSolve', [bands!, b!], floats)
    checkBands(bands!, b!, params)
    return [{ shape: b!.shape, dtype }]
  },
  run: ([bands, b], params) => {
    const [n, width] = b!.shape.slice(-2) as [number, number]
    const count = sizeOf(b!.shape.slice(0, -2))
    const out = Float64Array.from(b!.data as Float64Array)
    const size = bands!.shape.at(-2)! * n
    for (let at = 0; at < count; at++) {
      const factors = factorisedBands((bands!.data as Float64Array).subarray(at * size, (at + 1) * size), n, params)
      if (typeof factors === 'number')
        throw new QuadrupoleError(
          'data',
          `bandedSolve: ${batchIndex(at, b!.shape.slice(0, -2))} is singular, column ${factors} has no pivot; check its diagonals`,
          { details: { batch: at, column: factors } },
        )
      solveBands(factors, out.subarray(at * n * width, (at + 1) * n * width))
    }
    return [castStorage(out, b!.dtype)]
  },
  gradient: ({ inputs, outputs, cotangents, needed, params }) => {
    const [bands] = inputs as [Tensor]
    const ofB = bandedSolve.bind([bands, cotangents[0]!], { ...params, isTransposed: !params.isTransposed })[0]!
    const [left, right] = params.isTransposed ? [outputs[0]!, ofB] : [ofB, outputs[0]!]
    const ofBands = (): Tensor =>
      stack(
        Array.from({ length: bands.shape.at(-2)! }, (_, row) =>
          shifted(left, -2, row - params.above)
            .mul(right)
            .sum({ axes: -1 })
            .neg(),
        ),
        { axis: -2 },
      )
    return [needed[0] ? ofBands() : undefined, needed[1] ? ofB : undefined]
  },
  decompose: ([bands, b], params) => [eliminated(bands!, b!, params)],
  lower: 'decomposed',
  batch: ({ inputs, batched, size, params }) =>
    bandedSolve.bind(
      inputs.map((input, i) =>
        batched[i] ? input : input.reshape([1, ...input.shape]).broadcastTo([size, ...input.shape]),
      ),
      params,
    ),
})

/** Element i + by in place of element i, and zeros where there is none. */
function shifted(x: Tensor, axis: number, by: number): Tensor {
  const n = x.shape.at(axis)!
  const count = Math.max(0, n - Math.abs(by))
  const kept = x.slice({ [axis]: by > 0 ? [n - count, n] : [0, count] })
  return kept.pad({ [axis]: by > 0 ? [0, n - count] : [n - count, 0] })
}

/**
 * Gauss's elimination row by row, without pivoting: exact enough where A is diagonally dominant or positive definite.
 * Each step knows the `below` rows before it.
 */
function eliminated(bands: Tensor, b: Tensor, params: BandedSolveParams): Tensor {
  const [below, above] = params.isTransposed ? [params.above, params.below] : [params.below, params.above]
  const rows = rowsOf(bands, params).moveAxis(-1, 0)
  const sides = b.moveAxis(-2, 0)
  const width = b.shape.at(-1)!
  const batch = b.shape.slice(0, -2)
  const zeros = (...shape: number[]): Tensor =>
    b
      .like(0)
      .reshape(shape.map(() => 1))
      .broadcastTo(shape)
  const normalised = (row: Tensor, side: Tensor): [Tensor, Tensor] => {
    const pivot = row.slice({ '-1': [below, below + 1] })
    return [row.slice({ '-1': [below + 1, null] }).div(pivot), side.div(pivot)]
  }
  const [uppers, reduced] =
    below === 0
      ? normalised(rows, sides)
      : scan(
          ([before, solved]: readonly [Tensor, Tensor], [row, side]: readonly [Tensor, Tensor]) => {
            let [rest, value] = [row, side]
            for (let t = 0; t < below; t++) {
              const factor = rest.slice({ '-1': [t, t + 1] })
              const taken = before
                .slice({ '-2': t })
                .slice({ '-1': [0, above] })
                .mul(factor)
              rest = rest.sub(taken.pad({ '-1': [t + 1, below - t] }))
              value = value.sub(solved.slice({ '-2': t }).mul(factor))
            }
            const [upper, result] = normalised(rest, value)
            // a column more than there are, so that no carry is empty
            const last = upper.pad({ '-1': [0, 1] }).expandAxis(-2)
            const next = concat([before.slice({ '-2': [1, null] }), last], { axis: -2 })
            const all = concat([solved.slice({ '-2': [1, null] }), result.expandAxis(-2)], { axis: -2 })
            return [[next, all] as const, [upper, result] as const] as const
          },
          [zeros(...batch, below, above + 1), zeros(...batch, below, width)] as const,
          [rows, sides] as const,
        )[1]
  if (above === 0) return reduced.moveAxis(0, -2)
  const [, solution] = scan(
    (after: Tensor, [upper, side]: readonly [Tensor, Tensor]) => {
      const found = side.sub(upper.expandAxis(-2).matmul(after).reshape(side.shape))
      return [concat([found.expandAxis(-2), after.slice({ '-2': [0, above - 1] })], { axis: -2 }), found] as const
    },
    zeros(...batch, above, width),
    [uppers, reduced] as const,
    { reverse: true },
  )
  return solution.moveAxis(0, -2)
}

/** A's rows (or A^T's) from `below` before the diagonal to `above` behind it: [..., below + above + 1, n]. */
function rowsOf(bands: Tensor, { below, above, isTransposed }: BandedSolveParams): Tensor {
  const [count, n] = bands.shape.slice(-2) as [number, number]
  const inside = Uint8Array.from({ length: count * n }, (_, at) => {
    const i = Math.floor(at / n) - above + (at % n)
    return i >= 0 && i < n ? 1 : 0
  })
  const masked = Tensor.of(inside, [count, n]).where(bands, 0)
  if (isTransposed) return masked
  return stack(
    Array.from({ length: count }, (_, s) => shifted(masked.slice({ '-2': count - 1 - s }), -1, s - below)),
    { axis: -2 },
  )
}
