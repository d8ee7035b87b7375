import { QuadrupoleError } from '../../core/index.ts'
import { allocate, castStorage, type DType, dtypes, isFloat, type NumberStorage } from '../dtype.ts'
import { definePrimitive, type Primitive } from '../primitive.ts'
import { type Shape, sameShape, showShape, sizeOf, stridesOf, withLength } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import { broadcastOffsets, type NoParams, noParams, pick, stridedOffsets } from './rules.ts'

export const reshape: Primitive<{ readonly shape: Shape }> = definePrimitive<{ readonly shape: Shape }>({
  name: 'reshape',
  infer: ([input], { shape }) => {
    if (sizeOf(shape) !== sizeOf(input!.shape))
      throw new QuadrupoleError(
        'shape',
        `reshape: ${showShape(input!.shape)} has ${sizeOf(input!.shape)} elements, ${showShape(shape)} holds ${sizeOf(shape)}; the counts must be equal`,
      )
    return [{ shape, dtype: input!.dtype }]
  },
  run: ([input]) => [input!.data],
  gradient: ({ inputs, cotangents }) => [cotangents[0]!.reshape(inputs[0]!.shape)],
  lower: (onnx, [input], { params }) =>
    onnx.op('Reshape', [input!, onnx.reshapeDims(params.shape)], { attributes: { allowzero: 1 } }),
  batch: ({ inputs, size, params }) => reshape.bind(inputs, { shape: [size, ...params.shape] }),
})

export const transpose: Primitive<{ readonly axes: readonly number[] }> = definePrimitive<{
  readonly axes: readonly number[]
}>({
  name: 'transpose',
  infer: ([input], { axes }) => {
    const { shape, dtype } = input!
    if (axes.length !== shape.length || ![...axes].sort((a, b) => a - b).every((axis, i) => axis === i))
      throw new QuadrupoleError(
        'argument',
        `transpose: axes ${showShape(axes)} are no permutation of the ${shape.length} axes of ${showShape(shape)}`,
      )
    return [{ shape: axes.map(axis => shape[axis]!), dtype }]
  },
  run: ([input], { axes }, [result]) => {
    const strides = stridesOf(input!.shape)
    return [
      pick(
        input!.data,
        input!.dtype,
        stridedOffsets(
          result!.shape,
          axes.map(axis => strides[axis]!),
        ),
      ),
    ]
  },
  gradient: ({ cotangents, params }) => transpose.bind(cotangents, { axes: inversePermutation(params.axes) }),
  lower: (onnx, inputs, { params }) => onnx.op('Transpose', inputs, { attributes: { perm: params.axes } }),
  batch: ({ inputs, params }) => transpose.bind(inputs, { axes: [0, ...params.axes.map(axis => axis + 1)] }),
})

const inversePermutation = (axes: readonly number[]): number[] => axes.map((_, i) => axes.indexOf(i))

/** Stretches axes of length 1; the rank stays. */
export const broadcastTo: Primitive<{ readonly shape: Shape }> = definePrimitive<{ readonly shape: Shape }>({
  name: 'broadcastTo',
  infer: ([input], { shape }) => {
    const from = input!.shape
    if (from.length !== shape.length || from.some((n, axis) => n !== 1 && n !== shape[axis]))
      throw new QuadrupoleError(
        'shape',
        `broadcastTo: ${showShape(from)} can't be stretched to ${showShape(shape)}; each axis must be equal or have length 1`,
      )
    return [{ shape, dtype: input!.dtype }]
  },
  run: ([input], { shape }) => [pick(input!.data, input!.dtype, broadcastOffsets(input!.shape, shape))],
  gradient: ({ inputs, cotangents }) => {
    const from = inputs[0]!.shape
    const axes = from.flatMap((n, axis) => (n === 1 && cotangents[0]!.shape[axis] !== 1 ? [axis] : []))
    return [cotangents[0]!.sum({ axes, keepAxes: true })]
  },
  lower: (onnx, [input], { params }) => onnx.op('Expand', [input!, onnx.dims(params.shape)]),
  batch: ({ inputs, size, params }) => broadcastTo.bind(inputs, { shape: [size, ...params.shape] }),
})

export const flip: Primitive<{ readonly axes: readonly number[] }> = definePrimitive<{
  readonly axes: readonly number[]
}>({
  name: 'flip',
  infer: ([input]) => [input!],
  run: ([input], { axes }) => {
    const { shape, dtype, data } = input!
    const strides = stridesOf(shape)
    const start = axes.reduce((sum, axis) => sum + (shape[axis]! - 1) * strides[axis]!, 0)
    const signed = strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride))
    return [pick(data, dtype, stridedOffsets(shape, signed, start))]
  },
  gradient: ({ cotangents, params }) => flip.bind(cotangents, params),
  lower: (onnx, [input], { params: { axes } }) =>
    axes.length === 0
      ? input!
      : onnx.op('Slice', [
          input!,
          onnx.integers(axes.map(() => -1)),
          onnx.integers(axes.map(() => -(2 ** 31))),
          onnx.integers(axes),
          onnx.integers(axes.map(() => -1)),
        ]),
  batch: ({ inputs, params }) => flip.bind(inputs, { axes: params.axes.map(axis => axis + 1) }),
})

/** Joins tensors along an axis. */
export const concat: Primitive<{ readonly axis: number }> = definePrimitive<{ readonly axis: number }>({
  name: 'concat',
  infer: (inputs, { axis }) => {
    const [first] = inputs
    for (const { shape, dtype } of inputs) {
      if (dtype !== first!.dtype)
        throw new QuadrupoleError('dtype', `concat: dtypes differ: ${inputs.map(i => i.dtype).join(', ')}; cast to one`)
      if (!sameShape(withLength(shape, axis, 0), withLength(first!.shape, axis, 0)))
        throw new QuadrupoleError(
          'shape',
          `concat: shapes ${inputs.map(i => showShape(i.shape)).join(', ')} differ elsewhere than along axis ${axis}; the other lengths must be equal`,
        )
    }
    const length = inputs.reduce((sum, { shape }) => sum + shape[axis]!, 0)
    return [{ shape: withLength(first!.shape, axis, length), dtype: first!.dtype }]
  },
  run: (inputs, { axis }, [result]) => {
    const out = allocate(result!.dtype, sizeOf(result!.shape)) as NumberStorage
    const outer = sizeOf(result!.shape.slice(0, axis))
    const row = out.length / Math.max(outer, 1)
    let at = 0
    for (const input of inputs) {
      const data = input.data as NumberStorage
      const part = data.length / Math.max(outer, 1)
      for (let i = 0; i < outer; i++) out.set(data.subarray(i * part, (i + 1) * part), i * row + at)
      at += part
    }
    return [out]
  },
  gradient: ({ inputs, cotangents, params: { axis } }) => {
    let at = 0
    return inputs.map(({ shape }) => {
      const start = at
      at += shape[axis]!
      return cotangents[0]!.slice({ [axis]: [start, at] })
    })
  },
  lower: (onnx, inputs, { params }) => onnx.op('Concat', inputs, { attributes: { axis: params.axis } }),
  batch: ({ inputs, batched, size, params }) => {
    const all = inputs.map((input, i) =>
      batched[i] ? input : input.reshape([1, ...input.shape]).broadcastTo([size, ...input.shape]),
    )
    return concat.bind(all, { axis: params.axis + 1 })
  },
})

/**
 * The elements in another dtype: floats to integers truncate, to bool test for non-zero. A NaN or a float beyond the
 * integer type's range becomes an integer that is not specified, and differs between eager and compiled.
 */
export const cast: Primitive<{ readonly dtype: DType }> = definePrimitive<{ readonly dtype: DType }>({
  name: 'cast',
  infer: ([input], { dtype }) => {
    if (!dtypes.includes(dtype))
      throw new QuadrupoleError('dtype', `cast: '${dtype}' is no dtype; use ${dtypes.join(', ')}`)
    return [{ shape: input!.shape, dtype }]
  },
  run: ([input], { dtype }) => [input!.dtype === dtype ? input!.data : castStorage(input!.data, dtype)],
  gradient: ({ inputs, cotangents }) => [
    isFloat(inputs[0]!.dtype) && isFloat(cotangents[0]!.dtype) ? cotangents[0]!.cast(inputs[0]!.dtype) : undefined,
  ],
  lower: (onnx, inputs, { params }) => onnx.op('Cast', inputs, { attributes: { to: onnx.elementType(params.dtype) } }),
  batch: ({ inputs, params }) => cast.bind(inputs, params),
})

/** The input, through which no gradient flows. */
export const stopGradient: Primitive<NoParams> = definePrimitive<NoParams>({
  name: 'stopGradient',
  infer: ([input]) => [input!],
  run: ([input]) => [input!.data],
  gradient: 'none',
  lower: (_onnx, [input]) => input!,
  batch: ({ inputs }) => stopGradient.bind(inputs, noParams),
})

/**
 * The first input, tied to the second so that it can't be computed before it: keeps a recomputation from being merged
 * with the first computation. See `checkpoint`.
 */
export const after: Primitive<NoParams> = definePrimitive<NoParams>({
  name: 'after',
  infer: ([input]) => [input!],
  run: ([input]) => [input!.data],
  gradient: ({ cotangents }) => [cotangents[0]!, undefined],
  lower: (onnx, [input, other], { inputs: [spec, otherSpec] }) => {
    if (sizeOf(otherSpec!.shape) === 0) return input!
    // a condition that is never true, which no optimiser can see: that an element is NaN and is not
    const row = onnx.op('Reshape', [other!, onnx.integers([-1])])
    const element = onnx.op('Gather', [row, onnx.constant(new BigInt64Array(1), [])])
    const float = onnx.op('Cast', [element], { attributes: { to: onnx.elementType('float32') } })
    const isNaN = onnx.op('IsNaN', [float])
    const never = onnx.op('And', [isNaN, onnx.op('Not', [isNaN])])
    if (spec!.dtype === 'bool') return onnx.op('Or', [input!, never])
    return onnx.op('Where', [never, onnx.scalar(0, spec!.dtype), input!])
  },
  batch: ({ inputs, batched, size }) => {
    const [input, other] = inputs as [Tensor, Tensor]
    const all = batched[0] ? input : input.expandAxis(0).broadcastTo([size, ...input.shape])
    return after.bind([all, other], noParams)
  },
})
