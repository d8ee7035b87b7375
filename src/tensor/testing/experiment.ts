import { foldIn, type Key, randomKey, uniform } from '../../core/index.ts'
import { type DType, isFloat } from '../dtype.ts'
import type { AnyPrimitive } from '../primitive.ts'
import { Tensor } from '../tensor.ts'
import { vjp } from '../transform/grad.ts'
import type { Case } from './case.ts'
import { drawn } from './inputs.ts'

/** A case with tensors drawn for one dtype, and everything the battery computes of it. */
export interface Experiment {
  readonly inputs: readonly Tensor[]
  readonly cotangents: readonly Tensor[]
  /** The float outputs, among all outputs. */
  readonly isFloatOutput: readonly boolean[]
  readonly differentiable: readonly number[]
  readonly apply: (inputs: readonly Tensor[]) => Tensor[]
}

/** Even draws from [-1, 1) in a tensor's shape and dtype. */
export const randomLike = ({ shape, size, dtype }: Tensor, key: Key): Tensor =>
  Tensor.of(
    dtype === 'float64' ? uniform(key, size, { low: -1 }) : Float32Array.from(uniform(key, size, { low: -1 })),
    shape,
  )

export function experimentOf(primitive: AnyPrimitive, each: Case, dtype: DType, seed = 0): Experiment {
  const key = foldIn(randomKey(seed), primitive.name)
  const { params = {} } = each
  const inputs = each.inputs.map((input, i) => drawn(input, foldIn(key, i), dtype))
  const apply = (tensors: readonly Tensor[]): Tensor[] => primitive.bind(tensors, params)
  const outputs = apply(inputs)
  const floats = inputs.flatMap((input, i) => (isFloat(input.dtype) ? [i] : []))
  const differentiable = primitive.gradient === 'none' ? [] : (each.differentiable ?? floats)
  return {
    inputs,
    isFloatOutput: outputs.map(output => isFloat(output.dtype)),
    cotangents: outputs
      .filter(output => isFloat(output.dtype))
      .map((output, i) => randomLike(output, foldIn(key, `cotangent ${i}`))),
    differentiable: isFloat(dtype) ? differentiable : [],
    apply,
  }
}

/** Gradients in the differentiable inputs, for given values of all inputs and cotangents of the float outputs. */
export function gradientsOf(
  { apply, differentiable, isFloatOutput }: Experiment,
  inputs: readonly Tensor[],
  cotangents: readonly Tensor[],
): readonly Tensor[] {
  const f = (...chosen: Tensor[]): Tensor[] => {
    const all = inputs.map((input, i) => chosen[differentiable.indexOf(i)] ?? input)
    return apply(all).filter((_, i) => isFloatOutput[i])
  }
  return vjp(f, ...differentiable.map(i => inputs[i]!)).pullback([...cotangents])
}

/** The float64 function that finite differences are taken of. */
export type Scalar = (inputs: readonly Tensor[]) => number

export const dot = (a: readonly Tensor[], b: readonly Tensor[]): number =>
  a.reduce((sum, x, i) => {
    const [left, right] = [x.dataAs('float64'), b[i]!.dataAs('float64')]
    return sum + left.reduce((part, value, k) => part + value * right[k]!, 0)
  }, 0)

/** Gradient in one input by central differences of fourth order in steps of 1e-3: cases keep away from kinks by more. */
export function finiteDifferences(f: Scalar, inputs: readonly Tensor[], at: number): Float64Array {
  const x = inputs[at]!
  const data = x.dataAs('float64')
  const step = 1e-3
  return data.map((value, i) => {
    const along = (by: number): number => f(inputs.with(at, Tensor.of(data.with(i, value + by), x.shape)))
    return (8 * (along(step) - along(-step)) - (along(2 * step) - along(-2 * step))) / (12 * step)
  })
}
