import type { TensorLike } from './ops/create.ts'
import * as cumulative from './ops/cumulative.ts'
import * as elementwise from './ops/elementwise.ts'
import { fft, ifft, rfft } from './ops/fourier.ts'
import * as indexing from './ops/indexing.ts'
import * as interpolation from './ops/interpolate.ts'
import * as linear from './ops/linear.ts'
import * as linearAlgebra from './ops/linear-algebra.ts'
import * as ordering from './ops/ordering.ts'
import * as padding from './ops/pad.ts'
import * as pooling from './ops/pooling.ts'
import * as reduce from './ops/reduce.ts'
import * as shape from './ops/shape.ts'
import * as windows from './ops/windows.ts'
import { Tensor } from './tensor.ts'

/** Functions whose first argument is a tensor, as methods of that tensor. */
type Methods<Functions> = {
  [Name in keyof Functions]: Functions[Name] extends (x: infer First, ...rest: infer Rest) => infer Result
    ? Tensor extends First
      ? (...rest: Rest) => Result
      : never
    : never
}

const { constantLike: _constantLike, requireFloat: _requireFloat, where: _where, ...elementwiseMethods } = elementwise
const { concat: _concat, stack: _stack, ...shapeMethods } = shape

const functions = {
  ...elementwiseMethods,
  ...reduce,
  ...shapeMethods,
  ...linear,
  ...linearAlgebra,
  ...indexing,
  ...cumulative,
  ...ordering,
  ...windows,
  ...pooling,
  ...padding,
  ...interpolation,
  rfft,
  fft,
  ifft,
}

interface OwnMethods {
  /** `this ? a : b`, element by element; the tensor is bool. */
  where(a: TensorLike, b: TensorLike): Tensor
  /** A number in this tensor's dtype and rank, all axes of length 1; traced if this is, so that graphs stretch it. */
  like(value: number): Tensor
}

declare module './tensor.ts' {
  interface Tensor extends Methods<typeof functions>, OwnMethods {}
}

for (const [name, f] of Object.entries(functions) as [string, (...args: unknown[]) => unknown][])
  Object.defineProperty(Tensor.prototype, name, {
    value(this: Tensor, ...args: unknown[]) {
      return f(this, ...args)
    },
  })

const own: OwnMethods & ThisType<Tensor> = {
  where(a, b) {
    return elementwise.where(this, a, b)
  },
  like(value) {
    const one = elementwise.constantLike('like', value, this.dtype, this.rank)
    const { source } = this
    return ArrayBuffer.isView(source) ? one : Tensor.traced(source.trace, source.trace.valueOf(one))
  },
}
for (const [name, value] of Object.entries(own)) Object.defineProperty(Tensor.prototype, name, { value })

/** The class with its methods. */
export { Tensor }
