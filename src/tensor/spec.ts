import type { DType } from './dtype.ts'
import { checkShape, type Shape, showShape } from './shape.ts'
import type { Spec } from './trace.ts'

/** A shape and a dtype, standing in a tree where a tensor will. */
export class TensorSpec implements Spec {
  readonly shape: Shape
  readonly dtype: DType

  constructor(shape: Shape, dtype: DType) {
    checkShape('spec', shape)
    this.shape = Object.freeze([...shape])
    this.dtype = dtype
  }

  toString(): string {
    return `spec(${this.dtype} ${showShape(this.shape)})`
  }
}

/**
 * The shape and dtype (float32 by default) of a tensor that a function will be given.
 *
 * @throws `shape` unless lengths are integers of 0 or more.
 * @example
 * toOnnx(({ strain }) => ({ logit: network(strain) }), { inputs: { strain: spec([1, 2, 2048]) }, batch: true })
 */
export const spec = (shape: Shape, dtype: DType = 'float32'): TensorSpec => new TensorSpec(shape, dtype)
