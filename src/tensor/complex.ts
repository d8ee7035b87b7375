import { QuadrupoleError } from '../core/index.ts'
import { sameShape, showShape } from './shape.ts'
import type { Tensor } from './tensor.ts'

/** A complex tensor as a pair of real ones of one shape and dtype. */
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
}
