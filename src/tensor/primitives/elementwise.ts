import { allocate, type DType, type NumberStorage, type Storage } from '../dtype.ts'
import type { Target } from '../onnx/lowering.ts'
import {
  type BatchContext,
  definePrimitive,
  type GradientContext,
  type Primitive,
  type PrimitiveDefinition,
} from '../primitive.ts'
import { type Shape, sameShape, sizeOf } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import { anyDType, broadcastOffsets, checkDTypes, elementwiseShape, type NoParams, noParams, pick } from './rules.ts'

type Lower = PrimitiveDefinition<NoParams>['lower']

/** The input's elements laid out in the output's shape; itself where nothing is stretched. */
function stretched(input: Tensor, shape: Shape): Storage {
  if (sameShape(input.shape, shape)) return input.data
  return pick(input.data, input.dtype, broadcastOffsets(input.shape, shape))
}

/** Sums a cotangent over the axes along which an input was stretched. */
export function sumToShape(cotangent: Tensor, shape: Shape): Tensor {
  const axes = shape.flatMap((n, axis) => (n === 1 && cotangent.shape[axis] !== 1 ? [axis] : []))
  return axes.length === 0 ? cotangent : cotangent.sum({ axes, keepAxes: true })
}

/** Gives batched inputs the batch axis in front and the others one of length 1, which elementwise primitives stretch. */
export function alignBatch({ inputs, batched }: Pick<BatchContext<object>, 'inputs' | 'batched'>): Tensor[] {
  return inputs.map((input, i) => (batched[i] ? input : input.reshape([1, ...input.shape])))
}

interface UnarySpec {
  readonly name: string
  readonly dtypes: readonly DType[]
  readonly output?: DType
  readonly value: (x: number) => number
  readonly bigValue?: (x: bigint) => bigint
  /** Cotangent of the input, of (input, output, cotangent). */
  readonly gradient: 'none' | ((x: Tensor, y: Tensor, cotangent: Tensor) => Tensor)
  /** The ONNX operator, or how to do without one. */
  readonly lower: Lower | string
  readonly decompose?: (x: Tensor, target: Target) => Tensor | undefined
}

const lowerAs = (lower: Lower | string): Lower =>
  typeof lower === 'string' && lower !== 'decomposed' ? (onnx, inputs) => onnx.op(lower, inputs) : (lower as Lower)

const listOf = (tensor: Tensor | undefined): Tensor[] | undefined => tensor && [tensor]

/** An elementwise function of one tensor. */
export function defineUnary(spec: UnarySpec): Primitive<NoParams> {
  const { name, dtypes, output, value, bigValue, gradient, decompose } = spec
  const primitive: Primitive<NoParams> = definePrimitive<NoParams>({
    name,
    isElementwise: true,
    infer: ([input]) => {
      const dtype = checkDTypes(name, [input!], dtypes)
      return [{ shape: input!.shape, dtype: output ?? dtype }]
    },
    run: ([input], _params, [result]) => {
      const { data } = input!
      const out = allocate(result!.dtype, data.length)
      if (data instanceof BigInt64Array) {
        if (out instanceof BigInt64Array) for (let i = 0; i < out.length; i++) out[i] = bigValue!(data[i]!)
        else for (let i = 0; i < out.length; i++) (out as NumberStorage)[i] = value(Number(data[i]!))
      } else for (let i = 0; i < out.length; i++) (out as NumberStorage)[i] = value(data[i]!)
      return [out]
    },
    gradient:
      gradient === 'none'
        ? 'none'
        : ({ inputs, outputs, cotangents }) => [gradient(inputs[0]!, outputs[0]!, cotangents[0]!)],
    ...(decompose && { decompose: ([x], _params, target) => listOf(decompose(x!, target)) }),
    lower: lowerAs(spec.lower),
    batch: ({ inputs }) => primitive.bind(inputs, noParams),
  })
  return primitive
}

interface BinarySpec {
  readonly name: string
  readonly dtypes: readonly DType[]
  readonly output?: DType
  readonly value: (a: number, b: number) => number
  /** For int32 where `value` would be wrong. */
  readonly intValue?: (a: number, b: number) => number
  readonly bigValue?: (a: bigint, b: bigint) => bigint | boolean
  /** Cotangents of both inputs before they are summed to the inputs' shapes. */
  readonly gradient: 'none' | ((context: BinaryGradient) => readonly (Tensor | undefined)[])
  readonly lower: Lower | string
  readonly decompose?: (a: Tensor, b: Tensor, target: Target) => Tensor | undefined
}

export interface BinaryGradient {
  readonly a: Tensor
  readonly b: Tensor
  readonly y: Tensor
  readonly cotangent: Tensor
  readonly needed: readonly boolean[]
}

/** An elementwise function of two tensors of the same dtype. */
export function defineBinary(spec: BinarySpec): Primitive<NoParams> {
  const { name, dtypes, output, intValue, bigValue, gradient, decompose } = spec
  const primitive: Primitive<NoParams> = definePrimitive<NoParams>({
    name,
    isElementwise: true,
    infer: inputs => {
      const dtype = checkDTypes(name, inputs, dtypes)
      return [{ shape: elementwiseShape(name, inputs), dtype: output ?? dtype }]
    },
    run: ([a, b], _params, [result]) => {
      const { shape, dtype } = result!
      const out = allocate(dtype, sizeOf(shape)) as NumberStorage
      const value = (a!.dtype === 'int32' && intValue) || spec.value
      if (a!.dtype === 'int64') {
        const left = stretched(a!, shape) as BigInt64Array
        const right = stretched(b!, shape) as BigInt64Array
        const convert = dtype === 'bool' ? Number : (x: bigint | boolean) => x
        for (let i = 0; i < out.length; i++) out[i] = convert(bigValue!(left[i]!, right[i]!)) as number
        return [out]
      }
      if (b!.size === 1 && a!.size === out.length) {
        const left = a!.data as NumberStorage
        const right = b!.data[0] as number
        for (let i = 0; i < out.length; i++) out[i] = value(left[i]!, right)
        return [out]
      }
      const left = stretched(a!, shape) as NumberStorage
      const right = stretched(b!, shape) as NumberStorage
      for (let i = 0; i < out.length; i++) out[i] = value(left[i]!, right[i]!)
      return [out]
    },
    gradient: gradient === 'none' ? 'none' : context => binaryGradient(gradient, context),
    ...(decompose && { decompose: ([a, b], _params, target) => listOf(decompose(a!, b!, target)) }),
    lower: lowerAs(spec.lower),
    batch: context => primitive.bind(alignBatch(context), noParams),
  })
  return primitive
}

function binaryGradient(
  rule: (context: BinaryGradient) => readonly (Tensor | undefined)[],
  { inputs, outputs, cotangents, needed }: GradientContext<NoParams>,
): (Tensor | undefined)[] {
  const [a, b] = inputs as [Tensor, Tensor]
  const result = rule({ a, b, y: outputs[0]!, cotangent: cotangents[0]!, needed })
  return result.map((cotangent, i) => (cotangent && needed[i] ? sumToShape(cotangent, inputs[i]!.shape) : undefined))
}

/** `condition ? a : b`, element by element. */
export const where: Primitive<NoParams> = definePrimitive<NoParams>({
  name: 'where',
  isElementwise: true,
  infer: ([condition, a, b]) => {
    checkDTypes('where: condition', [condition!], ['bool'])
    const dtype = checkDTypes('where', [a!, b!], anyDType)
    return [{ shape: elementwiseShape('where', [condition!, a!, b!]), dtype }]
  },
  run: ([condition, a, b], _params, [result]) => {
    const { shape, dtype } = result!
    const out = allocate(dtype, sizeOf(shape)) as NumberStorage
    const test = stretched(condition!, shape)
    const yes = stretched(a!, shape) as NumberStorage
    const no = stretched(b!, shape) as NumberStorage
    for (let i = 0; i < out.length; i++) out[i] = test[i] ? yes[i]! : no[i]!
    return [out]
  },
  gradient: ({ inputs, cotangents, needed }) => {
    const [condition, a, b] = inputs as [Tensor, Tensor, Tensor]
    const cotangent = cotangents[0]!
    const zero = cotangent.like(0)
    return [
      undefined,
      needed[1] ? sumToShape(where.bind([condition, cotangent, zero], noParams)[0]!, a.shape) : undefined,
      needed[2] ? sumToShape(where.bind([condition, zero, cotangent], noParams)[0]!, b.shape) : undefined,
    ]
  },
  lower: (onnx, inputs, { outputs: [result] }) => {
    if (result!.dtype !== 'bool') return onnx.op('Where', inputs)
    // ONNX Runtime has no Where of booleans
    const [condition, a, b] = inputs as [string, string, string]
    const otherwise = onnx.op('And', [onnx.op('Not', [condition]), b])
    return onnx.op('Or', [onnx.op('And', [condition, a]), otherwise])
  },
  batch: context => where.bind(alignBatch(context), noParams),
})
