import { QuadrupoleError } from '../core/index.ts'

export type Shape = readonly number[]

export const sizeOf = (shape: Shape): number => shape.reduce((size, n) => size * n, 1)

/** Row-major strides, in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length)
  let stride = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride
    stride *= shape[axis]!
  }
  return strides
}

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, axis) => n === b[axis])

/** `[2, 3]` as text for messages. */
export const showShape = (shape: Shape): string => `[${shape.join(', ')}]`

/** An axis in 0 … rank-1, from one that may count from the end. */
export function normalizeAxis(where: string, axis: number, rank: number): number {
  const normal = axis < 0 ? axis + rank : axis
  if (!Number.isInteger(axis) || normal < 0 || normal >= rank)
    throw new QuadrupoleError(
      'argument',
      `${where}: axis ${axis} is out of range for rank ${rank}; use ${rank === 0 ? 'a tensor with axes' : `an integer from ${-rank} to ${rank - 1}`}`,
    )
  return normal
}

/** Axes sorted and without repeats; `undefined` means all of them. */
export function normalizeAxes(where: string, axes: number | readonly number[] | undefined, rank: number): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis)
  const normal = (typeof axes === 'number' ? [axes] : [...axes]).map(axis => normalizeAxis(where, axis, rank))
  const unique = [...new Set(normal)].sort((a, b) => a - b)
  if (unique.length !== normal.length)
    throw new QuadrupoleError('argument', `${where}: axes ${showShape(normal)} repeat; name each axis once`)
  return unique
}

/** NumPy's broadcasting rule: aligned at the last axis, each pair equal or one of them 1. */
export function broadcastShapes(where: string, ...shapes: readonly Shape[]): number[] {
  const rank = Math.max(0, ...shapes.map(shape => shape.length))
  const result = new Array<number>(rank).fill(1)
  for (const shape of shapes)
    for (let i = 0; i < shape.length; i++) {
      const axis = rank - shape.length + i
      const n = shape[i]!
      if (n === 1 || n === result[axis]) continue
      if (result[axis] !== 1)
        throw new QuadrupoleError(
          'shape',
          `${where}: shapes ${shapes.map(showShape).join(' and ')} do not broadcast; aligned at the last axis, each pair of lengths must be equal or one of them 1`,
        )
      result[axis] = n
    }
  return result
}

/** Splits a shape at one axis: elements before it, along it, after it. */
export function aroundAxis(shape: Shape, axis: number): { outer: number; length: number; inner: number } {
  return { outer: sizeOf(shape.slice(0, axis)), length: shape[axis]!, inner: sizeOf(shape.slice(axis + 1)) }
}

/** The shape with one axis's length replaced. */
export const withLength = (shape: Shape, axis: number, length: number): number[] =>
  shape.map((n, i) => (i === axis ? length : n))

/** Checks that every length is a non-negative integer. */
export function checkShape(where: string, shape: Shape): void {
  if (!Array.isArray(shape))
    throw new QuadrupoleError('shape', `${where}: ${shape} is no shape; give a list of lengths, such as [2, 3]`)
  for (const n of shape)
    if (!Number.isInteger(n) || n < 0)
      throw new QuadrupoleError('shape', `${where}: ${showShape(shape)} is no shape; lengths are integers of 0 or more`)
}
