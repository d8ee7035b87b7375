import { isShared, type Storage } from '../dtype.ts'
import type { Shape } from '../shape.ts'
import { Tensor } from '../tensor.ts'

/** A tensor as it is posted between threads; its dtype is that of the array. */
export interface PostedTensor {
  readonly data: Storage
  readonly shape: Shape
}

/** What to post of a tensor: its shared memory, or else a copy to be moved. */
export const toPosted = ({ data, shape }: Tensor): PostedTensor => ({
  data: isShared(data) ? data : data.slice(),
  shape,
})

export const fromPosted = ({ data, shape }: PostedTensor): Tensor => Tensor.of(data, shape)

/** The memory to move with what is posted: cloning it would copy it twice. */
export const movedWith = (tensors: readonly (PostedTensor | undefined)[]): ArrayBuffer[] =>
  tensors.flatMap(tensor => (tensor && !isShared(tensor.data) ? [tensor.data.buffer as ArrayBuffer] : []))
