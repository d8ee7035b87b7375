import type { DType, FloatDType } from '../dtype.ts'
import type { Primitive } from '../primitive.ts'
import type { PrimitiveName, primitives } from '../primitives/table.ts'
import type { Input } from './inputs.ts'

/** One use of a primitive that the battery runs in every way it knows. */
export interface Case<P extends object = object> {
  readonly inputs: readonly Input[]
  /** None by default. */
  readonly params?: P
  /** The dtypes to run in; float32 and float64 by default. */
  readonly dtypes?: readonly DType[]
  /** Inputs (by position) to differentiate; by default all floats, none where the primitive has no gradient. */
  readonly differentiable?: readonly number[]
  /** Exceptions from `tolerances`, with the reason beside them. */
  readonly tolerance?: Partial<Record<FloatDType, number>>
}

type ParamsOf<P> = P extends Primitive<infer Params> ? Params : never

/** Cases of every primitive, with its own parameters. */
export type Cases = { readonly [Name in PrimitiveName]: readonly Case<ParamsOf<(typeof primitives)[Name]>>[] }

/**
 * How far compiled values and gradients may be from eager ones, as a part of the tensor's largest magnitude; integers
 * and booleans must be equal.
 */
export const tolerances: Readonly<Record<FloatDType, number>> = { float32: 1e-6, float64: 1e-14 }
