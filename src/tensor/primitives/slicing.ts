import { QuadrupoleError } from '../../core/index.ts'
import { allocate, type DType, type NumberStorage, numberAt } from '../dtype.ts'
import { isBatchLength } from '../onnx/batch-axis.ts'
import type { Lowering } from '../onnx/lowering.ts'
import { definePrimitive, type Primitive } from '../primitive.ts'
import { type Shape, showShape, sizeOf, stridesOf, withLength } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import { anyDType, checkDTypes, type NoParams, noParams, pick, stridedOffsets } from './rules.ts'

export interface SliceParams {
  /** One an axis: start <= index < stop in steps, all non-negative and inside the axis. */
  readonly starts: readonly number[]
  readonly stops: readonly number[]
  readonly steps: readonly number[]
}

const stepsWithin = (start: number, stop: number, step: number): number => Math.max(0, Math.ceil((stop - start) / step))

/** Every `step`-th element of a range along each axis. */
export const slice: Primitive<SliceParams> = definePrimitive<SliceParams>({
  name: 'slice',
  infer: ([input], { starts, stops, steps }) => {
    const { shape, dtype } = input!
    shape.forEach((n, axis) => {
      const [start, stop, step] = [starts[axis]!, stops[axis]!, steps[axis]!]
      if (start < 0 || stop > n || start > stop || step < 1)
        throw new QuadrupoleError(
          'argument',
          `slice: [${start}, ${stop}) in steps of ${step} does not lie in axis ${axis} of ${showShape(shape)}; bounds go from 0 to ${n}, steps from 1`,
        )
    })
    return [{ shape: shape.map((_, axis) => stepsWithin(starts[axis]!, stops[axis]!, steps[axis]!)), dtype }]
  },
  run: ([input], { starts, steps }, [result]) => {
    const strides = stridesOf(input!.shape)
    const start = starts.reduce((sum, n, axis) => sum + n * strides[axis]!, 0)
    const walk = strides.map((stride, axis) => stride * steps[axis]!)
    return [pick(input!.data, input!.dtype, stridedOffsets(result!.shape, walk, start))]
  },
  gradient: ({ inputs, outputs, cotangents, params: { starts, steps } }) => {
    const { shape } = inputs[0]!
    const taken = outputs[0]!.shape
    if (taken.includes(0)) return [undefined]
    const high = shape.map((n, axis) => n - starts[axis]! - ((taken[axis]! - 1) * steps[axis]! + 1))
    return pad.bind(cotangents, { low: starts, high, interior: steps.map(step => step - 1), value: 0 })
  },
  lower: (onnx, [input], { params: { starts, stops, steps }, inputs: [spec] }) => {
    const axes = spec!.shape.flatMap((n, axis) => (isWhole(n, starts[axis]!, stops[axis]!, steps[axis]!) ? [] : [axis]))
    if (axes.length === 0) return onnx.op('Identity', [input!])
    const along = (values: readonly number[]) => onnx.integers(axes.map(axis => values[axis]!))
    return onnx.op('Slice', [input!, along(starts), along(stops), onnx.integers(axes), along(steps)])
  },
  batch: ({ inputs, size, params }) =>
    slice.bind(inputs, { starts: [0, ...params.starts], stops: [size, ...params.stops], steps: [1, ...params.steps] }),
})

/** An axis that is taken whole. The lengths may be symbolic, so they are compared but not computed with. */
const isWhole = (n: number, start: number, stop: number, step: number): boolean =>
  start === 0 && step === 1 && (stop === n || sameBatchLength(stop, n))

const sameBatchLength = (a: number, b: number): boolean => isBatchLength(a) && isBatchLength(b) && a.factor === b.factor

export interface PadParams {
  /** Elements put before the first, after the last and between neighbours, per axis; negative ends cut elements off. */
  readonly low: readonly number[]
  readonly high: readonly number[]
  readonly interior: readonly number[]
  readonly value: number
}

/** Puts a constant around and between the elements. */
export const pad: Primitive<PadParams> = definePrimitive<PadParams>({
  name: 'pad',
  infer: ([input], { low, high, interior }) => {
    const shape = input!.shape.map((n, axis) => low[axis]! + high[axis]! + n + Math.max(0, n - 1) * interior[axis]!)
    const isBad = (gap: number, axis: number): boolean =>
      gap < 0 || shape[axis]! < 0 || (gap > 0 && (low[axis]! < 0 || high[axis]! < 0))
    if (interior.some(isBad))
      throw new QuadrupoleError(
        'argument',
        `pad: [${low}] before, [${high}] after and [${interior}] between ${showShape(input!.shape)}: ends can't cut off more than there is, nor anything of an axis with elements between`,
      )
    return [{ shape, dtype: input!.dtype }]
  },
  run: ([input], { low, high, interior, value }, [result]) => {
    const { shape, dtype } = result!
    const out = allocate(dtype, sizeOf(shape))
    if (out instanceof BigInt64Array) out.fill(BigInt(value))
    else out.fill(value)
    // what the ends cut off, and where the first element that is left goes
    const cut = low.map(n => Math.max(0, -n))
    const left = input!.shape.map((n, axis) => n - cut[axis]! - Math.max(0, -high[axis]!))
    if (left.some(n => n <= 0)) return [out]
    const [from, to] = [stridesOf(input!.shape), stridesOf(shape)]
    const start = (at: readonly number[], strides: readonly number[]): number =>
      strides.reduce((sum, stride, axis) => sum + Math.max(0, at[axis]!) * stride, 0)
    const taken = stridedOffsets(left, from, start(cut, from))
    const walk = to.map((stride, axis) => stride * (interior[axis]! + 1))
    const places = stridedOffsets(left, walk, start(low, to))
    const data = input!.data as NumberStorage
    for (let i = 0; i < places.length; i++) (out as NumberStorage)[places[i]!] = data[taken[i]!]!
    return [out]
  },
  gradient: ({ outputs, inputs, cotangents, params: { low, high, interior } }) => {
    const { shape } = inputs[0]!
    if (interior.every(n => n === 0))
      return pad.bind(cotangents, { low: low.map(n => -n), high: high.map(n => -n), interior, value: 0 })
    const steps = interior.map(n => n + 1)
    const stops = shape.map((n, axis) => low[axis]! + Math.max(0, (n - 1) * steps[axis]! + 1))
    if (outputs[0]!.size === 0) return [undefined]
    return slice.bind(cotangents, { starts: low, stops, steps })
  },
  lower: (onnx, [input], { params: { low, high, interior, value }, inputs: [spec] }) => {
    let padded = input!
    let shape = [...spec!.shape]
    let after = [...high]
    interior.forEach((gap, axis) => {
      const n = shape[axis]!
      if (gap === 0 || n < 2) return
      // [.., n, ..] -> [.., n, 1, ..] -> [.., n, 1 + gap, ..] -> [.., n (1 + gap), ..], whose last gap is too much;
      // by Concat, since ONNX Runtime's Pad walks short inner axes element by element
      const around = (count: number) => [...shape.slice(0, axis + 1), count, ...shape.slice(axis + 1)]
      const rows = onnx.op('Reshape', [padded, onnx.reshapeDims(around(1))])
      const filling = onnx.op('Expand', [onnx.scalar(value, spec!.dtype), onnx.dims(around(gap))])
      const spread = onnx.op('Concat', [rows, filling], { attributes: { axis: axis + 1 } })
      shape = withLength(shape, axis, n * (gap + 1))
      padded = onnx.op('Reshape', [spread, onnx.reshapeDims(shape)])
      after = after.map((count, i) => (i === axis ? count - gap : count))
    })
    if (low.every(n => n === 0) && after.every(n => n === 0)) return padded
    return onnx.op('Pad', [padded, onnx.integers([...low, ...after]), onnx.scalar(value, spec!.dtype)])
  },
  batch: ({ inputs, params: { low, high, interior, value } }) =>
    pad.bind(inputs, { low: [0, ...low], high: [0, ...high], interior: [0, ...interior], value }),
})

/** A window of fixed size whose start is data: a start beyond the range is moved inside it. */
export const dynamicSlice: Primitive<{ readonly sizes: Shape }> = definePrimitive<{ readonly sizes: Shape }>({
  name: 'dynamicSlice',
  infer: ([input, starts], { sizes }) => {
    checkStarts('dynamicSlice', input!.shape, starts!.shape, sizes)
    return [{ shape: sizes, dtype: input!.dtype }]
  },
  run: ([input, starts], { sizes }) => {
    const strides = stridesOf(input!.shape)
    return [pick(input!.data, input!.dtype, stridedOffsets(sizes, strides, windowStart(input!.shape, starts!, sizes)))]
  },
  gradient: ({ inputs, cotangents }) => {
    const [input, starts] = inputs as [Tensor, Tensor]
    const zeros = input.like(0).broadcastTo(input.shape)
    return [dynamicUpdate.bind([zeros, cotangents[0]!, starts], noParams)[0], undefined]
  },
  lower: (onnx, [input, starts], { params: { sizes }, inputs: [spec, start] }) => {
    if (sizes.length === 0) return input!
    const [from, to] = clampedBounds(onnx, starts!, start!.dtype, spec!.shape, sizes)
    const axes = onnx.integers(sizes.map((_, axis) => axis))
    const window = onnx.op('Slice', [input!, from, to, axes])
    return onnx.op('Reshape', [window, onnx.integers(sizes)])
  },
})

/** The first input with a window replaced by the second. */
export const dynamicUpdate: Primitive<NoParams> = definePrimitive<NoParams>({
  name: 'dynamicUpdate',
  infer: ([input, update, starts]) => {
    checkDTypes('dynamicUpdate', [input!, update!], anyDType)
    checkStarts('dynamicUpdate', input!.shape, starts!.shape, update!.shape)
    return [input!]
  },
  run: ([input, update, starts]) => {
    const out = input!.data.slice() as NumberStorage
    const start = windowStart(input!.shape, starts!, update!.shape)
    const offsets = stridedOffsets(update!.shape, stridesOf(input!.shape), start)
    const data = update!.data as NumberStorage
    for (let i = 0; i < offsets.length; i++) out[offsets[i]!] = data[i]!
    return [out]
  },
  gradient: ({ inputs, cotangents, needed }) => {
    const [, update, starts] = inputs as [Tensor, Tensor, Tensor]
    const cotangent = cotangents[0]!
    const zeros = update.like(0).broadcastTo(update.shape)
    return [
      needed[0] ? dynamicUpdate.bind([cotangent, zeros, starts], noParams)[0] : undefined,
      needed[1] ? dynamicSlice.bind([cotangent, starts], { sizes: update.shape })[0] : undefined,
      undefined,
    ]
  },
  lower: (onnx, [input, update, starts], { inputs: [spec, window, start] }) => {
    const { shape } = spec!
    const sizes = window!.shape
    if (shape.length === 0) return onnx.op('Identity', [update!])
    const [from] = clampedBounds(onnx, starts!, start!.dtype, shape, sizes)
    // ScatterND wants the index of every element of the window: offsets within it plus its start
    const grid = gridOf(sizes)
    const indices = onnx.op('Add', [onnx.constant(grid, [...sizes, shape.length]), from])
    return onnx.op('ScatterND', [input!, indices, update!])
  },
})

/** The multi-index of every element of a shape, row-major. */
function gridOf(sizes: Shape): BigInt64Array {
  const strides = stridesOf(sizes)
  const grid = new BigInt64Array(sizeOf(sizes) * sizes.length)
  for (let i = 0; i < grid.length; i++) {
    const axis = i % sizes.length
    grid[i] = BigInt(Math.floor(Math.floor(i / sizes.length) / strides[axis]!) % sizes[axis]!)
  }
  return grid
}

function clampedBounds(onnx: Lowering, starts: string, dtype: DType, shape: Shape, sizes: Shape): [string, string] {
  const wide = dtype === 'int64' ? starts : onnx.op('Cast', [starts], { attributes: { to: onnx.elementType('int64') } })
  const last = onnx.integers(shape.map((n, axis) => n - sizes[axis]!))
  const from = onnx.op('Min', [onnx.op('Max', [wide, onnx.integers(shape.map(() => 0))]), last])
  return [from, onnx.op('Add', [from, onnx.integers(sizes)])]
}

function checkStarts(name: string, shape: Shape, starts: Shape, sizes: Shape): void {
  if (sizes.length !== shape.length || sizes.some((n, axis) => n > shape[axis]!))
    throw new QuadrupoleError('shape', `${name}: a window of ${showShape(sizes)} does not fit into ${showShape(shape)}`)
  if (starts.length !== 1 || starts[0] !== shape.length)
    throw new QuadrupoleError(
      'shape',
      `${name}: starts have shape ${showShape(starts)}, expected [${shape.length}]: one an axis of ${showShape(shape)}`,
    )
}

function windowStart(shape: Shape, starts: Tensor, sizes: Shape): number {
  return stridesOf(shape).reduce((sum, stride, axis) => {
    const start = Math.min(Math.max(numberAt(starts.data, axis), 0), shape[axis]! - sizes[axis]!)
    return sum + start * stride
  }, 0)
}
