import { numbers } from '../../primitives/rules.ts'
import type { Case, Cases } from '../case.ts'
import { apart, evenly, type Input, listed, signed } from '../inputs.ts'

const ways = [
  { axes: [0], keepAxes: false },
  { axes: [1], keepAxes: true },
  { axes: [0, 2], keepAxes: false },
  { axes: [0, 1, 2], keepAxes: true },
  { axes: [0, 1, 2], keepAxes: false },
  { axes: [], keepAxes: false },
]

const reduced = (input: Input): Case<(typeof ways)[number]>[] =>
  ways.map(params => ({ inputs: [input], params, dtypes: numbers }))

export const reductionCases = {
  reduceSum: [
    ...reduced(evenly([2, 3, 4], -9, 9)),
    // above the length from which float32 sums have two stages, with and without a factor that splits them evenly
    { inputs: [evenly([6000])], params: { axes: [0], keepAxes: false }, dtypes: ['float32'], differentiable: [] },
    { inputs: [evenly([2, 5003])], params: { axes: [1], keepAxes: true }, dtypes: ['float32'], differentiable: [] },
    {
      inputs: [evenly([80, 2, 90])],
      params: { axes: [0, 2], keepAxes: false },
      dtypes: ['float32'],
      differentiable: [],
    },
  ],
  reduceProd: [
    ...reduced(signed([2, 3, 4], 0.6, 1.6)),
    { inputs: [listed([1.5, 0, 2, -1, 2, 3, 0, 0, 5], [3, 3])], params: { axes: [1], keepAxes: false } },
  ],
  reduceMax: reduced(apart([2, 3, 4], 0.5)),
  reduceMin: reduced(apart([2, 3, 4], 0.5)),
  argmax: [0, 1, 2].flatMap(axis => [
    { inputs: [apart([2, 3, 4], 1)], params: { axis }, dtypes: numbers },
    // ties go to the first
    { inputs: [evenly([3, 4, 3], 0, 3)], params: { axis }, dtypes: ['int32', 'int64'] as const },
  ]),
} satisfies Partial<Cases>
