import { QuadrupoleError } from '../../core/index.ts'
import { concat } from '../ops/shape.ts'
import type { Tensor } from '../tensor.ts'
import { flattenTensors } from './tree.ts'

/** A tree as one vector, and how to make a tree of such a vector. */
export interface Raveled<T> {
  readonly vector: Tensor
  readonly unravel: (vector: Tensor) => T
}

/**
 * All tensors of a tree behind one another in one vector. What treats every element alike, as optimisers do, then costs
 * one operation instead of one a tensor.
 *
 * @throws `argument` for a tree without tensors, `dtype` where dtypes differ.
 */
export function ravel<T>(tree: T): Raveled<T> {
  const { tensors, rebuild } = flattenTensors(tree)
  if (tensors.length === 0) throw new QuadrupoleError('argument', 'ravel: the tree holds no tensors')
  const unravel = (vector: Tensor): T => {
    let start = 0
    const parts = tensors.map(({ shape, size }) => {
      const part = vector.slice({ 0: [start, start + size] }).reshape(shape)
      start += size
      return part
    })
    return rebuild(parts)
  }
  return { vector: concat(tensors.map(tensor => tensor.reshape([tensor.size]))), unravel }
}
