import { QuadrupoleError } from '../../core/index.ts'
import { allocate, castStorage, type DType, isInteger, type Storage } from '../dtype.ts'
import { checkShape, type Shape, showShape, sizeOf } from '../shape.ts'
import { Tensor } from '../tensor.ts'
import { calledAs } from './called-as.ts'

/** Numbers in nested arrays, one level an axis. */
export type Nested = number | boolean | bigint | readonly Nested[]

/** What functions take where a tensor is expected: a number stands for a tensor of the other operand's dtype. */
export type TensorLike = Tensor | number

/**
 * A tensor of nested arrays of numbers, of a typed array, or of another tensor.
 *
 * @param options.dtype what to convert to; by default float32 for arrays of numbers, bool for arrays of booleans, and a
 *   typed array's own type.
 * @throws `shape` where nested arrays are ragged.
 * @example
 * tensor([[1, 2], [3, 4]]).shape // [2, 2]
 */
export function tensor(
  values: Nested | Storage | Tensor,
  options: { readonly dtype?: DType; readonly shape?: Shape } = {},
): Tensor {
  if (values instanceof Tensor) {
    const { dtype = values.dtype, shape = values.shape } = options
    return values.cast(dtype).reshape(shape)
  }
  if (ArrayBuffer.isView(values)) {
    const made = filled(values, options.shape ?? [values.length])
    return options.dtype ? made.cast(options.dtype) : made
  }
  const shape: number[] = []
  for (let level = values; Array.isArray(level); level = level[0] as Nested) {
    shape.push(level.length)
    if (level.length === 0) break
  }
  const flat: (number | boolean | bigint)[] = []
  collect(values, shape, 0, flat)
  const odd = flat.findIndex(value => !['number', 'boolean', 'bigint'].includes(typeof value))
  if (odd >= 0)
    throw new QuadrupoleError(
      'argument',
      `tensor: element ${odd} is ${flat[odd] === null ? 'null' : typeof flat[odd]}, expected numbers, bigints or booleans in nested arrays, or a typed array`,
    )
  const { dtype = typeof flat[0] === 'boolean' ? 'bool' : typeof flat[0] === 'bigint' ? 'int64' : 'float32' } = options
  const storage =
    dtype === 'int64' ? BigInt64Array.from(flat, toBigInt) : castStorage(Float64Array.from(flat, Number), dtype)
  return filled(storage, options.shape ?? shape)
}

/** Truncates as castStorage does; what is no finite number gives 0. */
const toBigInt = (value: number | boolean | bigint): bigint =>
  typeof value === 'number' ? BigInt(Number.isFinite(value) ? Math.trunc(value) : 0) : BigInt(value)

const filled = calledAs('tensor', (storage: Storage, shape: Shape) => Tensor.of(storage, shape))

function collect(values: Nested, shape: Shape, axis: number, flat: (number | boolean | bigint)[]): void {
  if (!Array.isArray(values)) {
    if (axis !== shape.length) throw ragged(shape)
    flat.push(values as number | boolean | bigint)
    return
  }
  if (axis >= shape.length || values.length !== shape[axis]) throw ragged(shape)
  for (const value of values as readonly Nested[]) collect(value, shape, axis + 1, flat)
}

const ragged = (shape: Shape): QuadrupoleError =>
  new QuadrupoleError('shape', `tensor: nested arrays are ragged; the first of each level give ${showShape(shape)}`)

/** A tensor with every element the same. */
export function full(shape: Shape, value: number, options: { readonly dtype?: DType } = {}): Tensor {
  const { dtype = 'float32' } = options
  checkShape('full', shape)
  if (isInteger(dtype) && !Number.isInteger(value))
    throw new QuadrupoleError('dtype', `full: ${value} is no ${dtype}; round it, or ask for a float dtype`)
  const storage = allocate(dtype, sizeOf(shape))
  if (storage instanceof BigInt64Array) storage.fill(BigInt(value))
  else storage.fill(value)
  return Tensor.of(storage, shape)
}

interface CreateOptions {
  readonly dtype?: DType
}

export const zeros = calledAs('zeros', (shape: Shape, options: CreateOptions = {}): Tensor => full(shape, 0, options))
export const ones = calledAs('ones', (shape: Shape, options: CreateOptions = {}): Tensor => full(shape, 1, options))

/** A tensor of rank 0. */
export const scalar = (value: number, options: { readonly dtype?: DType } = {}): Tensor => full([], value, options)

/** start, start + step, … up to but without stop. */
export function arange(
  stop: number,
  options: { readonly start?: number; readonly step?: number; readonly dtype?: DType } = {},
): Tensor {
  const { start = 0, step = 1, dtype = 'float32' } = options
  if (step === 0 || ![start, stop, step].every(Number.isFinite))
    throw new QuadrupoleError(
      'argument',
      `arange: from ${start} to ${stop} in steps of ${step} is no finite range; give finite bounds and a step other than 0`,
    )
  const count = Math.max(0, Math.ceil((stop - start) / step))
  return Tensor.of(
    castStorage(
      Float64Array.from({ length: count }, (_, i) => start + i * step),
      dtype,
    ),
  )
}

/** `count` evenly spaced numbers, both ends among them. */
export function linspace(start: number, stop: number, count: number, options: { readonly dtype?: DType } = {}): Tensor {
  const { dtype = 'float32' } = options
  if (!Number.isInteger(count) || count < 0)
    throw new QuadrupoleError('argument', `linspace: count ${count} must be an integer of 0 or more`)
  const step = count > 1 ? (stop - start) / (count - 1) : 0
  const values = Float64Array.from({ length: count }, (_, i) =>
    i === count - 1 && count > 1 ? stop : start + i * step,
  )
  return Tensor.of(castStorage(values, dtype))
}

/** The identity matrix. */
export function eye(n: number, options: { readonly dtype?: DType } = {}): Tensor {
  const { dtype = 'float32' } = options
  checkShape('eye', [n, n])
  const values = new Float64Array(n * n)
  for (let i = 0; i < n; i++) values[i * n + i] = 1
  return Tensor.of(castStorage(values, dtype), [n, n])
}
