import { QuadrupoleError } from '../../core/index.ts'
import { allocate, type DType, type NumberStorage, type Storage } from '../dtype.ts'
import { broadcastShapes, type Shape, showShape, sizeOf, stridesOf } from '../shape.ts'
import type { Spec } from '../trace.ts'

/** No parameters: what most elementwise primitives take. */
export type NoParams = Record<string, never>
export const noParams: NoParams = {}

/**
 * The shape rule of elementwise primitives: all inputs have the same rank and, axis by axis, the same length or 1.
 * Aligning ranks is left to `ops/`.
 */
export function elementwiseShape(name: string, inputs: readonly Spec[]): number[] {
  const rank = inputs[0]!.shape.length
  if (inputs.some(input => input.shape.length !== rank))
    throw new QuadrupoleError(
      'shape',
      `${name}: ranks differ: ${inputs.map(input => showShape(input.shape)).join(' and ')}; reshape to equal ranks`,
    )
  return broadcastShapes(name, ...inputs.map(input => input.shape))
}

/** Checks that every input has one of the dtypes, and all the same. */
export function checkDTypes(name: string, inputs: readonly Spec[], allowed: readonly DType[]): DType {
  const dtype = inputs[0]!.dtype
  for (const input of inputs)
    if (input.dtype !== dtype)
      throw new QuadrupoleError(
        'dtype',
        `${name}: dtypes differ: ${inputs.map(i => i.dtype).join(' and ')}; cast one of them`,
      )
  if (!allowed.includes(dtype))
    throw new QuadrupoleError('dtype', `${name}: takes ${allowed.join(', ')}, got ${dtype}; cast it first`)
  return dtype
}

export const floats: readonly DType[] = ['float32', 'float64']
export const numbers: readonly DType[] = ['float32', 'float64', 'int32', 'int64']
export const anyDType: readonly DType[] = [...numbers, 'bool']

/** The element each output element takes from an input that is stretched along axes of length 1. */
export function broadcastOffsets(from: Shape, to: Shape): Int32Array {
  const offsets = new Int32Array(sizeOf(to))
  const strides = stridesOf(from).map((stride, axis) => (from[axis] === 1 ? 0 : stride))
  const counter = new Array<number>(to.length).fill(0)
  let offset = 0
  for (let i = 0; i < offsets.length; i++) {
    offsets[i] = offset
    for (let axis = to.length - 1; axis >= 0; axis--) {
      offset += strides[axis]!
      if (++counter[axis]! < to[axis]!) break
      offset -= strides[axis]! * to[axis]!
      counter[axis] = 0
    }
  }
  return offsets
}

/** The elements at the given places, in their order. */
export function pick(storage: Storage, dtype: DType, offsets: Int32Array): Storage {
  const out = allocate(dtype, offsets.length) as NumberStorage
  const from = storage as NumberStorage
  for (let i = 0; i < out.length; i++) out[i] = from[offsets[i]!]!
  return out
}

/** Offsets of a strided walk over a shape. */
export function stridedOffsets(shape: Shape, strides: readonly number[], start = 0): Int32Array {
  const offsets = new Int32Array(sizeOf(shape))
  const counter = new Array<number>(shape.length).fill(0)
  let offset = start
  for (let i = 0; i < offsets.length; i++) {
    offsets[i] = offset
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      offset += strides[axis]!
      if (++counter[axis]! < shape[axis]!) break
      offset -= strides[axis]! * shape[axis]!
      counter[axis] = 0
    }
  }
  return offsets
}

// Math.max and Math.min take no bigint
const isAbove = (a: bigint, b: bigint): boolean => a > b
export const largerBig = (a: bigint, b: bigint): bigint => (isAbove(a, b) ? a : b)
export const smallerBig = (a: bigint, b: bigint): bigint => (isAbove(a, b) ? b : a)
