import { QuadrupoleError } from '../../core/index.ts'
import { allocate, isFloat, type NumberStorage } from '../dtype.ts'
import { definePrimitive, type Primitive } from '../primitive.ts'
import { aroundAxis, showShape, sizeOf, withLength } from '../shape.ts'
import { Tensor } from '../tensor.ts'
import type { Spec } from '../trace.ts'
import { gather, gatherElements, scatterAddElements } from './indexing.ts'
import { checkDTypes, numbers } from './rules.ts'
import { Selector } from './selector.ts'
import { Sorter } from './sorter.ts'

export interface TopKParams {
  readonly axis: number
  readonly k: number
  readonly largest: boolean
}

/** Both outputs of ordering: values and their indices along the axis. */
const ranked = (input: Spec, axis: number, length: number): Spec[] => {
  const shape = withLength(input.shape, axis, length)
  return [
    { shape, dtype: input.dtype },
    { shape, dtype: 'int32' },
  ]
}

/**
 * The k largest or smallest elements along an axis, in that order, and their indices (int32). Of equal ones the first
 * comes first; NaN counts as the largest of all, as in NumPy's and PyTorch's sorting.
 *
 * Compiled, the largest finite number of the dtype and infinity count as equal.
 */
export const topK: Primitive<TopKParams> = definePrimitive<TopKParams>({
  name: 'topK',
  infer: ([input], { axis, k }) => {
    checkDTypes('topK', [input!], numbers)
    if (!Number.isInteger(k) || k < 0 || k > input!.shape[axis]!)
      throw new QuadrupoleError(
        'argument',
        `topK: ${k} elements along axis ${axis} of ${showShape(input!.shape)}, expected an integer from 0 to ${input!.shape[axis]}`,
      )
    return ranked(input!, axis, k)
  },
  run: ([input], { axis, k, largest }, [result]) => {
    const { outer, length, inner } = aroundAxis(input!.shape, axis)
    const data = input!.data as NumberStorage
    const values = allocate(result!.dtype, sizeOf(result!.shape)) as NumberStorage
    const indices = new Int32Array(values.length)
    const sorter = new Sorter(length, data, largest)
    for (let o = 0; o < outer; o++)
      for (let rest = 0; rest < inner; rest++) {
        const start = o * length * inner + rest
        const order = sorter.sort(data, start, inner)
        for (let i = 0, to = o * k * inner + rest; i < k; i++, to += inner) {
          indices[to] = order[i]!
          values[to] = data[start + order[i]! * inner]!
        }
      }
    return [values, indices]
  },
  gradient: ({ inputs, outputs, cotangents, params: { axis } }) =>
    scatterAddElements.bind([outputs[1]!, cotangents[0]!], { axis, length: inputs[0]!.shape[axis]! }),
  lower: (onnx, [input], { params: { axis, k, largest }, inputs: [spec] }) => {
    const { dtype } = spec!
    let keys = input!
    // the engine's order of NaN is open, so NaN takes the place of infinity, and infinity that of the largest number
    if (dtype === 'float32' || dtype === 'float64') {
      const limited = onnx.op('Min', [input!, onnx.scalar(largestFinite[dtype], dtype)])
      const isNaN = onnx.op('IsNaN', [input!])
      keys = onnx.op('Where', [isNaN, onnx.scalar(Number.POSITIVE_INFINITY, dtype), limited])
    }
    const attributes = { axis, largest: largest ? 1 : 0, sorted: 1 }
    const [found, places] = onnx.ops('TopK', [keys, onnx.integers([k])], 2, { attributes }) as [string, string]
    const values = keys === input ? found : onnx.op('GatherElements', [input!, places], { attributes: { axis } })
    return [values, onnx.op('Cast', [places], { attributes: { to: onnx.elementType('int32') } })]
  },
  batch: ({ inputs, params }) => topK.bind(inputs, { ...params, axis: params.axis + 1 }),
})

const largestFinite = { float32: (2 - 2 ** -23) * 2 ** 127, float64: Number.MAX_VALUE } as const

export interface OrderStatisticsParams {
  readonly axis: number
  /** Increasing places in the sorted order, from 0. */
  readonly ranks: readonly number[]
}

/**
 * The elements of given ranks along an axis, as sorting would place them, and their indices (int32). In a run with a NaN
 * all of them are the first NaN.
 */
export const orderStatistics: Primitive<OrderStatisticsParams> = definePrimitive<OrderStatisticsParams>({
  name: 'orderStatistics',
  infer: ([input], { axis, ranks }) => {
    checkDTypes('orderStatistics', [input!], numbers)
    const length = input!.shape[axis]!
    if (ranks.some((rank, i) => !Number.isInteger(rank) || rank <= (ranks[i - 1] ?? -1) || rank >= length))
      throw new QuadrupoleError(
        'argument',
        `orderStatistics: ranks [${ranks}] along axis ${axis} of ${showShape(input!.shape)} must be increasing integers from 0 to ${length - 1}`,
      )
    return ranked(input!, axis, ranks.length)
  },
  run: ([input], { axis, ranks }, [result]) => {
    const { outer, length, inner } = aroundAxis(input!.shape, axis)
    const data = input!.data as NumberStorage
    const values = allocate(result!.dtype, sizeOf(result!.shape)) as NumberStorage
    const indices = new Int32Array(values.length)
    const selector = new Selector(length, data, ranks)
    for (let o = 0; o < outer; o++)
      for (let rest = 0; rest < inner; rest++) {
        const start = o * length * inner + rest
        const places = selector.select(data, start, inner)
        for (let i = 0, to = o * ranks.length * inner + rest; i < ranks.length; i++, to += inner) {
          indices[to] = places[i]!
          values[to] = data[start + places[i]! * inner]!
        }
      }
    return [values, indices]
  },
  gradient: ({ inputs, outputs, cotangents, params: { axis } }) =>
    scatterAddElements.bind([outputs[1]!, cotangents[0]!], { axis, length: inputs[0]!.shape[axis]! }),
  decompose: ([input], { axis, ranks }) => {
    const length = input!.shape[axis]!
    if (ranks.length === 0) return topK.bind([input!], { axis, k: 0, largest: false })
    const [first, last] = [ranks[0]!, ranks.at(-1)!]
    // from the end that is nearer; from the largest the axis is turned round, so that of equal ones the last is found first
    const largest = length - first < last + 1
    const k = largest ? length - first : last + 1
    const order = topK.bind([largest ? input!.flip(axis) : input!], { axis, k, largest })[1]!
    const places = Int32Array.from(ranks, rank => (largest ? length - 1 - rank : rank))
    const found = gather.bind([order, Tensor.of(places)], { axis })[0]!
    const sorted = largest ? found.neg().add(length - 1) : found
    const indices = isFloat(input!.dtype) ? nanInstead(input!, sorted, axis) : sorted
    return [gatherElements.bind([input!, indices], { axis })[0]!, indices]
  },
  lower: 'decomposed',
  batch: ({ inputs, params }) => orderStatistics.bind(inputs, { ...params, axis: params.axis + 1 }),
})

/** Indices, in their place the index of the first NaN along the axis where there is one. */
function nanInstead(x: Tensor, indices: Tensor, axis: number): Tensor {
  const isNaN = x.isNaN().cast('int32')
  return isNaN.max({ axes: axis, keepAxes: true }).greater(0).where(isNaN.argmax({ axis }).expandAxis(axis), indices)
}
