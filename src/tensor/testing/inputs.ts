import { foldIn, integers, type Key, permutation, uniform } from '../../core/index.ts'
import { castStorage, type DType } from '../dtype.ts'
import { type Shape, sizeOf } from '../shape.ts'
import { Tensor } from '../tensor.ts'

/** One input of a test case, drawn anew from a key. */
export interface Input {
  readonly shape: Shape
  /** The dtype that is being tested, unless it is given. */
  readonly dtype?: DType
  readonly draw: (key: Key, count: number) => Float64Array
}

/** Even draws from [low, high); integers truncate them. */
export const evenly = (shape: Shape, low = -2, high = 2): Input => ({
  shape,
  draw: (key, count) => uniform(key, count, { low, high }),
})

/** Magnitudes from [low, high) with random signs: away from a kink or a pole at 0. */
export const signed = (shape: Shape, low = 0.2, high = 2): Input => ({
  shape,
  draw: (key, count) => {
    const signs = uniform(foldIn(key, 'signs'), count)
    return uniform(key, count, { low, high }).map((x, i) => (signs[i]! < 0.5 ? -x : x))
  },
})

/** Values in random order, each `spacing` from the next: no ties, and no order that a small step could change. */
export const apart = (shape: Shape, spacing = 0.25, offset = 0): Input => ({
  shape,
  draw: (key, count) => Float64Array.from(permutation(key, count), i => (i - count / 2) * spacing + offset),
})

/** Integers from [low, high). */
export const whole = (shape: Shape, low: number, high: number, dtype?: DType): Input => ({
  shape,
  ...(dtype && { dtype }),
  draw: (key, count) => Float64Array.from(integers(key, count, { low, high })),
})

export const truths = (shape: Shape): Input => whole(shape, 0, 2, 'bool')

/** Given elements. */
export const listed = (values: readonly number[], shape: Shape = [values.length], dtype?: DType): Input => ({
  shape,
  ...(dtype && { dtype }),
  draw: () => Float64Array.from(values),
})

/** The tensor an input stands for when a dtype is tested. */
export const drawn = ({ shape, dtype: own, draw }: Input, key: Key, dtype: DType): Tensor =>
  Tensor.of(castStorage(draw(key, sizeOf(shape)), own ?? dtype), shape)
