import * as ops from '../../ops/elementwise.ts'
import type { Tensor } from '../../tensor.ts'
import type { Operator, Operators } from './operator.ts'

const unary =
  (f: (x: Tensor) => Tensor): Operator =>
  ([x]) =>
    f(x!)

const binary =
  (f: (a: Tensor, b: Tensor) => Tensor): Operator =>
  ([a, b]) =>
    f(a!, b!)

/** Folds any number of operands from the left. */
const variadic =
  (f: (a: Tensor, b: Tensor) => Tensor): Operator =>
  inputs =>
    inputs.reduce(f)

const same = (x: Tensor): Tensor => x

/** x where it is positive, otherwise a function of it that need not be finite beyond 0. */
const belowZero = (x: Tensor, f: (negative: Tensor) => Tensor): Tensor => x.less(0).where(f(ops.minimum(x, 0)), x)

/** x Φ(x), exactly or by the tanh approximation (Hendrycks & Gimpel 2016). */
const gelu: Operator = ([x], node) => {
  const approximate = node.text('approximate', 'none')
  if (approximate === 'tanh') {
    const inner = x!.add(x!.mul(x!).mul(x!).mul(0.044715)).mul(Math.sqrt(2 / Math.PI))
    return x!.mul(0.5).mul(inner.tanh().add(1))
  }
  return x!.mul(0.5).mul(x!.mul(Math.SQRT1_2).erf().add(1))
}

const hardSigmoid = (x: Tensor, alpha: number, beta: number): Tensor =>
  ops.clip(x.mul(alpha).add(beta), { low: 0, high: 1 })

const clip: Operator = ([x, low, high], node) => {
  const lowest = low ?? (node.has('min') ? x!.like(node.float('min', 0)) : undefined)
  const highest = high ?? (node.has('max') ? x!.like(node.float('max', 0)) : undefined)
  const above = lowest ? ops.maximum(x!, lowest) : x!
  return highest ? ops.minimum(above, highest) : above
}

/** Mod has the sign of the divisor for integers, of the dividend with fmod. */
const mod: Operator = ([a, b], node) => {
  const rest = ops.remainder(a!, b!)
  if (node.flag('fmod')) return rest
  const isOther = rest.notEqual(0).logicalAnd(rest.less(0).notEqual(b!.less(0)))
  return isOther.where(rest.add(b!), rest)
}

export const elementwiseOperators: Operators = {
  Identity: unary(same),
  Dropout: ([x], node) => {
    if (node.outputCount > 1) throw node.unsupported('its mask')
    return x!
  },
  Neg: unary(ops.neg),
  Abs: unary(ops.abs),
  Sign: unary(ops.sign),
  Floor: unary(ops.floor),
  Ceil: unary(ops.ceil),
  Round: unary(ops.round),
  Reciprocal: unary(x => ops.div(1, x)),
  Exp: unary(ops.exp),
  Log: unary(ops.log),
  Sqrt: unary(ops.sqrt),
  Sin: unary(ops.sin),
  Cos: unary(ops.cos),
  Tan: unary(ops.tan),
  Asin: unary(ops.asin),
  Acos: unary(ops.acos),
  Atan: unary(ops.atan),
  Sinh: unary(ops.sinh),
  Cosh: unary(ops.cosh),
  Tanh: unary(ops.tanh),
  Erf: unary(ops.erf),
  Not: unary(ops.logicalNot),
  IsNaN: unary(ops.isNaN),

  Add: binary(ops.add),
  Sub: binary(ops.sub),
  Mul: binary(ops.mul),
  Div: binary(ops.div),
  Mod: mod,
  Pow: binary((a, b) => ops.pow(a, b.cast(a.dtype))),
  Equal: binary(ops.equal),
  Less: binary(ops.less),
  LessOrEqual: binary(ops.lessEqual),
  Greater: binary(ops.greater),
  GreaterOrEqual: binary(ops.greaterEqual),
  And: binary(ops.logicalAnd),
  Or: binary(ops.logicalOr),
  Xor: binary(ops.notEqual),
  Where: ([condition, a, b]) => ops.where(condition!, a!, b!),
  Max: variadic(ops.maximum),
  Min: variadic(ops.minimum),
  Sum: variadic(ops.add),
  Mean: inputs => inputs.reduce((a, b) => ops.add(a, b)).mul(1 / inputs.length),
  Clip: clip,

  Relu: unary(ops.relu),
  Sigmoid: unary(ops.sigmoid),
  Softplus: unary(ops.softplus),
  Softsign: unary(x => x.div(x.abs().add(1))),
  LeakyRelu: ([x], node) => belowZero(x!, y => y.mul(node.float('alpha', 0.01))),
  PRelu: ([x, slope]) => x!.less(0).where(x!.mul(slope!), x!),
  Elu: ([x], node) => belowZero(x!, y => y.expm1().mul(node.float('alpha', 1))),
  Selu: ([x], node) =>
    belowZero(x!, y => y.expm1().mul(node.float('alpha', 1.6732632423543772))).mul(
      node.float('gamma', 1.0507009873554805),
    ),
  Celu: ([x], node) => {
    const alpha = node.float('alpha', 1)
    return belowZero(x!, y => y.div(alpha).expm1().mul(alpha))
  },
  HardSigmoid: ([x], node) => hardSigmoid(x!, node.float('alpha', 0.2), node.float('beta', 0.5)),
  HardSwish: unary(x => x.mul(hardSigmoid(x, 1 / 6, 0.5))),
  Mish: unary(x => x.mul(ops.softplus(x).tanh())),
  Swish: ([x], node) => x!.mul(x!.mul(node.float('alpha', 1)).sigmoid()),
  Gelu: gelu,
  'com.microsoft.Gelu': gelu,
}
