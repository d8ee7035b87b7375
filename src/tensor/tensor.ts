import { QuadrupoleError } from '../core/index.ts'
import { type DType, dtypeOf, type Storage, type StorageOf } from './dtype.ts'
import { checkShape, type Shape, showShape, sizeOf } from './shape.ts'
import type { Trace, Value } from './trace.ts'

/** Where a traced tensor stands: a value of the graph that a trace is building. */
export interface TracedSource {
  readonly trace: Trace
  readonly value: Value
}

/**
 * An immutable n-dimensional array, row-major.
 *
 * It is *concrete* (a typed array) or, inside `trace`, `jit` and the gradient transformations, *traced* (a value of the
 * graph being built). Library functions take both. Its methods are those of `methods.ts`.
 */
export class Tensor {
  readonly shape: Shape
  readonly dtype: DType
  readonly source: Storage | TracedSource

  private constructor(shape: Shape, dtype: DType, source: Storage | TracedSource) {
    this.shape = shape
    this.dtype = dtype
    this.source = source
  }

  /**
   * A concrete tensor over a typed array, which it takes over: don't write to it afterwards.
   *
   * @throws `shape` when the array's length is not that of the shape.
   */
  static of(storage: Storage, shape: Shape = [storage.length]): Tensor {
    checkShape('Tensor.of', shape)
    if (storage.length !== sizeOf(shape))
      throw new QuadrupoleError(
        'shape',
        `Tensor.of: ${storage.length} elements do not fill shape ${showShape(shape)}, which holds ${sizeOf(shape)}`,
      )
    return new Tensor(Object.freeze([...shape]), dtypeOf(storage), storage)
  }

  /** The tensor that stands for a value of a graph under construction. */
  static traced(trace: Trace, value: Value): Tensor {
    return new Tensor(value.shape, value.dtype, { trace, value })
  }

  get rank(): number {
    return this.shape.length
  }

  /** The number of elements. */
  get size(): number {
    return sizeOf(this.shape)
  }

  get isTraced(): boolean {
    return !ArrayBuffer.isView(this.source)
  }

  /**
   * The elements of a concrete tensor, row-major; do not write to them.
   *
   * @throws `trace` for a traced tensor, whose elements do not exist yet.
   */
  get data(): Storage {
    if (ArrayBuffer.isView(this.source)) return this.source
    throw new QuadrupoleError(
      'trace',
      `Tensor.data: ${this} is traced, it has no elements while a graph is built; return it from the traced function and read it there`,
    )
  }

  /** The elements as the typed array of a dtype; throws `dtype` if the tensor has another. */
  dataAs<D extends DType>(dtype: D): StorageOf[D] {
    if (this.dtype !== dtype)
      throw new QuadrupoleError('dtype', `Tensor.dataAs: the tensor is ${this.dtype}, not ${dtype}; cast it first`)
    return this.data as StorageOf[D]
  }

  /** The single element of a tensor of size 1, as a number. */
  item(): number {
    if (this.size !== 1)
      throw new QuadrupoleError('shape', `Tensor.item: shape ${showShape(this.shape)} has ${this.size} elements, not 1`)
    return Number(this.data[0]!)
  }

  /** Nested arrays of numbers, one level an axis; a number for rank 0. */
  toArray(): unknown {
    const { data, shape } = this
    const nest = (axis: number, offset: number, stride: number): unknown => {
      if (axis === shape.length) return Number(data[offset]!)
      const step = stride / shape[axis]!
      return Array.from({ length: shape[axis]! }, (_, i) => nest(axis + 1, offset + i * step, step))
    }
    return nest(0, 0, data.length)
  }

  toString(): string {
    return `${this.isTraced ? 'traced ' : ''}Tensor(${this.dtype} ${showShape(this.shape)})`
  }
}
