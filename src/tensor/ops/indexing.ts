import { QuadrupoleError } from '../../core/index.ts'
import { castStorage, type DType, isInteger } from '../dtype.ts'
import * as indexing from '../primitives/indexing.ts'
import { broadcastShapes, normalizeAxis, showShape, withLength } from '../shape.ts'
import { Tensor } from '../tensor.ts'
import { calledAs } from './called-as.ts'
import { full } from './create.ts'

/** Integers (int32 or int64) of any shape; a number stands for a tensor of rank 0. Negative ones count from the end. */
export type Indices = Tensor | number | readonly number[]

/** Indices given as numbers, as an int32 tensor. */
function indicesOf(where: string, indices: Indices): Tensor {
  if (typeof indices === 'number') return full([], indices, { dtype: 'int32' })
  if (!(indices instanceof Tensor)) return Tensor.of(castStorage(Float64Array.from(indices), 'int32'))
  if (!isInteger(indices.dtype))
    throw new QuadrupoleError('dtype', `${where}: indices are ${indices.dtype}, expected int32 or int64; cast them`)
  return indices
}

/**
 * Slices of a tensor along an axis (the first by default), whose place the axes of the indices take, as `numpy.take`.
 *
 * @throws `argument` for an index outside the axis; compiled, ONNX Runtime's error when it runs.
 * @example
 * take(tensor([10, 20, 30]), [2, 0]) // [30, 10]
 */
export const take = calledAs(
  'take',
  (x: Tensor, indices: Indices, options: { readonly axis?: number } = {}): Tensor => {
    const axis = normalizeAxis('take', options.axis ?? 0, x.rank)
    return indexing.gather.bind([x, indicesOf('take', indices)], { axis })[0]!
  },
)

/**
 * Elements of a tensor along an axis (the last by default), an index for each, as `numpy.take_along_axis`. The other
 * axes broadcast.
 *
 * @param indices int32 or int64, of the tensor's rank; negative ones count from the end.
 * @throws `argument` for an index outside the axis, `shape` where ranks differ.
 */
export const takeAlongAxis = calledAs(
  'takeAlongAxis',
  (x: Tensor, indices: Tensor, options: { readonly axis?: number } = {}): Tensor => {
    const axis = normalizeAxis('takeAlongAxis', options.axis ?? -1, x.rank)
    if (indices.rank !== x.rank)
      throw new QuadrupoleError(
        'shape',
        `takeAlongAxis: indices ${showShape(indices.shape)} need the rank of the tensor ${showShape(x.shape)}; use take for slices`,
      )
    const places = indicesOf('takeAlongAxis', indices)
    const shape = broadcastShapes('takeAlongAxis', withLength(x.shape, axis, 1), withLength(places.shape, axis, 1))
    const source = x.broadcastTo(withLength(shape, axis, x.shape[axis]!))
    const wide = places.broadcastTo(withLength(shape, axis, places.shape[axis]!))
    return indexing.gatherElements.bind([source, wide], { axis })[0]!
  },
)

/**
 * A tensor with slices added to it at indices along an axis (the first by default); a repeated index adds up.
 *
 * @param updates of the shape of `take(x, indices, { axis })`, or broadcast to it.
 * @throws `argument` for an index outside the axis, `shape` or `dtype` where the updates do not fit.
 */
export function scatterAdd(
  x: Tensor,
  indices: Indices,
  updates: Tensor,
  options: { readonly axis?: number } = {},
): Tensor {
  const axis = normalizeAxis('scatterAdd', options.axis ?? 0, x.rank)
  const places = indicesOf('scatterAdd', indices)
  const wide = updates.broadcastTo(x.shape.toSpliced(axis, 1, ...places.shape))
  return x.add(indexing.scatterAdd.bind([places, wide], { axis, length: x.shape[axis]! })[0]!)
}

/**
 * A tensor with elements added to it at indices along an axis (the last by default), an index for each element.
 *
 * @param indices int32 or int64, of the shape of the updates, which is the tensor's but along the axis.
 */
export const scatterAddAlongAxis = calledAs(
  'scatterAddAlongAxis',
  (x: Tensor, indices: Tensor, updates: Tensor, options: { readonly axis?: number } = {}): Tensor => {
    const axis = normalizeAxis('scatterAddAlongAxis', options.axis ?? -1, x.rank)
    const places = indicesOf('scatterAddAlongAxis', indices)
    return x.add(indexing.scatterAddElements.bind([places, updates], { axis, length: x.shape[axis]! })[0]!)
  },
)

/**
 * Indices as rows of zeros with a one at the index, along a new last axis; an index outside 0 ... `length`-1 gives a row
 * of zeros.
 *
 * @param indices int32 or int64, of any shape.
 */
export function oneHot(indices: Tensor, length: number, options: { readonly dtype?: DType } = {}): Tensor {
  const { dtype = 'float32' } = options
  if (!Number.isInteger(length) || length < 1)
    throw new QuadrupoleError('argument', `oneHot: a length of ${length}, expected an integer from 1`)
  const places = indicesOf('oneHot', indices)
  const classes = castStorage(
    Float64Array.from({ length }, (_, i) => i),
    places.dtype,
  )
  return places.expandAxis(-1).equal(Tensor.of(classes)).cast(dtype)
}
