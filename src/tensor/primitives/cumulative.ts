import { allocate, isFloat, type NumberStorage } from '../dtype.ts'
import { definePrimitive, type Primitive } from '../primitive.ts'
import { aroundAxis, withLength } from '../shape.ts'
import { Tensor } from '../tensor.ts'
import type { Spec } from '../trace.ts'
import { scatterAddElements } from './indexing.ts'
import { concat } from './movement.ts'
import { checkDTypes, numbers } from './rules.ts'

export interface CumsumParams {
  readonly axis: number
  /** Leaves the element itself out of its sum. */
  readonly exclusive: boolean
  /** Sums from the end. */
  readonly reverse: boolean
}

/** Visits the runs along an axis: where each starts, and the distance of neighbours. */
function forEachRun(
  { shape }: Spec,
  axis: number,
  visit: (start: number, stride: number, length: number) => void,
): void {
  const { outer, length, inner } = aroundAxis(shape, axis)
  for (let o = 0; o < outer; o++) for (let k = 0; k < inner; k++) visit(o * length * inner + k, inner, length)
}

/** Above this length float32 sums are made in float64 in graphs too: ONNX Runtime adds a run naively. */
const longestRun = 4096

/** Sums of all elements up to each along an axis; of floats they are accumulated in float64. */
export const cumsum: Primitive<CumsumParams> = definePrimitive<CumsumParams>({
  name: 'cumsum',
  infer: ([input]) => {
    checkDTypes('cumsum', [input!], numbers)
    return [input!]
  },
  run: ([input], { axis, exclusive, reverse }) => {
    const { data, dtype, size } = input!
    const out = allocate(dtype, size)
    forEachRun(input!, axis, (start, stride, length) => {
      const step = reverse ? -stride : stride
      const first = reverse ? start + (length - 1) * stride : start
      if (data instanceof BigInt64Array) runBigSum(out as BigInt64Array, data, { first, step, length, exclusive })
      else runSum(out as NumberStorage, data, { first, step, length, exclusive })
    })
    return [out]
  },
  gradient: ({ cotangents, params }) => cumsum.bind(cotangents, { ...params, reverse: !params.reverse }),
  lower: (onnx, [input], { params: { axis, exclusive, reverse }, inputs: [spec] }) => {
    const attributes = { exclusive: exclusive ? 1 : 0, reverse: reverse ? 1 : 0 }
    const along = onnx.constant(BigInt64Array.of(BigInt(axis)), [])
    const cast = (name: string, dtype: 'float32' | 'float64') =>
      onnx.op('Cast', [name], { attributes: { to: onnx.elementType(dtype) } })
    // no provider for WebGPU knows float64
    const isWide = spec!.dtype === 'float32' && spec!.shape[axis]! > longestRun && onnx.provider !== 'webgpu'
    const sum = onnx.op('CumSum', [isWide ? cast(input!, 'float64') : input!, along], { attributes })
    return isWide ? cast(sum, 'float32') : sum
  },
  batch: ({ inputs, params }) => cumsum.bind(inputs, { ...params, axis: params.axis + 1 }),
})

interface Run {
  readonly first: number
  readonly step: number
  readonly length: number
  readonly exclusive: boolean
}

/** Numbers and bigints apart, since a loop over either alone is five times as fast as one over both. */
function runSum(out: NumberStorage, data: NumberStorage, { first, step, length, exclusive }: Run): void {
  let sum = 0
  if (exclusive)
    for (let i = 0, at = first; i < length; i++, at += step) {
      out[at] = sum
      sum += data[at]!
    }
  else for (let i = 0, at = first; i < length; i++, at += step) out[at] = sum += data[at]!
}

function runBigSum(out: BigInt64Array, data: BigInt64Array, { first, step, length, exclusive }: Run): void {
  let sum = 0n
  for (let i = 0, at = first; i < length; i++, at += step) {
    if (exclusive) out[at] = sum
    sum += data[at]!
    if (!exclusive) out[at] = sum
  }
}

/**
 * The largest element up to each along an axis, and its index (int32): of equal ones the last, and once there is a NaN
 * the last NaN, as `torch.cummax`.
 */
export const cummax: Primitive<{ readonly axis: number }> = definePrimitive<{ readonly axis: number }>({
  name: 'cummax',
  infer: ([input]) => {
    checkDTypes('cummax', [input!], numbers)
    return [input!, { shape: input!.shape, dtype: 'int32' }]
  },
  run: ([input], { axis }) => {
    const data = input!.data as NumberStorage
    const values = allocate(input!.dtype, data.length) as NumberStorage
    const indices = new Int32Array(data.length)
    forEachRun(input!, axis, (start, stride, length) => {
      let best = start
      for (let i = 0, at = start; i < length; i++, at += stride) {
        const x = data[at]!
        if (x >= data[best]! || Number.isNaN(x)) best = at
        values[at] = data[best]!
        indices[at] = (best - start) / stride
      }
    })
    return [values, indices]
  },
  gradient: ({ inputs, outputs, cotangents, params: { axis } }) =>
    scatterAddElements.bind([outputs[1]!, cotangents[0]!], { axis, length: inputs[0]!.shape[axis]! }),
  // each step doubles the stretch that a value is the largest of (Hillis and Steele)
  decompose: ([input], { axis }) => {
    const length = input!.shape[axis]!
    let values = input!
    let indices = countedAlong(values, axis)
    const part = (x: Tensor, from: number, to: number): Tensor => x.slice({ [axis]: [from, to] })
    for (let stretch = 1; stretch < length; stretch *= 2) {
      const join = (x: Tensor, rest: Tensor): Tensor => concat.bind([part(x, 0, stretch), rest], { axis })[0]!
      const [earlier, later] = [part(values, 0, length - stretch), part(values, stretch, length)]
      const isLater = isFloat(values.dtype)
        ? later.isNaN().logicalOr(earlier.lessEqual(later))
        : earlier.lessEqual(later)
      indices = join(indices, isLater.where(part(indices, stretch, length), part(indices, 0, length - stretch)))
      values = join(values, earlier.maximum(later))
    }
    return [values, indices]
  },
  lower: 'decomposed',
  batch: ({ inputs, params }) => cummax.bind(inputs, { axis: params.axis + 1 }),
})

/** The index of every element along an axis, stretched in the graph so that it holds no large constant. */
function countedAlong(x: Tensor, axis: number): Tensor {
  const count = Int32Array.from({ length: x.shape[axis]! }, (_, i) => i)
  const zeros = x.like(0).cast('int32').broadcastTo(x.shape)
  return zeros.add(Tensor.of(count, withLength(new Array<number>(x.rank).fill(1), axis, count.length)))
}
