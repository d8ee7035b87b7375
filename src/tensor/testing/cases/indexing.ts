import { anyDType, numbers } from '../../primitives/rules.ts'
import type { Cases } from '../case.ts'
import { evenly, type Input, listed, whole } from '../inputs.ts'

const numbered = (...shape: number[]): Input => evenly(shape, -9, 9)

// negative indices count from the end, and repeated ones add up
export const indexingCases = {
  gather: [
    { inputs: [numbered(5), whole([4], -5, 5, 'int32')], params: { axis: 0 }, dtypes: anyDType },
    { inputs: [numbered(2, 4, 3), whole([2, 3], -4, 4, 'int64')], params: { axis: 1 }, dtypes: anyDType },
    { inputs: [numbered(2, 4), listed([3], [], 'int32')], params: { axis: 1 }, dtypes: anyDType },
    { inputs: [numbered(2, 4), listed([], [0], 'int32')], params: { axis: 0 } },
  ],
  scatterAdd: [
    { inputs: [whole([6], -4, 4, 'int32'), numbered(6)], params: { axis: 0, length: 4 }, dtypes: numbers },
    { inputs: [whole([2, 3], -4, 4, 'int64'), numbered(2, 2, 3, 3)], params: { axis: 1, length: 4 }, dtypes: numbers },
    { inputs: [listed([3], [], 'int32'), numbered(2, 3)], params: { axis: 1, length: 5 }, dtypes: numbers },
  ],
  gatherElements: [
    { inputs: [numbered(5), whole([7], -5, 5, 'int32')], params: { axis: 0 }, dtypes: anyDType },
    { inputs: [numbered(2, 4, 3), whole([2, 2, 3], -4, 4, 'int64')], params: { axis: 1 }, dtypes: anyDType },
  ],
  scatterAddElements: [
    { inputs: [whole([7], -5, 5, 'int32'), numbered(7)], params: { axis: 0, length: 5 }, dtypes: numbers },
    { inputs: [whole([2, 5, 3], -4, 4, 'int64'), numbered(2, 5, 3)], params: { axis: 1, length: 4 }, dtypes: numbers },
  ],
} satisfies Partial<Cases>
