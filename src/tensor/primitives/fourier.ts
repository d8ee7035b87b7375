import { QuadrupoleError } from '../../core/index.ts'
import type { FloatDType, StorageOf } from '../dtype.ts'
import * as host from '../fft/index.ts'
import { type BatchContext, definePrimitive, type Primitive } from '../primitive.ts'
import { sameShape, showShape } from '../shape.ts'
import { Tensor } from '../tensor.ts'
import type { Spec } from '../trace.ts'
import { complexTransform, inverseRealTransform, realTransform } from './fourier-transforms.ts'
import { checkDTypes, floats, type NoParams, noParams } from './rules.ts'

type FloatStorage = StorageOf[FloatDType]

/** The length of the last axis, which is transformed. */
function lengthOf(where: string, { shape }: Spec): number {
  const n = shape.at(-1)
  if (n === undefined || n === 0)
    throw new QuadrupoleError(
      'shape',
      `${where}: ${showShape(shape)} has ${n === 0 ? 'no samples in' : 'no'} last axis; give at least one sample`,
    )
  return n
}

function checkPair(where: string, re: Spec, im: Spec): void {
  if (!sameShape(re.shape, im.shape))
    throw new QuadrupoleError(
      'shape',
      `${where}: real part ${showShape(re.shape)} and imaginary part ${showShape(im.shape)} differ`,
    )
}

/** Both parts with the batch in front. */
const batchedPair = ({ inputs, batched, size }: Pick<BatchContext<object>, 'inputs' | 'batched' | 'size'>) =>
  inputs.map((input, i) =>
    batched[i] ? input : input.reshape([1, ...input.shape]).broadcastTo([size, ...input.shape]),
  )

/** How often each one-sided bin of n real samples stands in the full spectrum, times a scale. */
function multiplicity(n: number, dtype: FloatDType, scale: (count: number) => number): Tensor {
  const values = Float64Array.from({ length: Math.floor(n / 2) + 1 }, (_, k) => scale(k === 0 || 2 * k === n ? 1 : 2))
  return Tensor.of(dtype === 'float64' ? values : Float32Array.from(values))
}

/** Bins 0 .. n / 2 (real parts, imaginary parts) of real samples along the last axis, unnormalised. */
export const rfft: Primitive<NoParams> = definePrimitive<NoParams>({
  name: 'rfft',
  infer: ([x]) => {
    const dtype = checkDTypes('rfft', [x!], floats)
    const spec = { shape: [...x!.shape.slice(0, -1), Math.floor(lengthOf('rfft', x!) / 2) + 1], dtype }
    return [spec, spec]
  },
  run: ([x]) => {
    const { re, im } = host.rfft(x!.data as FloatStorage, x!.shape.at(-1)!)
    return [re, im]
  },
  gradient: ({ inputs, cotangents }) => {
    const n = inputs[0]!.shape.at(-1)!
    const share = multiplicity(n, inputs[0]!.dtype as FloatDType, count => n / count)
    const [re, im] = cotangents as [Tensor, Tensor]
    return irfft.bind([re.mul(share), im.mul(share)], { n })
  },
  decompose: ([x], _params, target) => realTransform(x!, target),
  lower: 'decomposed',
  batch: ({ inputs }) => rfft.bind(inputs, noParams),
})

/** n real samples of bins 0 .. n / 2, divided by n; imaginary parts of bins 0 and n / 2 count for nothing. */
export const irfft: Primitive<{ readonly n: number }> = definePrimitive<{ readonly n: number }>({
  name: 'irfft',
  infer: ([re, im], { n }) => {
    const dtype = checkDTypes('irfft', [re!, im!], floats)
    checkPair('irfft', re!, im!)
    if (!Number.isInteger(n) || n < 1)
      throw new QuadrupoleError('argument', `irfft: ${n} samples are asked for; give an integer from 1`)
    if (lengthOf('irfft', re!) !== Math.floor(n / 2) + 1)
      throw new QuadrupoleError(
        'shape',
        `irfft: ${n} samples have ${Math.floor(n / 2) + 1} bins, got ${showShape(re!.shape)}; cut or pad the last axis`,
      )
    return [{ shape: [...re!.shape.slice(0, -1), n], dtype }]
  },
  run: ([re, im], { n }) => [host.irfft(re!.data as FloatStorage, im!.data as FloatStorage, n)],
  gradient: ({ cotangents, params: { n } }) => {
    const share = multiplicity(n, cotangents[0]!.dtype as FloatDType, count => count / n)
    return rfft.bind(cotangents, noParams).map(part => part.mul(share))
  },
  decompose: ([re, im], { n }, target) => inverseRealTransform(re!, im!, n, target),
  lower: 'decomposed',
  batch: ({ params, ...context }) => irfft.bind(batchedPair(context), params),
})

export interface FftParams {
  /** With exp(+2 pi i k t / n) and divided by n. */
  readonly isInverse: boolean
}

/** The transform of complex samples (real parts, imaginary parts) along the last axis. */
export const fft: Primitive<FftParams> = definePrimitive<FftParams>({
  name: 'fft',
  infer: ([re, im]) => {
    const dtype = checkDTypes('fft', [re!, im!], floats)
    checkPair('fft', re!, im!)
    lengthOf('fft', re!)
    return [
      { shape: re!.shape, dtype },
      { shape: re!.shape, dtype },
    ]
  },
  run: ([x, y], { isInverse }) => {
    const { re, im } = host.fft(x!.data as FloatStorage, y!.data as FloatStorage, x!.shape.at(-1)!, {
      inverse: isInverse,
    })
    return [re, im]
  },
  gradient: ({ inputs, cotangents, params: { isInverse } }) => {
    const n = inputs[0]!.shape.at(-1)!
    const adjoint = fft.bind(cotangents, { isInverse: !isInverse })
    return adjoint.map(part => part.mul(isInverse ? 1 / n : n))
  },
  decompose: ([re, im], { isInverse }, target) => complexTransform(re!, im!, isInverse, target),
  lower: 'decomposed',
  batch: ({ params, ...context }) => fft.bind(batchedPair(context), params),
})
