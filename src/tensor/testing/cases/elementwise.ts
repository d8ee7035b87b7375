import type { DType } from '../../dtype.ts'
import { anyDType, numbers } from '../../primitives/rules.ts'
import type { Case, Cases } from '../case.ts'
import { apart, evenly, type Input, listed, signed, truths, whole } from '../inputs.ts'

const one = (...inputs: readonly Input[]): Case<Record<string, never>>[] => inputs.map(input => ({ inputs: [input] }))

const inDTypes = (dtypes: readonly DType[], ...inputs: readonly Input[]): Case<Record<string, never>> => ({
  inputs,
  dtypes,
})

const logical = (...inputs: readonly Input[]): Case<Record<string, never>> => ({ inputs, dtypes: ['bool'] })

/** Small numbers, whose digits formulas with a subtraction would lose. */
const tiny = signed([6], 1e-9, 1e-5)

export const arithmeticCases = {
  neg: [inDTypes(numbers, evenly([2, 3], -9, 9))],
  abs: [inDTypes(numbers, signed([2, 3], 0.2, 9))],
  sign: [inDTypes(numbers, signed([2, 3], 0.2, 9)), inDTypes(numbers, listed([0, 3, -3]))],
  add: [inDTypes(numbers, evenly([2, 3], -9, 9), evenly([2, 3], -9, 9))],
  sub: [inDTypes(numbers, evenly([2, 3], -9, 9), evenly([2, 3], -9, 9))],
  mul: [inDTypes(numbers, evenly([2, 3], -9, 9), evenly([2, 3], -9, 9))],
  div: [inDTypes(numbers, evenly([2, 3], -20, 20), signed([2, 3], 1, 5))],
  remainder: [
    inDTypes(numbers, evenly([2, 3], 5.2, 5.7), evenly([2, 3], 1.95, 2)),
    inDTypes(numbers, evenly([2, 3], -5.7, -5.2), evenly([2, 3], 1.95, 2)),
    { ...inDTypes(numbers, listed([7, -7, 7, -7, 6]), listed([4, 4, -4, -4, 3])), differentiable: [] },
  ],
  pow: [
    { inputs: [evenly([2, 3], 0.2, 3), evenly([2, 3], -3, 3)] },
    { inputs: [signed([5]), listed([2, 3, -1, -2, 1])], differentiable: [0] },
  ],
  maximum: [inDTypes(numbers, apart([2, 3]), apart([2, 3], 0.25, 0.1))],
  minimum: [inDTypes(numbers, apart([2, 3]), apart([2, 3], 0.25, 0.1))],
  floor: one(evenly([7], -9, 9), listed([-2, -0.5, 0, 0.5, 3])),
  ceil: one(evenly([7], -9, 9), listed([-2, -0.5, 0, 0.5, 3])),
  round: one(evenly([7], -9, 9), listed([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5])),
} satisfies Partial<Cases>

const twoOf = (dtypes: readonly DType[]) => inDTypes(dtypes, whole([2, 6], 0, 3), whole([2, 6], 0, 3))

export const comparisonCases = {
  equal: [twoOf(numbers), logical(truths([8]), truths([8]))],
  less: [twoOf(numbers)],
  lessEqual: [twoOf(numbers)],
  logicalAnd: [logical(truths([8]), truths([8]))],
  logicalOr: [logical(truths([8]), truths([8]))],
  logicalNot: [logical(truths([8]))],
  isNaN: one(listed([0, Number.NaN, Infinity, -Infinity, 1])),
  where: [inDTypes(anyDType, truths([2, 4]), evenly([2, 4]), evenly([2, 4]))],
} satisfies Partial<Cases>

export const transcendentalCases = {
  exp: one(evenly([7], -4, 4), tiny),
  log: one(evenly([7], 0.1, 9)),
  expm1: one(evenly([7], -4, 4), tiny, evenly([5], 19, 40), evenly([3], -60, -30)),
  log1p: one(evenly([7], -0.9, 9), tiny, evenly([4], 1e7, 1e9)),
  sqrt: one(evenly([7], 0.1, 9)),
  sin: one(evenly([7], -9, 9), tiny),
  cos: one(evenly([7], -9, 9)),
  tan: one(evenly([7], -1.2, 1.2), tiny),
  asin: one(evenly([7], -0.95, 0.95), tiny),
  acos: one(evenly([7], -0.95, 0.95)),
  atan: one(evenly([9], -9, 9), tiny, evenly([5], -1e6, 1e6)),
  atan2: [{ inputs: [signed([9]), signed([9])] }, { inputs: [signed([6], 1e-6, 1e-5), evenly([6], 0.3, 2)] }],
  sinh: one(evenly([7], -4, 4), tiny),
  cosh: one(evenly([7], -4, 4)),
  tanh: one(evenly([7], -4, 4), tiny),
  sigmoid: one(evenly([7], -9, 9)),
  heaviside: one(listed([-2, -0, 0, 1e-30, 0.5, 3, Number.POSITIVE_INFINITY])),
  relu: one(signed([8])),
  softplus: one(evenly([9], -30, 30)),
  erf: one(evenly([16], -4, 4), tiny),
} satisfies Partial<Cases>
