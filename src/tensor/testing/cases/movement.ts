import { anyDType } from '../../primitives/rules.ts'
import type { Case, Cases } from '../case.ts'
import { evenly, type Input, listed, whole } from '../inputs.ts'

/** Elements only move, so every dtype is the same to it. */
const moves = <P extends object>(input: Input, ...params: readonly P[]): Case<P>[] =>
  params.map(each => ({ inputs: [input], params: each, dtypes: anyDType }))

const numbered = (...shape: number[]): Input => evenly(shape, -9, 9)

export const movementCases = {
  reshape: [
    ...moves(numbered(2, 6), { shape: [3, 4] }, { shape: [12] }, { shape: [1, 2, 3, 2] }),
    ...moves(numbered(1), { shape: [] }),
  ],
  transpose: [...moves(numbered(2, 3), { axes: [1, 0] }), ...moves(numbered(2, 3, 4), { axes: [1, 2, 0] })],
  broadcastTo: [
    ...moves(numbered(2, 1, 3), { shape: [2, 4, 3] }, { shape: [2, 1, 3] }),
    ...moves(numbered(1, 1), { shape: [3, 2] }),
  ],
  flip: moves(numbered(2, 3, 4), { axes: [1] }, { axes: [0, 2] }),
  concat: [
    { inputs: [numbered(2, 3), numbered(1, 3), numbered(4, 3)], params: { axis: 0 }, dtypes: anyDType },
    { inputs: [numbered(2, 3), numbered(2, 1)], params: { axis: 1 }, dtypes: anyDType },
  ],
  cast: [
    ...moves(numbered(7), ...(['float32', 'float64', 'int32', 'int64', 'bool'] as const).map(dtype => ({ dtype }))),
    ...moves(listed([0, -1, 3, 0]), { dtype: 'bool' as const }),
  ].map(each => ({ ...each, differentiable: [] })),
  stopGradient: [{ inputs: [numbered(3)], dtypes: anyDType }],
  after: [{ inputs: [numbered(3), numbered(2, 2)], dtypes: ['float32', 'float64', 'int32', 'int64'] }],
} satisfies Partial<Cases>

const start = (...values: number[]): Input => listed(values, [values.length], 'int32')

export const slicingCases = {
  slice: [
    ...moves(numbered(7), { starts: [1], stops: [6], steps: [2] }, { starts: [0], stops: [7], steps: [3] }),
    ...moves(numbered(4, 5), { starts: [0, 2], stops: [4, 3], steps: [1, 1] }),
    ...moves(numbered(4, 5), { starts: [1, 0], stops: [4, 5], steps: [2, 4] }),
  ],
  pad: [
    ...moves(numbered(4), { low: [1], high: [2], interior: [0], value: 1 }),
    ...moves(numbered(2, 3), { low: [0, 2], high: [1, 0], interior: [1, 2], value: 0 }),
    ...moves(numbered(2, 3), { low: [0, 0], high: [0, 0], interior: [3, 0], value: 0 }),
    ...moves(numbered(2, 5), { low: [1, -2], high: [-1, 3], interior: [0, 0], value: 1 }),
    ...moves(numbered(5), { low: [-2], high: [-3], interior: [0], value: 1 }),
  ],
  dynamicSlice: [
    { inputs: [numbered(7), start(2)], params: { sizes: [3] }, dtypes: anyDType },
    { inputs: [numbered(4, 5), start(-3, 9)], params: { sizes: [2, 3] }, dtypes: anyDType },
    { inputs: [numbered(4, 5), whole([2], 0, 3, 'int64')], params: { sizes: [4, 2] }, dtypes: anyDType },
  ],
  dynamicUpdate: [
    { inputs: [numbered(7), numbered(3), start(2)], dtypes: anyDType },
    { inputs: [numbered(4, 5), numbered(2, 3), start(3, -1)], dtypes: anyDType },
    { inputs: [numbered(4, 5), numbered(1, 5), whole([2], 0, 3, 'int64')], dtypes: anyDType },
  ],
} satisfies Partial<Cases>
