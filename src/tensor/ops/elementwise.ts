import { QuadrupoleError } from '../../core/index.ts'
import { allocate, type DType, isFloat, isInteger } from '../dtype.ts'
import type { Primitive } from '../primitive.ts'
import * as arithmetic from '../primitives/arithmetic.ts'
import * as comparison from '../primitives/comparison.ts'
import { where as select } from '../primitives/elementwise.ts'
import { cast as castTo } from '../primitives/movement.ts'
import { type NoParams, noParams } from '../primitives/rules.ts'
import * as transcendental from '../primitives/transcendental.ts'
import { broadcastShapes } from '../shape.ts'
import { Tensor } from '../tensor.ts'
import { calledAs } from './called-as.ts'
import type { TensorLike } from './create.ts'

/** A number as a tensor of a given dtype whose axes all have length 1, which elementwise functions stretch. */
export function constantLike(where: string, value: number, dtype: DType, rank: number): Tensor {
  if (isInteger(dtype) && !Number.isInteger(value))
    throw new QuadrupoleError('dtype', `${where}: ${value} is no ${dtype}; cast the tensor to a float first`)
  const storage = allocate(dtype, 1)
  if (storage instanceof BigInt64Array) storage[0] = BigInt(value)
  else storage[0] = value
  return Tensor.of(storage, new Array<number>(rank).fill(1))
}

/** Operands of one rank and dtype: numbers become tensors, missing leading axes get length 1. */
function aligned(where: string, operands: readonly TensorLike[]): Tensor[] {
  operands.forEach(operand => {
    checkOperand(where, operand)
  })
  const tensors = operands.filter(operand => operand instanceof Tensor)
  broadcastShapes(where, ...tensors.map(tensor => tensor.shape))
  const rank = Math.max(0, ...tensors.map(tensor => tensor.rank))
  const dtype = tensors[0]?.dtype ?? 'float32'
  const different = tensors.find(tensor => tensor.dtype !== dtype)
  if (different)
    throw new QuadrupoleError(
      'dtype',
      `${where}: dtypes differ: ${dtype} and ${different.dtype}; nothing is promoted, cast one of them`,
    )
  return operands.map(operand => {
    if (!(operand instanceof Tensor)) return constantLike(where, operand, dtype, rank)
    return operand.rank === rank
      ? operand
      : operand.reshape([...new Array<number>(rank - operand.rank).fill(1), ...operand.shape])
  })
}

function checkOperand(where: string, operand: unknown): void {
  if (operand instanceof Tensor || typeof operand === 'number') return
  const got = Array.isArray(operand) ? 'an array' : ((operand as object | null)?.constructor?.name ?? String(operand))
  throw new QuadrupoleError(
    'argument',
    `${where}: an operand is ${got}, expected a tensor or a number; make one with tensor()`,
  )
}

const unary =
  (primitive: Primitive<NoParams>) =>
  (x: Tensor): Tensor =>
    primitive.bind([x], noParams)[0]!

const binary =
  (primitive: Primitive<NoParams>) =>
  (a: TensorLike, b: TensorLike): Tensor =>
    primitive.bind(aligned(primitive.name, [a, b]), noParams)[0]!

export const neg: (x: Tensor) => Tensor = unary(arithmetic.neg)
export const abs: (x: Tensor) => Tensor = unary(arithmetic.abs)
export const sign: (x: Tensor) => Tensor = unary(arithmetic.sign)
export const floor: (x: Tensor) => Tensor = unary(arithmetic.floor)
export const ceil: (x: Tensor) => Tensor = unary(arithmetic.ceil)
export const round: (x: Tensor) => Tensor = unary(arithmetic.round)

export const add: (a: TensorLike, b: TensorLike) => Tensor = binary(arithmetic.add)
export const sub: (a: TensorLike, b: TensorLike) => Tensor = binary(arithmetic.sub)
export const mul: (a: TensorLike, b: TensorLike) => Tensor = binary(arithmetic.mul)
export const div: (a: TensorLike, b: TensorLike) => Tensor = binary(arithmetic.div)
export const remainder: (a: TensorLike, b: TensorLike) => Tensor = binary(arithmetic.remainder)
export const pow: (a: TensorLike, b: TensorLike) => Tensor = binary(arithmetic.pow)
export const maximum: (a: TensorLike, b: TensorLike) => Tensor = binary(arithmetic.maximum)
export const minimum: (a: TensorLike, b: TensorLike) => Tensor = binary(arithmetic.minimum)

export const equal: (a: TensorLike, b: TensorLike) => Tensor = binary(comparison.equal)
export const less: (a: TensorLike, b: TensorLike) => Tensor = binary(comparison.less)
export const lessEqual: (a: TensorLike, b: TensorLike) => Tensor = binary(comparison.lessEqual)
export const greater = calledAs('greater', (a: TensorLike, b: TensorLike): Tensor => less(b, a))
export const greaterEqual = calledAs('greaterEqual', (a: TensorLike, b: TensorLike): Tensor => lessEqual(b, a))
export const notEqual = calledAs('notEqual', (a: TensorLike, b: TensorLike): Tensor => logicalNot(equal(a, b)))
export const logicalAnd: (a: TensorLike, b: TensorLike) => Tensor = binary(comparison.logicalAnd)
export const logicalOr: (a: TensorLike, b: TensorLike) => Tensor = binary(comparison.logicalOr)
export const logicalNot: (x: Tensor) => Tensor = unary(comparison.logicalNot)
export const isNaN: (x: Tensor) => Tensor = unary(comparison.isNaN)

export const exp: (x: Tensor) => Tensor = unary(transcendental.exp)
export const log: (x: Tensor) => Tensor = unary(transcendental.log)
export const expm1: (x: Tensor) => Tensor = unary(transcendental.expm1)
export const log1p: (x: Tensor) => Tensor = unary(transcendental.log1p)
export const sqrt: (x: Tensor) => Tensor = unary(transcendental.sqrt)
export const sin: (x: Tensor) => Tensor = unary(transcendental.sin)
export const cos: (x: Tensor) => Tensor = unary(transcendental.cos)
export const tan: (x: Tensor) => Tensor = unary(transcendental.tan)
export const asin: (x: Tensor) => Tensor = unary(transcendental.asin)
export const acos: (x: Tensor) => Tensor = unary(transcendental.acos)
export const atan: (x: Tensor) => Tensor = unary(transcendental.atan)
export const atan2: (y: TensorLike, x: TensorLike) => Tensor = binary(transcendental.atan2)
export const sinh: (x: Tensor) => Tensor = unary(transcendental.sinh)
export const cosh: (x: Tensor) => Tensor = unary(transcendental.cosh)
export const tanh: (x: Tensor) => Tensor = unary(transcendental.tanh)
export const sigmoid: (x: Tensor) => Tensor = unary(transcendental.sigmoid)
export const relu: (x: Tensor) => Tensor = unary(transcendental.relu)
/** 1 where x is above 0, else 0, as a float. */
export const heaviside: (x: Tensor) => Tensor = unary(transcendental.heaviside)
export const erf: (x: Tensor) => Tensor = unary(transcendental.erf)

/** log(1 + exp(x)), without overflow. */
export const softplus: (x: Tensor) => Tensor = unary(transcendental.softplus)

export const square = calledAs('square', (x: Tensor): Tensor => mul(x, x))

/** 1 / x. */
export const reciprocal = (x: Tensor): Tensor => div(1, x)

/** x limited to [low, high]; either may be left out. */
export const clip = calledAs(
  'clip',
  (x: Tensor, { low, high }: { readonly low?: number; readonly high?: number }): Tensor => {
    const above = low === undefined ? x : maximum(x, low)
    return high === undefined ? above : minimum(above, high)
  },
)

/** `condition ? a : b`, element by element, broadcast together; the condition is bool. */
export function where(condition: Tensor, a: TensorLike, b: TensorLike): Tensor {
  if (condition.dtype !== 'bool')
    throw new QuadrupoleError(
      'dtype',
      `where: the condition is ${condition.dtype}, expected bool; compare it with something`,
    )
  for (const operand of [a, b]) checkOperand('where', operand)
  const dtype = [a, b].find(operand => operand instanceof Tensor)?.dtype ?? 'float32'
  broadcastShapes('where', ...[condition, a, b].flatMap(operand => (operand instanceof Tensor ? [operand.shape] : [])))
  const rank = Math.max(condition.rank, ...[a, b].map(operand => (operand instanceof Tensor ? operand.rank : 0)))
  const [yes, no] = aligned('where', [a, b, constantLike('where', 0, dtype, rank)])
  return select.bind([withRank(condition, rank), yes!, no!], noParams)[0]!
}

const withRank = (x: Tensor, rank: number): Tensor =>
  x.rank === rank ? x : x.reshape([...new Array<number>(rank - x.rank).fill(1), ...x.shape])

/** The tensor with another dtype: floats to integers truncate, to bool test for non-zero. */
export function cast(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : castTo.bind([x], { dtype })[0]!
}

/** Throws `dtype` unless the tensor holds floats. */
export function requireFloat(where: string, x: Tensor): void {
  if (!isFloat(x.dtype))
    throw new QuadrupoleError('dtype', `${where}: takes float32 or float64, got ${x.dtype}; cast it first`)
}
