import { QuadrupoleError } from '../../core/index.ts'
import { Complex } from '../complex.ts'
import { broadcastShapes } from '../shape.ts'
import { Tensor } from '../tensor.ts'
import type { TensorLike } from './create.ts'
import { requireFloat } from './elementwise.ts'
import { concat as join, stack as pile } from './shape.ts'

/**
 * A complex tensor of a real and an imaginary part, broadcast together; a number stands for a part that is the same
 * everywhere (the imaginary part is 0 by default).
 *
 * @throws `dtype` where the parts are no floats or differ, `argument` where both are numbers.
 * @example
 * complex(tensor([1, 2]), tensor([0, -1])).abs() // [1, 2.2360680103302]
 */
export function complex(re: TensorLike, im: TensorLike = 0): Complex {
  const tensors = [re, im].filter(part => part instanceof Tensor)
  const [first] = tensors
  if (!first) throw new QuadrupoleError('argument', 'complex: both parts are numbers; give at least one tensor')
  for (const tensor of tensors) requireFloat('complex', tensor)
  const shape = broadcastShapes('complex', ...tensors.map(tensor => tensor.shape))
  const whole = (part: TensorLike): Tensor => (part instanceof Tensor ? part : first.like(part)).broadcastTo(shape)
  return new Complex(whole(re), whole(im))
}

/** The real part, which of a real tensor is itself. */
export const real = (z: Complex | Tensor): Tensor => (z instanceof Complex ? z.re : z)

/** The imaginary part, which of a real tensor is 0. */
export const imag = (z: Complex | Tensor): Tensor => (z instanceof Complex ? z.im : z.like(0).broadcastTo(z.shape))
export const conj = (z: Complex): Complex => z.conj()
export const angle = (z: Complex): Tensor => z.angle()
export const absSquared = (z: Complex): Tensor => z.absSquared()

/** magnitude exp(i phase), of a phase in radians; the magnitude is 1 by default. */
export function polar(phase: Tensor, magnitude: TensorLike = 1): Complex {
  requireFloat('polar', phase)
  const unit = new Complex(phase.cos(), phase.sin())
  return magnitude === 1 ? unit : unit.mul(magnitude)
}

/** The pair of a function's values for the real parts and for the imaginary parts of several complex tensors. */
export const combineParts = (tensors: readonly Complex[], f: (parts: readonly Tensor[]) => Tensor): Complex =>
  new Complex(f(tensors.map(({ re }) => re)), f(tensors.map(({ im }) => im)))

/** Complex tensors joined along an axis, as `concat`. */
export const concatComplex = (tensors: readonly Complex[], options: { readonly axis?: number } = {}): Complex =>
  combineParts(tensors, parts => join(parts, options))

/** Complex tensors joined along a new axis, as `stack`. */
export const stackComplex = (tensors: readonly Complex[], options: { readonly axis?: number } = {}): Complex =>
  combineParts(tensors, parts => pile(parts, options))
