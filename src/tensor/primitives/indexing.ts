import { QuadrupoleError } from '../../core/index.ts'
import { allocate, castStorage, type DType, type NumberStorage, type Storage } from '../dtype.ts'
import type { Lowering } from '../onnx/lowering.ts'
import { type BatchContext, definePrimitive, type Primitive } from '../primitive.ts'
import { aroundAxis, type Shape, sameShape, showShape, sizeOf, withLength } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import type { Spec } from '../trace.ts'
import { checkDTypes, numbers } from './rules.ts'

export interface GatherParams {
  readonly axis: number
}

/** With the length of the axis that is scattered to, which the updates leave open. */
export interface ScatterParams extends GatherParams {
  readonly length: number
}

const integers: readonly DType[] = ['int32', 'int64']

/**
 * Indices as places 0 ... length-1, negative ones counted from the end.
 *
 * @throws `argument` for an index outside the axis.
 */
function placesOf(where: string, { data }: Tensor, length: number): Int32Array {
  const places = new Int32Array(data.length)
  for (let i = 0; i < places.length; i++) {
    const index = Number(data[i]!)
    const place = index < 0 ? index + length : index
    if (place < 0 || place >= length)
      throw new QuadrupoleError(
        'argument',
        `${where}: index ${index} (element ${i} of the indices) is outside an axis of length ${length}; use ${length === 0 ? 'no indices' : `${-length} to ${length - 1}`}`,
        { details: { index, element: i, length } },
      )
    places[i] = place
  }
  return places
}

/** Zeros that sums are kept in: of float32 in float64. */
const accumulator = (dtype: DType, size: number): Storage => allocate(dtype === 'float32' ? 'float64' : dtype, size)

const zerosOf = (onnx: Lowering, { shape, dtype }: Spec): string =>
  onnx.op('Expand', [onnx.scalar(0, dtype), onnx.dims(shape)])

/** Slices along an axis at indices of any shape, whose axes stand in place of that axis. Negative ones count from the end. */
export const gather: Primitive<GatherParams> = definePrimitive<GatherParams>({
  name: 'gather',
  infer: ([x, indices], { axis }) => {
    checkDTypes('gather: indices', [indices!], integers)
    return [{ shape: x!.shape.toSpliced(axis, 1, ...indices!.shape), dtype: x!.dtype }]
  },
  run: ([x, indices], { axis }, [result]) => {
    const { outer, length, inner } = aroundAxis(x!.shape, axis)
    const places = placesOf('gather', indices!, length)
    const data = x!.data as NumberStorage
    const out = allocate(result!.dtype, sizeOf(result!.shape)) as NumberStorage
    let to = 0
    for (let o = 0; o < outer; o++) {
      const base = o * length * inner
      if (inner === 1) for (let i = 0; i < places.length; i++) out[to++] = data[base + places[i]!]!
      else
        for (let i = 0; i < places.length; i++, to += inner) {
          const from = base + places[i]! * inner
          out.set(data.subarray(from, from + inner), to)
        }
    }
    return [out]
  },
  gradient: ({ inputs, cotangents, params: { axis } }) => [
    scatterAdd.bind([inputs[1]!, cotangents[0]!], { axis, length: inputs[0]!.shape[axis]! })[0],
    undefined,
  ],
  lower: (onnx, inputs, { params: { axis } }) => onnx.op('Gather', inputs, { attributes: { axis } }),
  batch: ({ inputs, batched, params: { axis } }) => {
    const [x, indices] = inputs as [Tensor, Tensor]
    if (!batched[1]) return gather.bind(inputs, { axis: axis + 1 })
    if (!batched[0]) return [gather.bind(inputs, { axis })[0]!.moveAxis(axis, 0)]
    const column = stretchedIndices(indices, x.shape, axis + 1)
    const taken = gatherElements.bind([x, column], { axis: axis + 1 })[0]!
    return [taken.reshape(x.shape.toSpliced(axis + 1, 1, ...indices.shape.slice(1)))]
  },
})

/** A batch of indices for elements along an axis: each example's in a row, repeated over all other axes. */
function stretchedIndices(indices: Tensor, shape: Shape, axis: number): Tensor {
  const [size] = indices.shape as [number]
  const count = sizeOf(indices.shape.slice(1))
  const column = shape.map((_, i) => (i === 0 ? size : i === axis ? count : 1))
  return indices.reshape(column).broadcastTo(withLength(shape, axis, count))
}

/** Sums slices into zeros at indices along an axis: the adjoint of `gather`. Inputs are indices and updates. */
export const scatterAdd: Primitive<ScatterParams> = definePrimitive<ScatterParams>({
  name: 'scatterAdd',
  infer: ([indices, updates], { axis, length }) => {
    checkDTypes('scatterAdd: indices', [indices!], integers)
    const dtype = checkDTypes('scatterAdd', [updates!], numbers)
    const rank = indices!.shape.length
    if (!sameShape(updates!.shape.slice(axis, axis + rank), indices!.shape))
      throw new QuadrupoleError(
        'shape',
        `scatterAdd: updates ${showShape(updates!.shape)} do not have the indices' shape ${showShape(indices!.shape)} from axis ${axis} on`,
      )
    return [{ shape: updates!.shape.toSpliced(axis, rank, length), dtype }]
  },
  run: ([indices, updates], { axis, length }, [result]) => {
    const { outer, inner } = aroundAxis(result!.shape, axis)
    const places = placesOf('scatterAdd', indices!, length)
    const sums = accumulator(result!.dtype, sizeOf(result!.shape)) as NumberStorage
    const data = updates!.data as NumberStorage
    let from = 0
    for (let o = 0; o < outer; o++) {
      const base = o * length * inner
      for (let i = 0; i < places.length; i++) {
        const to = base + places[i]! * inner
        for (let k = 0; k < inner; k++) sums[to + k]! += data[from++]!
      }
    }
    return [castStorage(sums, result!.dtype)]
  },
  gradient: ({ inputs, cotangents, params: { axis } }) => [
    undefined,
    gather.bind([cotangents[0]!, inputs[0]!], { axis })[0],
  ],
  lower: (onnx, [indices, updates], { params: { axis }, inputs: [index, update], outputs: [result] }) => {
    // not ScatterND, which adds in parallel without locks: repeated indices lose updates there
    const count = sizeOf(index!.shape)
    const after = update!.shape.slice(axis + index!.shape.length)
    const shape = [...update!.shape.slice(0, axis), count, ...after]
    const column = onnx.op('Reshape', [indices!, onnx.integers([count, ...after.map(() => 1)])])
    const everywhere = onnx.op('Expand', [column, onnx.dims(shape)])
    const flat = onnx.op('Reshape', [updates!, onnx.reshapeDims(shape)], { attributes: { allowzero: 1 } })
    const attributes = { axis, reduction: 'add' }
    return onnx.op('ScatterElements', [zerosOf(onnx, result!), everywhere, flat], { attributes })
  },
  batch: ({ inputs, batched, size, params: { axis, length } }) => {
    const [indices, updates] = inputs as [Tensor, Tensor]
    if (!batched[0]) return scatterAdd.bind(inputs, { axis: axis + 1, length })
    const all = batched[1] ? updates : updates.expandAxis(0).broadcastTo([size, ...updates.shape])
    const shape = all.shape.toSpliced(axis + 1, indices.rank - 1, sizeOf(indices.shape.slice(1)))
    const column = stretchedIndices(indices, shape, axis + 1)
    return scatterAddElements.bind([column, all.reshape(shape)], { axis: axis + 1, length })
  },
})

/** The element at an index along an axis, for every place of the indices; both have equal lengths along other axes. */
export const gatherElements: Primitive<GatherParams> = definePrimitive<GatherParams>({
  name: 'gatherElements',
  infer: ([x, indices], { axis }) => {
    checkDTypes('gatherElements: indices', [indices!], integers)
    if (!sameShape(withLength(x!.shape, axis, 0), withLength(indices!.shape, axis, 0)))
      throw new QuadrupoleError(
        'shape',
        `gatherElements: input ${showShape(x!.shape)} and indices ${showShape(indices!.shape)} differ elsewhere than along axis ${axis}`,
      )
    return [{ shape: indices!.shape, dtype: x!.dtype }]
  },
  run: ([x, indices], { axis }, [result]) => {
    const { outer, length, inner } = aroundAxis(x!.shape, axis)
    const count = indices!.shape[axis]!
    const places = placesOf('gatherElements', indices!, length)
    const data = x!.data as NumberStorage
    const out = allocate(result!.dtype, places.length) as NumberStorage
    let i = 0
    for (let o = 0; o < outer; o++)
      for (let c = 0; c < count; c++)
        for (let k = 0; k < inner; k++, i++) out[i] = data[(o * length + places[i]!) * inner + k]!
    return [out]
  },
  gradient: ({ inputs, cotangents, params: { axis } }) => [
    scatterAddElements.bind([inputs[1]!, cotangents[0]!], { axis, length: inputs[0]!.shape[axis]! })[0],
    undefined,
  ],
  lower: (onnx, inputs, { params: { axis } }) => onnx.op('GatherElements', inputs, { attributes: { axis } }),
  batch: context => gatherElements.bind(allBatched(context), { axis: context.params.axis + 1 }),
})

/** Sums elements into zeros at indices along an axis: the adjoint of `gatherElements`. Inputs are indices and updates. */
export const scatterAddElements: Primitive<ScatterParams> = definePrimitive<ScatterParams>({
  name: 'scatterAddElements',
  infer: ([indices, updates], { axis, length }) => {
    checkDTypes('scatterAddElements: indices', [indices!], integers)
    const dtype = checkDTypes('scatterAddElements', [updates!], numbers)
    if (!sameShape(indices!.shape, updates!.shape))
      throw new QuadrupoleError(
        'shape',
        `scatterAddElements: indices ${showShape(indices!.shape)} and updates ${showShape(updates!.shape)} must have one shape`,
      )
    return [{ shape: withLength(updates!.shape, axis, length), dtype }]
  },
  run: ([indices, updates], { axis, length }, [result]) => {
    const { outer, length: count, inner } = aroundAxis(updates!.shape, axis)
    const places = placesOf('scatterAddElements', indices!, length)
    const sums = accumulator(result!.dtype, sizeOf(result!.shape)) as NumberStorage
    const data = updates!.data as NumberStorage
    let i = 0
    for (let o = 0; o < outer; o++)
      for (let c = 0; c < count; c++)
        for (let k = 0; k < inner; k++, i++) sums[(o * length + places[i]!) * inner + k]! += data[i]!
    return [castStorage(sums, result!.dtype)]
  },
  gradient: ({ inputs, cotangents, params: { axis } }) => [
    undefined,
    gatherElements.bind([cotangents[0]!, inputs[0]!], { axis })[0],
  ],
  lower: (onnx, [indices, updates], { params: { axis }, outputs: [result] }) => {
    const attributes = { axis, reduction: 'add' }
    return onnx.op('ScatterElements', [zerosOf(onnx, result!), indices!, updates!], { attributes })
  },
  batch: context => scatterAddElements.bind(allBatched(context), { ...context.params, axis: context.params.axis + 1 }),
})

const allBatched = ({ inputs, batched, size }: BatchContext<object>): Tensor[] =>
  inputs.map((input, i) => (batched[i] ? input : input.expandAxis(0).broadcastTo([size, ...input.shape])))
