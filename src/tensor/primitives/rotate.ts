import { QuadrupoleError } from '../../core/index.ts'
import { allocate, type NumberStorage } from '../dtype.ts'
import { microsoftDomain } from '../onnx/lowering.ts'
import { definePrimitive, type Primitive } from '../primitive.ts'
import { showShape, sizeOf } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import { concat } from './movement.ts'
import { checkDTypes, floats, type NoParams, noParams } from './rules.ts'

/**
 * Complex numbers [batch, rows, real parts then imaginary parts] times a table of them, re and im [rows, columns]: the
 * twiddle factors of a Fourier transform, in one operation where the engine has one.
 */
export const rotate: Primitive<NoParams> = definePrimitive<NoParams>({
  name: 'rotate',
  infer: ([x, re, im]) => {
    const dtype = checkDTypes('rotate', [x!, re!, im!], floats)
    const [rows, columns] = re!.shape
    const fits = re!.shape.length === 2 && im!.shape.length === 2 && im!.shape[0] === rows && im!.shape[1] === columns
    if (!fits || x!.shape.length !== 3 || x!.shape[1] !== rows || x!.shape[2] !== 2 * columns!)
      throw new QuadrupoleError(
        'shape',
        `rotate: numbers ${showShape(x!.shape)} and tables ${showShape(re!.shape)}, ${showShape(im!.shape)}; expected [batch, rows, 2 columns] and twice [rows, columns]`,
      )
    return [{ shape: x!.shape, dtype }]
  },
  run: ([x, re, im], _params, [result]) => {
    const [batch, rows, width] = x!.shape as [number, number, number]
    const half = width / 2
    const [data, cosine, sine] = [x!, re!, im!].map(tensor => tensor.data as NumberStorage) as [
      NumberStorage,
      NumberStorage,
      NumberStorage,
    ]
    const out = allocate(result!.dtype, sizeOf(result!.shape)) as NumberStorage
    for (let row = 0; row < batch * rows; row++)
      for (let column = 0; column < half; column++) {
        const at = row * width + column
        const entry = (row % rows) * half + column
        out[at] = data[at]! * cosine[entry]! - data[at + half]! * sine[entry]!
        out[at + half] = data[at]! * sine[entry]! + data[at + half]! * cosine[entry]!
      }
    return [out]
  },
  gradient: ({ inputs, cotangents, needed }) => {
    const [x, re, im] = inputs as [Tensor, Tensor, Tensor]
    const [a, b] = halves(x)
    const [p, q] = halves(cotangents[0]!)
    return [
      needed[0] ? rotate.bind([cotangents[0]!, re, im.neg()], noParams)[0]! : undefined,
      needed[1] ? a.mul(p).add(b.mul(q)).sum({ axes: 0 }) : undefined,
      needed[2] ? a.mul(q).sub(b.mul(p)).sum({ axes: 0 }) : undefined,
    ]
  },
  // RotaryEmbedding, made for attention, is this product: in float32, on the processor
  decompose: ([x, re, im], _params, { provider }) => {
    if (provider === 'cpu' && x!.dtype === 'float32' && x!.size > 0) return undefined
    const [a, b] = halves(x!)
    const parts = [a.mul(re!).sub(b.mul(im!)), a.mul(im!).add(b.mul(re!))]
    return concat.bind(parts, { axis: 2 })
  },
  lower: (onnx, [x, re, im]) =>
    onnx.op('RotaryEmbedding', [x!, onnx.integers([0]), re!, im!], {
      domain: microsoftDomain,
      attributes: { num_heads: 1 },
    }),
})

function halves(x: Tensor): [Tensor, Tensor] {
  const half = x.shape[2]! / 2
  return [x.slice({ 2: [0, half] }), x.slice({ 2: [half, null] })]
}
