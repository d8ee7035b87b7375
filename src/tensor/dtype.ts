import { QuadrupoleError } from '../core/index.ts'

/** The element types a tensor can have. */
export const dtypes = ['float32', 'float64', 'int32', 'int64', 'bool'] as const
export type DType = (typeof dtypes)[number]
export type FloatDType = 'float32' | 'float64'

/** The typed array that holds each dtype; a bool is a byte, 0 or 1. */
export interface StorageOf {
  float32: Float32Array
  float64: Float64Array
  int32: Int32Array
  int64: BigInt64Array
  bool: Uint8Array
}
export type Storage = StorageOf[DType]
/** Storage whose elements are JavaScript numbers: everything but int64. */
export type NumberStorage = Exclude<Storage, BigInt64Array>

const constructors = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
} as const

/** A zeroed typed array for `size` elements. */
export function allocate<D extends DType>(dtype: D, size: number): StorageOf[D] {
  if (!Object.hasOwn(constructors, dtype))
    throw new QuadrupoleError('dtype', `tensor: '${dtype}' is no dtype; use ${dtypes.join(', ')}`)
  return new constructors[dtype](size) as StorageOf[D]
}

export const isFloat = (dtype: DType): dtype is FloatDType => dtype === 'float32' || dtype === 'float64'
export const isInteger = (dtype: DType): boolean => dtype === 'int32' || dtype === 'int64'

/** The dtype a typed array stands for. */
export function dtypeOf(storage: Storage): DType {
  for (const dtype of dtypes) if (storage instanceof constructors[dtype]) return dtype
  throw new QuadrupoleError(
    'dtype',
    `tensor: a ${(storage as object).constructor.name} is no tensor storage; use Float32Array, Float64Array, Int32Array, BigInt64Array or Uint8Array (bool)`,
  )
}

/** Whether a typed array lies in memory that threads share. */
export const isShared = ({ buffer }: Storage): boolean => buffer instanceof SharedArrayBuffer

/** A copy in memory that is not shared; of shared memory it is made twice as fast as by `slice`. */
export function ownCopy(storage: Storage): Storage {
  const copy = allocate(dtypeOf(storage), storage.length)
  copy.set(storage as never)
  return copy
}

/** Element `i` as a number; int64 beyond 2^53 loses digits. */
export const numberAt = (storage: Storage, i: number): number => Number(storage[i]!)

/** Converts with NumPy's rules: to an integer truncates, to bool tests for non-zero. */
export function castStorage(from: Storage, to: DType): Storage {
  const size = from.length
  const out = allocate(to, size)
  if (to === 'bool') for (let i = 0; i < size; i++) out[i] = Number(from[i]) !== 0 ? 1 : 0
  else if (out instanceof BigInt64Array)
    for (let i = 0; i < size; i++) {
      const value = from[i]!
      out[i] = typeof value === 'bigint' ? value : Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n
    }
  else if (from instanceof BigInt64Array)
    for (let i = 0; i < size; i++) out[i] = Number(to === 'int32' ? BigInt.asIntN(32, from[i]!) : from[i]!)
  else (out as NumberStorage).set(from)
  return out
}
