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

/** -1, 0 or 1. */
export const sign = defineUnary({
  name: 'sign',
  dtypes: numbers,
  value: Math.sign,
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
  bigValue: (a, b) => a * b,
  gradient: ({ a, b, cotangent, needed }) => [
    needed[0] ? cotangent.mul(b) : undefined,
    needed[1] ? cotangent.mul(a) : undefined,
  ],
  lower: 'Mul',
})

/** Division; that of integers truncates towards zero. */
export const div = defineBinary({
  name: 'div',
  dtypes: numbers,
  value: (a, b) => a / b,
  bigValue: (a, b) => a / b,
  gradient: ({ b, y, cotangent, needed }) => [
    needed[0] ? cotangent.div(b) : undefined,
    needed[1] ? cotangent.mul(y).div(b).neg() : undefined,
  ],
  lower: 'Div',
})

/** Remainder with the sign of the dividend, as C's fmod. */
export const remainder = defineBinary({
  name: 'remainder',
  dtypes: numbers,
  value: (a, b) => a % b,
  bigValue: (a, b) => a % b,
  gradient: ({ a, b, cotangent, needed }) => [
    cotangent,
    needed[1] ? cotangent.mul(a.sub(a.remainder(b)).div(b)).neg() : undefined,
  ],
  lower: (onnx, inputs) => onnx.op('Mod', inputs, { attributes: { fmod: 1 } }),
})

/** a^b; the gradient in b is 0 where a is 0 or less. */
export const pow = defineBinary({
  name: 'pow',
  dtypes: floats,
  value: (a, b) => a ** b,
  gradient: ({ a, b, y, cotangent, needed }) => [
    needed[0] ? b.equal(0).where(0, cotangent.mul(b).mul(a.pow(b.sub(1)))) : undefined,
    needed[1] ? cotangent.mul(y).mul(a.greater(0).where(a, 1).log()) : undefined,
  ],
  lower: 'Pow',
})

/** The larger of two; of equal ones each gets half the cotangent. NaN wins. */
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

/** The smaller of two; of equal ones each gets half the cotangent. NaN wins. */
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
    return rest < 0.5 || (rest === 0.5 && lower % 2 === 0) ? lower : lower + 1
  },
  gradient: 'none',
  lower: 'Round',
})
