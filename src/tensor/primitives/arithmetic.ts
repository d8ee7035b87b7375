import { QuadrupoleError } from '../../core/index.ts'
import { type DType, isFloat } from '../dtype.ts'
import type { Lowering } from '../onnx/lowering.ts'
import { defineBinary, defineUnary } from './elementwise.ts'
import { floats, largerBig, numbers, smallerBig } from './rules.ts'

export const neg = defineUnary({
  name: 'neg',
  dtypes: numbers,
  value: x => -x,
  bigValue: x => -x,
  gradient: (_x, _y, cotangent) => cotangent.neg(),
  lower: 'Neg',
})

export const abs = defineUnary({
  name: 'abs',
  dtypes: numbers,
  value: Math.abs,
  bigValue: x => (x < 0n ? -x : x),
  gradient: (x, _y, cotangent) => cotangent.mul(x.sign()),
  lower: 'Abs',
})

/** -1, 0 or 1; of NaN it is NaN, of -0 it is 0. */
export const sign = defineUnary({
  name: 'sign',
  dtypes: numbers,
  value: x => (x === 0 ? 0 : Math.sign(x)),
  bigValue: x => (x > 0n ? 1n : x < 0n ? -1n : 0n),
  gradient: 'none',
  lower: 'Sign',
})

export const add = defineBinary({
  name: 'add',
  dtypes: numbers,
  value: (a, b) => a + b,
  bigValue: (a, b) => a + b,
  gradient: ({ cotangent }) => [cotangent, cotangent],
  lower: 'Add',
})

export const sub = defineBinary({
  name: 'sub',
  dtypes: numbers,
  value: (a, b) => a - b,
  bigValue: (a, b) => a - b,
  gradient: ({ cotangent, needed }) => [cotangent, needed[1] ? cotangent.neg() : undefined],
  lower: 'Sub',
})

export const mul = defineBinary({
  name: 'mul',
  dtypes: numbers,
  value: (a, b) => a * b,
  intValue: Math.imul,
  bigValue: (a, b) => a * b,
  gradient: ({ a, b, cotangent, needed }) => [
    needed[0] ? cotangent.mul(b) : undefined,
    needed[1] ? cotangent.mul(a) : undefined,
  ],
  lower: 'Mul',
})

const nonZero = <T extends number | bigint>(where: string, divisor: T): T => {
  if (Number(divisor) === 0)
    throw new QuadrupoleError(
      'argument',
      `${where}: division of integers by 0 has no result; replace the zeros first, or cast to a float`,
    )
  return divisor
}

/**
 * The quotient of integers as ONNX nodes. The smallest integer by -1 would end the process in ONNX Runtime; here it
 * wraps to itself, as elsewhere.
 */
function integerQuotient(onnx: Lowering, inputs: readonly string[], dtype: DType): string {
  const [a, b] = inputs as [string, string]
  const isMinusOne = onnx.op('Equal', [b, onnx.scalar(-1, dtype)])
  const quotient = onnx.op('Div', [a, onnx.op('Where', [isMinusOne, onnx.scalar(1, dtype), b])])
  return onnx.op('Where', [isMinusOne, onnx.op('Neg', [a]), quotient])
}

/** Division; that of integers truncates towards zero, and throws (`argument`; compiled: `runtime`) for a divisor of 0. */
export const div = defineBinary({
  name: 'div',
  dtypes: numbers,
  value: (a, b) => a / b,
  intValue: (a, b) => a / nonZero('div', b),
  bigValue: (a, b) => a / nonZero('div', b),
  gradient: ({ b, y, cotangent, needed }) => [
    needed[0] ? cotangent.div(b) : undefined,
    needed[1] ? cotangent.mul(y).div(b).neg() : undefined,
  ],
  lower: (onnx, inputs, { inputs: [spec] }) =>
    isFloat(spec!.dtype) ? onnx.op('Div', inputs) : integerQuotient(onnx, inputs, spec!.dtype),
})

/** Remainder with the sign of the dividend, as C's fmod; of integers it throws for a divisor of 0, as `div`. */
export const remainder = defineBinary({
  name: 'remainder',
  dtypes: numbers,
  value: (a, b) => a % b,
  intValue: (a, b) => a % nonZero('remainder', b),
  bigValue: (a, b) => a % nonZero('remainder', b),
  gradient: ({ a, b, cotangent, needed }) => [
    cotangent,
    needed[1] ? cotangent.mul(a.sub(a.remainder(b)).div(b)).neg() : undefined,
  ],
  lower: (onnx, inputs, { inputs: [spec] }) => {
    if (isFloat(spec!.dtype)) return onnx.op('Mod', inputs, { attributes: { fmod: 1 } })
    // ONNX Runtime's fmod of integers goes through float64
    const multiple = onnx.op('Mul', [integerQuotient(onnx, inputs, spec!.dtype), inputs[1]!])
    return onnx.op('Sub', [inputs[0]!, multiple])
  },
})

/** a^b; the gradient in b is 0 where a is 0 or less. 1^b is 1 also for NaN and infinities, as C and NumPy have it. */
export const pow = defineBinary({
  name: 'pow',
  dtypes: floats,
  value: (a, b) => (a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b),
  gradient: ({ a, b, y, cotangent, needed }) => [
    needed[0] ? b.equal(0).where(0, cotangent.mul(b).mul(a.pow(b.sub(1)))) : undefined,
    needed[1] ? cotangent.mul(y).mul(a.greater(0).where(a, 1).log()) : undefined,
  ],
  lower: 'Pow',
})

/** The larger of two; of equal ones each gets half the cotangent. NaN wins. Which of 0 and -0 wins is left open. */
export const maximum = defineBinary({
  name: 'maximum',
  dtypes: numbers,
  value: Math.max,
  bigValue: largerBig,
  gradient: ({ a, b, cotangent }) => {
    const share = a.equal(b).where(0.5, a.greater(b).cast(cotangent.dtype))
    return [cotangent.mul(share), cotangent.mul(share.neg().add(1))]
  },
  lower: 'Max',
})

/** The smaller of two; of equal ones each gets half the cotangent. NaN wins. Which of 0 and -0 wins is left open. */
export const minimum = defineBinary({
  name: 'minimum',
  dtypes: numbers,
  value: Math.min,
  bigValue: smallerBig,
  gradient: ({ a, b, cotangent }) => {
    const share = a.equal(b).where(0.5, a.less(b).cast(cotangent.dtype))
    return [cotangent.mul(share), cotangent.mul(share.neg().add(1))]
  },
  lower: 'Min',
})

export const floor = defineUnary({
  name: 'floor',
  dtypes: floats,
  value: Math.floor,
  gradient: 'none',
  lower: 'Floor',
})

export const ceil = defineUnary({
  name: 'ceil',
  dtypes: floats,
  value: Math.ceil,
  gradient: 'none',
  lower: 'Ceil',
})

/** To the nearest integer, halves to the even one. */
export const round = defineUnary({
  name: 'round',
  dtypes: floats,
  value: x => {
    const lower = Math.floor(x)
    const rest = x - lower
    const nearest = rest < 0.5 || (rest === 0.5 && lower % 2 === 0) ? lower : lower + 1
    return nearest === 0 && x < 0 ? -0 : nearest
  },
  gradient: 'none',
  lower: 'Round',
})
