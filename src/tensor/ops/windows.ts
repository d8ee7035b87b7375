import { QuadrupoleError } from '../../core/index.ts'
import * as framing from '../primitives/windows.ts'
import { normalizeAxis, showShape } from '../shape.ts'
import type { Tensor } from '../tensor.ts'

export interface WindowsOptions {
  /** From one window's start to the next's; the size by default, so that windows follow one another. */
  readonly step?: number
  /** The axis the windows lie along; the last by default. */
  readonly axis?: number
}

/**
 * Windows of `size` samples along an axis, whose place two axes take: windows and samples. Samples behind the last whole
 * window are left out.
 *
 * @throws `argument` for a size or step that is no integer from 1, or a size above the axis's length.
 * @example
 * windows(tensor([1, 2, 3, 4]), 2, { step: 1 }) // [[1, 2], [2, 3], [3, 4]]
 */
export function windows(x: Tensor, size: number, options: WindowsOptions = {}): Tensor {
  const { step = size, axis = -1 } = options
  const along = normalizeAxis('windows', axis, x.rank)
  if (size > x.shape[along]!)
    throw new QuadrupoleError(
      'argument',
      `windows: ${size} samples do not fit into axis ${along} of ${showShape(x.shape)}; pad it or use shorter windows`,
    )
  if (along === x.rank - 1) return framing.windows.bind([x], { size, step })[0]!
  const framed = framing.windows.bind([x.moveAxis(along, -1)], { size, step })[0]!
  return framed.moveAxis(-2, along).moveAxis(-1, along + 1)
}

/**
 * The sum of windows laid `step` samples apart along an axis: the adjoint of `windows`, and its inverse where windows do
 * not overlap.
 *
 * @param x windows along the axis before the last and samples along the last: [..., count, size].
 * @returns [..., (count - 1) step + size]
 */
export function overlapAdd(x: Tensor, step: number): Tensor {
  if (x.rank < 2)
    throw new QuadrupoleError('shape', `overlapAdd: ${showShape(x.shape)}, expected axes [..., windows, samples]`)
  const [count, size] = x.shape.slice(-2) as [number, number]
  const length = count === 0 ? 0 : (count - 1) * step + size
  return framing.overlapAdd.bind([x], { step, length })[0]!
}
