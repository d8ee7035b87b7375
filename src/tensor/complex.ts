import { QuadrupoleError } from '../core/index.ts'
import type { TensorLike } from './ops/create.ts'
import type { MatmulOptions } from './ops/linear.ts'
import { type Shape, sameShape, showShape } from './shape.ts'
import { Tensor } from './tensor.ts'

/** What the arithmetic of complex tensors takes: real operands count as such. */
export type ComplexLike = Complex | TensorLike

/** The tensor methods that are linear and treat every element alike: a pair has them part by part. */
const linearMethods = [
  'reshape',
  'transpose',
  'moveAxis',
  'broadcastTo',
  'expandAxis',
  'squeeze',
  'flip',
  'roll',
  'slice',
  'take',
  'takeAlongAxis',
  'pad',
  'sum',
  'mean',
  'cumsum',
  'cast',
  'stopGradient',
] as const

type LinearMethods = { [Name in (typeof linearMethods)[number]]: (...args: Parameters<Tensor[Name]>) => Complex }

/**
 * A complex tensor as a pair of real ones of one shape and dtype. Gradients flow through the parts as through independent
 * real tensors: that of a real loss is (dL/d re, dL/d im).
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the loop below the class defines what the interface declares
export class Complex {
  readonly re: Tensor
  readonly im: Tensor

  constructor(re: Tensor, im: Tensor) {
    if (re.dtype !== im.dtype || !sameShape(re.shape, im.shape))
      throw new QuadrupoleError(
        'shape',
        `Complex: real part ${re.dtype} ${showShape(re.shape)} and imaginary part ${im.dtype} ${showShape(im.shape)} differ`,
      )
    this.re = re
    this.im = im
  }

  get shape(): Shape {
    return this.re.shape
  }

  get dtype(): Tensor['dtype'] {
    return this.re.dtype
  }

  get rank(): number {
    return this.re.rank
  }

  get size(): number {
    return this.re.size
  }

  /** The pair of a function's values for both parts: right for functions that are linear over the reals. */
  mapParts(f: (part: Tensor) => Tensor): Complex {
    return new Complex(f(this.re), f(this.im))
  }

  neg(): Complex {
    return this.mapParts(part => part.neg())
  }

  conj(): Complex {
    return new Complex(this.re, this.im.neg())
  }

  add(other: ComplexLike): Complex {
    const { re, im } = partsOf(other)
    const sum = this.re.add(re)
    return new Complex(sum, (im === 0 ? this.im : this.im.add(im)).broadcastTo(sum.shape))
  }

  sub(other: ComplexLike): Complex {
    const { re, im } = partsOf(other)
    const difference = this.re.sub(re)
    return new Complex(difference, (im === 0 ? this.im : this.im.sub(im)).broadcastTo(difference.shape))
  }

  mul(other: ComplexLike): Complex {
    if (!(other instanceof Complex)) return this.mapParts(part => part.mul(other))
    const { re, im } = this
    return new Complex(re.mul(other.re).sub(im.mul(other.im)), re.mul(other.im).add(im.mul(other.re)))
  }

  /** The quotient; squares neither overflow nor underflow. */
  div(other: ComplexLike): Complex {
    if (!(other instanceof Complex)) return this.mapParts(part => part.div(other))
    const scale = magnitudeOf(other)
    const unit = other.mapParts(part => part.div(scale))
    return this.mul(unit.conj()).div(unit.absSquared().mul(scale))
  }

  /** re^2 + im^2. */
  absSquared(): Tensor {
    return this.re.mul(this.re).add(this.im.mul(this.im))
  }

  /** sqrt(re^2 + im^2) without overflow or underflow; the gradient at 0 is 0. */
  abs(): Tensor {
    const scale = magnitudeOf(this)
    const unit = differentiable(this).mapParts(part => part.div(scale))
    return unit.absSquared().sqrt().mul(scale)
  }

  /** The phase in [-pi, pi]; the gradient at 0 is 0. */
  angle(): Tensor {
    const scale = magnitudeOf(this)
    const { re, im } = differentiable(this).mapParts(part => part.div(scale))
    return im.atan2(re)
  }

  exp(): Complex {
    const size = this.re.exp()
    return new Complex(size.mul(this.im.cos()), size.mul(this.im.sin()))
  }

  /** The principal logarithm: log |z| + i angle. */
  log(): Complex {
    return new Complex(this.abs().log(), this.angle())
  }

  /** The root with real part >= 0; of 0 it is 0, with gradient 0. */
  sqrt(): Complex {
    const { re, im } = differentiable(this)
    const isZero = isZeroOf(this)
    const larger = isZero.where(1, this.abs().add(re.abs()).mul(0.5)).sqrt()
    const [a, b] = [isZero.where(0, larger), im.abs().div(larger.mul(2))]
    const isRight = re.less(0).logicalNot()
    const below = im.less(0)
    const imaginary = isRight.where(b, a)
    return new Complex(isRight.where(a, b), below.where(imaginary.neg(), imaginary))
  }

  /** The product of matrices in the last two axes, as `matmul` of tensors; transposing conjugates nothing. */
  matmul(other: Complex | Tensor, options: MatmulOptions = {}): Complex {
    if (other instanceof Tensor) return this.mapParts(part => part.matmul(other, options))
    const product = (a: Tensor, b: Tensor): Tensor => a.matmul(b, options)
    return new Complex(
      product(this.re, other.re).sub(product(this.im, other.im)),
      product(this.re, other.im).add(product(this.im, other.re)),
    )
  }

  /** Nested arrays of both parts. */
  toArray(): { readonly re: unknown; readonly im: unknown } {
    return { re: this.re.toArray(), im: this.im.toArray() }
  }

  toString(): string {
    return `${this.re.isTraced ? 'traced ' : ''}Complex(${this.dtype} ${showShape(this.shape)})`
  }
}

export interface Complex extends LinearMethods {}

for (const name of linearMethods)
  Object.defineProperty(Complex.prototype, name, {
    value(this: Complex, ...args: never[]) {
      return this.mapParts(part => (part[name] as (...rest: never[]) => Tensor).apply(part, args))
    },
  })

const partsOf = (x: ComplexLike): { readonly re: TensorLike; readonly im: TensorLike } =>
  x instanceof Complex ? x : { re: x, im: 0 }

const isZeroOf = ({ re, im }: Complex): Tensor => re.equal(0).logicalAnd(im.equal(0))

/** The larger part's magnitude, to divide by before squaring: a constant to gradients, and 1 where that can't be done. */
function magnitudeOf({ re, im }: Complex): Tensor {
  const larger = re.abs().maximum(im.abs()).stopGradient()
  return larger.equal(0).logicalOr(larger.equal(Infinity)).where(1, larger)
}

/** The same numbers, with no gradient where they are 0: there functions of the phase have none. */
function differentiable(z: Complex): Complex {
  const isZero = isZeroOf(z)
  return z.mapParts(part => isZero.where(part.stopGradient(), part))
}
