import { QuadrupoleError } from '../../core/index.ts'
import { castStorage, type NumberStorage, type Storage } from '../dtype.ts'
import { type BatchContext, definePrimitive, type Primitive } from '../primitive.ts'
import { aroundAxis, type Shape, showShape, sizeOf, withLength } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import { convOutputLengths } from './conv-geometry.ts'
import { spreadSum, summedTaps, tapsOf } from './pooling-taps.ts'
import { checkDTypes, floats } from './rules.ts'
import { pad } from './slicing.ts'

/** One entry a spatial axis: those behind [batch, channels]. */
export interface PoolParams {
  readonly window: readonly number[]
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  /** Padding before the first and after the last sample: -infinity to a maximum, zeros to a mean. */
  readonly low: readonly number[]
  readonly high: readonly number[]
}

/** ONNX Runtime pools along at most three axes. */
const mostAxes = 3

function pooledShape(where: string, shape: Shape, params: PoolParams): number[] {
  const { window, strides, dilations, low, high } = params
  const lengths = shape.slice(2)
  if (lengths.length < 1 || lengths.length > mostAxes)
    throw new QuadrupoleError('shape', `${where}: ${showShape(shape)}, expected [batch, channels, 1 to 3 lengths]`)
  if ([window, strides, dilations, low, high].some(list => list.length !== lengths.length))
    throw new QuadrupoleError(
      'argument',
      `${where}: window, strides, dilations and padding need one entry for each of ${lengths.length} lengths`,
    )
  if ([...window, ...strides, ...dilations].some(n => !Number.isInteger(n) || n < 1))
    throw new QuadrupoleError(
      'argument',
      `${where}: window [${window}], strides [${strides}] and dilations [${dilations}] are integers from 1`,
    )
  lengths.forEach((n, axis) => {
    const most = window[axis]! - 1
    if ([low[axis]!, high[axis]!].some(pads => !Number.isInteger(pads) || pads < 0 || pads > most))
      throw new QuadrupoleError(
        'argument',
        `${where}: padding ${low[axis]} and ${high[axis]} of a window of ${window[axis]}, expected integers from 0 to ${most}`,
      )
    // else a window could have all its samples on padding
    if (low[axis]! + high[axis]! > 0 && n < dilations[axis]!)
      throw new QuadrupoleError(
        'argument',
        `${where}: ${n} padded samples are fewer than the dilation ${dilations[axis]}; pad less or use a smaller dilation`,
      )
  })
  const places = convOutputLengths(lengths, window, params)
  if (places.some(n => n < 1))
    throw new QuadrupoleError(
      'shape',
      `${where}: a window of ${showShape(window)} with dilation [${dilations}] does not fit into ${showShape(lengths)} padded by [${low}] and [${high}]; use a smaller window`,
    )
  return [...shape.slice(0, 2), ...places]
}

/** Folds the samples of each window, one axis after the other. */
function poolEagerly(
  x: Tensor,
  params: PoolParams,
  start: number,
  fold: (a: number, b: number) => number,
): Float64Array {
  const { window, strides, dilations, low } = params
  const places = convOutputLengths(x.shape.slice(2), window, params)
  let shape: Shape = x.shape
  let data = x.data as NumberStorage
  window.forEach((taps, i) => {
    const { outer, length, inner } = aroundAxis(shape, i + 2)
    const count = places[i]!
    const next = new Float64Array(outer * count * inner).fill(start)
    for (let o = 0; o < outer; o++)
      for (let place = 0; place < count; place++)
        for (let tap = 0; tap < taps; tap++) {
          const at = place * strides[i]! + tap * dilations[i]! - low[i]!
          if (at < 0 || at >= length) continue
          const [to, from] = [(o * count + place) * inner, (o * length + at) * inner]
          for (let k = 0; k < inner; k++) next[to + k] = fold(next[to + k]!, data[from + k]!)
        }
    shape = withLength(shape, i + 2, count)
    data = next
  })
  return data as Float64Array
}

const attributesOf = ({ window, strides, low, high }: PoolParams) => ({
  kernel_shape: window,
  strides,
  pads: [...low, ...high],
})

/** The padding of a pooling as that of all axes. */
const around = ({ low, high }: PoolParams) => ({ low: [0, 0, ...low], high: [0, 0, ...high] })

function padded(x: Tensor, params: PoolParams, value: number): Tensor {
  if ([...params.low, ...params.high].every(n => n === 0)) return x
  return pad.bind([x], { ...around(params), interior: x.shape.map(() => 0), value })[0]!
}

/** Without the padding: the adjoint of `padded`. */
const unpadded = (x: Tensor, { low }: PoolParams, { shape }: Tensor): Tensor =>
  x.slice(Object.fromEntries(low.map((before, i) => [i + 2, [before, before + shape[i + 2]!] as const])))

/** Examples become further images. */
function batchPool(primitive: Primitive<PoolParams>, { inputs, params }: BatchContext<PoolParams>): Tensor[] {
  const [size, images, ...rest] = inputs[0]!.shape as [number, number, ...number[]]
  const pooled = primitive.bind([inputs[0]!.reshape([size * images, ...rest])], params)[0]!
  return [pooled.reshape([size, images, ...pooled.shape.slice(1)])]
}

const narrowed = (values: Float64Array, dtype: Tensor['dtype']): Storage => castStorage(values, dtype)

/**
 * The largest sample of each window; of equal ones the first has the gradient. Compiled, a NaN may be passed over, and
 * windows of nothing but -infinity give the lowest finite number: ONNX Runtime's operator has no rule for them.
 */
export const maxPool: Primitive<PoolParams> = definePrimitive<PoolParams>({
  name: 'maxPool',
  infer: ([x], params) => {
    const dtype = checkDTypes('maxPool', [x!], floats)
    return [{ shape: pooledShape('maxPool', x!.shape, params), dtype }]
  },
  run: ([x], params) => [narrowed(poolEagerly(x!, params, Number.NEGATIVE_INFINITY, Math.max), x!.dtype)],
  gradient: ({ inputs, outputs, cotangents, params }) => {
    const [x, y] = [padded(inputs[0]!, params, Number.NEGATIVE_INFINITY), outputs[0]!]
    let rest = cotangents[0]!
    const shares = tapsOf(x, y.shape, params).map((tap, i, all) => {
      const isLargest = tap.equal(y)
      const share = isLargest.where(rest, 0)
      // what is left for later taps
      if (i < all.length - 1) rest = isLargest.where(0, rest)
      return share
    })
    return [unpadded(spreadSum(shares, x.shape, params), params, inputs[0]!)]
  },
  lower: (onnx, [x], { params }) =>
    onnx.op('MaxPool', [x!], { attributes: { ...attributesOf(params), dilations: params.dilations } }),
  batch: context => batchPool(maxPool, context),
})

/** The mean of each window, zeros of the padding among its samples. */
export const avgPool: Primitive<PoolParams> = definePrimitive<PoolParams>({
  name: 'avgPool',
  infer: ([x], params) => {
    const dtype = checkDTypes('avgPool', [x!], floats)
    return [{ shape: pooledShape('avgPool', x!.shape, params), dtype }]
  },
  run: ([x], params) => {
    const sums = poolEagerly(x!, params, 0, (a, b) => a + b)
    const count = sizeOf(params.window)
    return [
      narrowed(
        sums.map(sum => sum / count),
        x!.dtype,
      ),
    ]
  },
  gradient: ({ inputs, cotangents, params }) => {
    const lengths = inputs[0]!.shape.map((n, axis) => n + (around(params).low[axis]! + around(params).high[axis]!))
    const share = cotangents[0]!.mul(1 / sizeOf(params.window))
    return [unpadded(spreadSum(share, lengths, params), params, inputs[0]!)]
  },
  // ONNX Runtime has AveragePool in float32 only
  decompose: ([x], params) => {
    if (x!.dtype === 'float32' && params.dilations.every(n => n === 1)) return undefined
    const sums = summedTaps(padded(x!, params, 0), pooledShape('avgPool', x!.shape, params), params)
    return [sums.mul(1 / sizeOf(params.window))]
  },
  lower: (onnx, [x], { params }) =>
    onnx.op('AveragePool', [x!], { attributes: { ...attributesOf(params), count_include_pad: 1 } }),
  batch: context => batchPool(avgPool, context),
})
