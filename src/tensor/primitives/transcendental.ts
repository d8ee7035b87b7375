import { arcsineOf, arctangentOf, errorFunction, errorFunctionOf } from '../special.ts'
import type { Tensor } from '../tensor.ts'
import { defineBinary, defineUnary } from './elementwise.ts'
import { floats, noParams } from './rules.ts'

export const exp = defineUnary({
  name: 'exp',
  dtypes: floats,
  value: Math.exp,
  gradient: (_x, y, cotangent) => cotangent.mul(y),
  lower: 'Exp',
})

export const log = defineUnary({
  name: 'log',
  dtypes: floats,
  value: Math.log,
  gradient: (x, _y, cotangent) => cotangent.div(x),
  lower: 'Log',
})

/** exp(x) - 1 without loss of digits near 0: (u - 1) x / log(u) with u = exp(x) (Higham 2002, section 1.14.1). */
export const expm1 = defineUnary({
  name: 'expm1',
  dtypes: floats,
  value: Math.expm1,
  gradient: (_x, y, cotangent) => cotangent.mul(y.add(1)),
  lower: 'decomposed',
  decompose: x => {
    const u = x.exp()
    const difference = u.sub(1)
    const scaled = difference.mul(x).div(u.equal(1).where(1, u.log()))
    const isFar = x.abs().greater(20)
    return u.equal(1).where(x, isFar.where(difference, scaled))
  },
})

/** log(1 + x) without loss of digits near 0: log(u) x / (u - 1) with u = 1 + x (Higham 2002, problem 1.5). */
export const log1p = defineUnary({
  name: 'log1p',
  dtypes: floats,
  value: Math.log1p,
  gradient: (x, _y, cotangent) => cotangent.div(x.add(1)),
  lower: 'decomposed',
  decompose: x => {
    const u = x.add(1)
    const near = u
      .log()
      .mul(x)
      .div(u.equal(1).where(1, u.sub(1)))
    return u.equal(1).where(x, x.greater(1e8).where(u.log(), near))
  },
})

export const sqrt = defineUnary({
  name: 'sqrt',
  dtypes: floats,
  value: Math.sqrt,
  gradient: (_x, y, cotangent) => cotangent.div(y.mul(2)),
  lower: 'Sqrt',
})

export const sin = defineUnary({
  name: 'sin',
  dtypes: floats,
  value: Math.sin,
  gradient: (x, _y, cotangent) => cotangent.mul(x.cos()),
  lower: 'Sin',
})

export const cos = defineUnary({
  name: 'cos',
  dtypes: floats,
  value: Math.cos,
  gradient: (x, _y, cotangent) => cotangent.mul(x.sin()).neg(),
  lower: 'Cos',
})

export const tan = defineUnary({
  name: 'tan',
  dtypes: floats,
  value: Math.tan,
  gradient: (_x, y, cotangent) => cotangent.mul(y.mul(y).add(1)),
  lower: 'decomposed',
  decompose: x => x.sin().div(x.cos()),
})

export const asin = defineUnary({
  name: 'asin',
  dtypes: floats,
  value: Math.asin,
  gradient: (x, _y, cotangent) => cotangent.div(x.neg().add(1).mul(x.add(1)).sqrt()),
  lower: 'Asin',
  decompose: (x, { provider }) => (x.dtype === 'float32' && provider === 'cpu' ? undefined : arcsineOf(x)),
})

export const acos = defineUnary({
  name: 'acos',
  dtypes: floats,
  value: Math.acos,
  gradient: (x, _y, cotangent) => cotangent.div(x.neg().add(1).mul(x.add(1)).sqrt()).neg(),
  lower: 'decomposed',
  // exact at both ends
  decompose: x => x.neg().add(1).div(x.add(1)).sqrt().atan().mul(2),
})

export const atan = defineUnary({
  name: 'atan',
  dtypes: floats,
  value: Math.atan,
  gradient: (x, _y, cotangent) => cotangent.div(x.mul(x).add(1)),
  lower: 'Atan',
  decompose: (x, { provider }) => (x.dtype === 'float32' && provider === 'cpu' ? undefined : arctangentOf(x)),
})

/** The angle of the point (b, a), in (-pi, pi]. */
export const atan2 = defineBinary({
  name: 'atan2',
  dtypes: floats,
  value: Math.atan2,
  gradient: ({ a, b, cotangent, needed }) => {
    const scaled = cotangent.div(a.mul(a).add(b.mul(b)))
    return [needed[0] ? scaled.mul(b) : undefined, needed[1] ? scaled.mul(a).neg() : undefined]
  },
  lower: 'decomposed',
  decompose: (y, x) => {
    const isSteep = y.abs().greater(x.abs())
    const small = isSteep.where(x, y)
    const large = isSteep.where(y, x)
    // of two infinities the quotient is not a number
    const isDiagonal = y.abs().equal(x.abs())
    const ratio = isDiagonal.where(y.sign().mul(x.sign()), small.div(large.equal(0).where(1, large)))
    const angle = ratio.atan()
    // a zero has a sign that comparisons can't see, but its reciprocal can
    const isNegative = (t: Tensor) => t.less(0).logicalOr(t.like(1).div(t).less(0))
    const flat = isNegative(x).where(angle.add(isNegative(y).where(x.like(-Math.PI), x.like(Math.PI))), angle)
    const steep = angle.neg().add(y.less(0).where(x.like(-Math.PI / 2), x.like(Math.PI / 2)))
    return isSteep.where(steep, flat)
  },
})

export const sinh = defineUnary({
  name: 'sinh',
  dtypes: floats,
  value: Math.sinh,
  gradient: (x, _y, cotangent) => cotangent.mul(x.cosh()),
  lower: 'decomposed',
  // (e + e / (e + 1)) / 2 with e = expm1(|x|) keeps the digits near 0; beyond 20 it is exp(|x| / 2)^2 / 2, which does not
  // overflow before the result does
  decompose: x => {
    const y = x.abs()
    const isFar = y.greater(20)
    const e = isFar.where(0, y).expm1()
    const near = e.add(e.div(e.add(1))).mul(0.5)
    const root = y.mul(0.5).exp()
    return x.sign().mul(isFar.where(root.mul(0.5).mul(root), near))
  },
})

export const cosh = defineUnary({
  name: 'cosh',
  dtypes: floats,
  value: Math.cosh,
  gradient: (x, _y, cotangent) => cotangent.mul(x.sinh()),
  lower: 'decomposed',
  // (r^2 + 1 / r^2) / 2 with r = exp(|x| / 2), which does not overflow before the result does
  decompose: x => {
    const root = x.abs().mul(0.5).exp()
    const half = root.like(0.5)
    return root.mul(half).mul(root).add(half.div(root).div(root))
  },
})

export const tanh = defineUnary({
  name: 'tanh',
  dtypes: floats,
  value: Math.tanh,
  gradient: (_x, y, cotangent) => cotangent.mul(y.mul(y).neg().add(1)),
  lower: 'Tanh',
})

/** 1 / (1 + exp(-x)); compiled in float32 it has an absolute error of up to 1e-7, and is 0 below -18. */
export const sigmoid = defineUnary({
  name: 'sigmoid',
  dtypes: floats,
  value: x => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))),
  gradient: (_x, y, cotangent) => cotangent.mul(y).mul(y.neg().add(1)),
  lower: 'Sigmoid',
  // ONNX Runtime's is 0 below -37
  decompose: x => (x.dtype === 'float64' ? x.like(1).div(x.neg().exp().add(1)) : undefined),
})

/**
 * 1 where x is above 0, else 0, as a float: the slope of a rectifier. Compiled for the processor in float32, values of x
 * below 1e-38 may give less than 1: one pass of HardSigmoid with a steep slope costs half of a comparison and a cast.
 * What NaN gives is left open.
 */
export const heaviside = defineUnary({
  name: 'heaviside',
  dtypes: floats,
  value: x => (x > 0 ? 1 : 0),
  gradient: 'none',
  lower: (onnx, inputs, { inputs: [x] }) =>
    x!.dtype === 'float32' && onnx.provider === 'cpu'
      ? onnx.op('HardSigmoid', inputs, { attributes: { alpha: { float: 3e38 }, beta: { float: 0 } } })
      : onnx.op('Cast', [onnx.op('Greater', [inputs[0]!, onnx.scalar(0, x!.dtype)])], {
          attributes: { to: onnx.elementType(x!.dtype) },
        }),
})

/** The larger of x and 0; the gradient at 0 is 0. */
export const relu = defineUnary({
  name: 'relu',
  dtypes: floats,
  value: x => (x >= 0 || Number.isNaN(x) ? x : 0),
  gradient: (_x, y, cotangent) => cotangent.mul(heaviside.bind([y], noParams)[0]!),
  lower: 'Relu',
})

/** log(1 + exp(x)), without overflow; its slope is the sigmoid. */
export const softplus = defineUnary({
  name: 'softplus',
  dtypes: floats,
  value: x => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  gradient: (x, _y, cotangent) => cotangent.mul(x.sigmoid()),
  lower: 'decomposed',
  decompose: x => x.relu().add(x.abs().neg().exp().log1p()),
})

/** The error function. */
export const erf = defineUnary({
  name: 'erf',
  dtypes: floats,
  value: errorFunction,
  gradient: (x, _y, cotangent) => cotangent.mul(x.mul(x).neg().exp()).mul(2 / Math.sqrt(Math.PI)),
  lower: 'Erf',
  decompose: x => (x.dtype === 'float32' ? undefined : errorFunctionOf(x)),
})
