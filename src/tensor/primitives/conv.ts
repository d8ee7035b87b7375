import { QuadrupoleError } from '../../core/index.ts'
import { allocate, type NumberStorage } from '../dtype.ts'
import { definePrimitive, type Primitive } from '../primitive.ts'
import { type Shape, sameShape, showShape, sizeOf } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import { batchConv, type Role } from './conv-batch.ts'
import { type ConvGeometry, convOutputLengths, forEachTap } from './conv-geometry.ts'
import * as asMatmul from './conv-matmul.ts'
import { isTiled, tiledConv, tiledInputGradient, tiledWeightGradient } from './conv-winograd.ts'
import { checkDTypes, floats } from './rules.ts'

/** Of a cross-correlation, which is what networks call a convolution; one entry a spatial axis. */
export interface ConvParams {
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  /** Zeros before the first and after the last sample. */
  readonly low: readonly number[]
  readonly high: readonly number[]
  readonly groups: number
}

const attributesOf = ({ strides, dilations, low, high, groups }: ConvParams) => ({
  strides,
  dilations,
  pads: [...low, ...high],
  group: groups,
})

/**
 * y[n, o, t] = sum over c, k of x[n, c, t stride + k dilation - low] w[o, c, k], within groups of channels; plus b[o] where
 * a third input is given.
 */
export const conv: Primitive<ConvParams> = definePrimitive<ConvParams>({
  name: 'conv',
  infer: (inputs, params) => {
    const [x, w, bias] = inputs
    const dtype = checkDTypes('conv', inputs, floats)
    checkConv('conv', x!.shape, w!.shape, params)
    if (bias && !sameShape(bias.shape, [w!.shape[0]!]))
      throw new QuadrupoleError(
        'shape',
        `conv: bias has shape ${showShape(bias.shape)}, expected [${w!.shape[0]}]: one an output`,
      )
    const lengths = convOutputLengths(x!.shape.slice(2), w!.shape.slice(2), params)
    if (lengths.some(n => n < 1))
      throw new QuadrupoleError(
        'shape',
        `conv: a kernel of ${showShape(w!.shape.slice(2))} with dilation [${params.dilations}] does not fit into ${showShape(x!.shape.slice(2))} padded by [${params.low}] and [${params.high}]; pad more or use a shorter kernel`,
      )
    return [{ shape: [x!.shape[0]!, w!.shape[0]!, ...lengths], dtype }]
  },
  run: ([x, w, bias], params, [result]) => {
    const out = new Float64Array(sizeOf(result!.shape))
    const data = x!.data as NumberStorage
    const weights = w!.data as NumberStorage
    if (bias) fillChannels(out, result!.shape, bias.data as NumberStorage)
    const geometry: ConvGeometry = { ...params, x: x!.shape, w: w!.shape, y: result!.shape }
    forEachTap(geometry, (i, k, o) => {
      out[o]! += data[i]! * weights[k]!
    })
    return [narrowed(out, result!.dtype)]
  },
  gradient: ({ inputs, cotangents, needed, params }) => {
    const [x, w] = inputs as [Tensor, Tensor]
    const cotangent = cotangents[0]!
    return [
      needed[0] ? convInputGradient.bind([cotangent, w], { ...params, lengths: x.shape.slice(2) })[0] : undefined,
      needed[1] ? convWeightGradient.bind([x, cotangent], { ...params, lengths: w.shape.slice(2) })[0] : undefined,
      needed[2] ? cotangent.sum({ axes: cotangent.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis])) }) : undefined,
    ]
  },
  // ONNX Runtime has Conv in float32 only
  decompose: ([x, w, bias], params, target) => {
    if (isTiled(x!, w!.shape, params, target)) return [withBias(tiledConv(x!, w!), bias)]
    return x!.dtype === 'float64' ? [withBias(asMatmul.convolution(x!, w!, params), bias)] : undefined
  },
  lower: (onnx, inputs, { params }) => onnx.op('Conv', inputs, { attributes: attributesOf(params) }),
  batch: context => [
    batchConv(conv, ['images', 'weights', 'weights'].slice(0, context.inputs.length) as Role[], 'images', context),
  ],
})

/** Begins every channel's outputs with its bias. */
function fillChannels(out: Float64Array, [, channels, ...lengths]: Shape, bias: NumberStorage): void {
  const length = sizeOf(lengths)
  for (let start = 0; start < out.length; start += length)
    out.fill(bias[(start / length) % channels!]!, start, start + length)
}

const withBias = (y: Tensor, bias: Tensor | undefined): Tensor =>
  bias ? y.add(bias.reshape([1, bias.size, ...y.shape.slice(2).map(() => 1)])) : y

/** With the lengths of what is computed, which strides leave open. */
export interface ConvGradientParams extends ConvParams {
  readonly lengths: Shape
}

/** The cotangent of a convolution's input, from that of its output: also known as transposed convolution. */
export const convInputGradient: Primitive<ConvGradientParams> = definePrimitive<ConvGradientParams>({
  name: 'convInputGradient',
  infer: ([y, w], { lengths, ...params }) => {
    const dtype = checkDTypes('convInputGradient', [y!, w!], floats)
    const x = [y!.shape[0]!, w!.shape[1]! * params.groups, ...lengths]
    checkConv('convInputGradient', x, w!.shape, params)
    checkCotangent('convInputGradient', y!.shape, [
      y!.shape[0]!,
      w!.shape[0]!,
      ...convOutputLengths(lengths, w!.shape.slice(2), params),
    ])
    return [{ shape: x, dtype }]
  },
  run: ([y, w], params, [result]) => {
    const out = new Float64Array(sizeOf(result!.shape))
    const cotangent = y!.data as NumberStorage
    const weights = w!.data as NumberStorage
    forEachTap({ ...params, x: result!.shape, w: w!.shape, y: y!.shape }, (i, k, o) => {
      out[i]! += cotangent[o]! * weights[k]!
    })
    return [narrowed(out, result!.dtype)]
  },
  gradient: ({ inputs, cotangents, needed, params }) => {
    const [y, w] = inputs as [Tensor, Tensor]
    const cotangent = cotangents[0]!
    return [
      needed[0] ? conv.bind([cotangent, w], params)[0] : undefined,
      needed[1] ? convWeightGradient.bind([cotangent, y], { ...params, lengths: w.shape.slice(2) })[0] : undefined,
    ]
  },
  decompose: ([y, w], params, target) => [
    isTiled(y!, w!.shape, params, target) ? tiledInputGradient(y!, w!) : asMatmul.inputGradient(y!, w!, params),
  ],
  lower: 'decomposed',
  batch: context => [batchConv(convInputGradient, ['images', 'weights'], 'images', context)],
})

/** The cotangent of a convolution's weights, from its input and the cotangent of its output. */
export const convWeightGradient: Primitive<ConvGradientParams> = definePrimitive<ConvGradientParams>({
  name: 'convWeightGradient',
  infer: ([x, y], { lengths, ...params }) => {
    const dtype = checkDTypes('convWeightGradient', [x!, y!], floats)
    const w = [y!.shape[1]!, x!.shape[1]! / params.groups, ...lengths]
    checkConv('convWeightGradient', x!.shape, w, params)
    checkCotangent('convWeightGradient', y!.shape, [
      x!.shape[0]!,
      y!.shape[1]!,
      ...convOutputLengths(x!.shape.slice(2), lengths, params),
    ])
    return [{ shape: w, dtype }]
  },
  run: ([x, y], params, [result]) => {
    const out = new Float64Array(sizeOf(result!.shape))
    const data = x!.data as NumberStorage
    const cotangent = y!.data as NumberStorage
    forEachTap({ ...params, x: x!.shape, w: result!.shape, y: y!.shape }, (i, k, o) => {
      out[k]! += data[i]! * cotangent[o]!
    })
    return [narrowed(out, result!.dtype)]
  },
  gradient: ({ inputs, cotangents, needed, params }) => {
    const [x, y] = inputs as [Tensor, Tensor]
    const cotangent = cotangents[0]!
    return [
      needed[0] ? convInputGradient.bind([y, cotangent], { ...params, lengths: x.shape.slice(2) })[0] : undefined,
      needed[1] ? conv.bind([x, cotangent], params)[0] : undefined,
    ]
  },
  decompose: ([x, y], params, target) => [
    isTiled(x!, [y!.shape[1]!, x!.shape[1]!, ...params.lengths], params, target)
      ? tiledWeightGradient(x!, y!)
      : asMatmul.weightGradient(x!, y!, params, target),
  ],
  lower: 'decomposed',
  batch: context => [batchConv(convWeightGradient, ['images', 'images'], 'weights', context)],
})

const narrowed = (values: Float64Array, dtype: 'float32' | 'float64' | string): NumberStorage => {
  if (dtype === 'float64') return values
  const out = allocate('float32', values.length)
  out.set(values)
  return out
}

function checkConv(where: string, x: Shape, w: Shape, { strides, dilations, low, high, groups }: ConvParams): void {
  const rank = x.length - 2
  if (rank < 1 || w.length !== x.length)
    throw new QuadrupoleError(
      'shape',
      `${where}: input ${showShape(x)} and weights ${showShape(w)} must be [batch, channels, …] and [outputs, channels / groups, …] with equally many lengths behind`,
    )
  if ([strides, dilations, low, high].some(list => list.length !== rank))
    throw new QuadrupoleError(
      'argument',
      `${where}: strides, dilations and padding need one entry for each of ${rank} lengths`,
    )
  if (x[1]! % groups !== 0)
    throw new QuadrupoleError(
      'shape',
      `${where}: ${x[1]} channels of ${showShape(x)} can't be split into ${groups} groups; the number of groups must divide them`,
    )
  if (w[0]! % groups !== 0 || w[1]! !== x[1]! / groups)
    throw new QuadrupoleError(
      'shape',
      `${where}: ${x[1]} channels in ${groups} groups do not fit weights ${showShape(w)}; expected [outputs, ${x[1]! / groups}, …] with outputs a multiple of ${groups}`,
    )
  const bad = [...strides, ...dilations].find(n => !Number.isInteger(n) || n < 1)
  if (bad !== undefined)
    throw new QuadrupoleError('argument', `${where}: strides and dilations are integers from 1, got ${bad}`)
  const badPadding = [...low, ...high].find(n => !Number.isInteger(n) || n < 0)
  if (badPadding !== undefined)
    throw new QuadrupoleError('argument', `${where}: padding is integers from 0, got ${badPadding}; slice to cut`)
}

function checkCotangent(where: string, y: Shape, expected: Shape): void {
  if (!sameShape(y, expected))
    throw new QuadrupoleError(
      'shape',
      `${where}: the output's cotangent has shape ${showShape(y)}, a convolution of these lengths gives ${showShape(expected)}`,
    )
}
