import { numbers } from '../../primitives/rules.ts'
import type { Case, Cases } from '../case.ts'
import { apart, evenly, type Input, listed, whole } from '../inputs.ts'

const each = <P extends object>(input: Input, ...params: readonly P[]): Case<P>[] =>
  params.map(own => ({ inputs: [input], params: own, dtypes: numbers }))

/** Integers of few values, so that many are equal. */
const tied = (...shape: number[]): Input => whole(shape, -2, 3)

/** Without differentiation: a step would part what is equal. */
const tiedCases = <P extends object>(input: Input, ...params: readonly P[]): Case<P>[] =>
  each(input, ...params).map(one => ({ ...one, differentiable: [] }))

const infinities = listed([1, Number.NaN, Infinity, -Infinity, 0, Number.NaN, -0, Infinity, 2, -2, 0, 5], [2, 6])

export const cumulativeCases = {
  cumsum: [
    ...each(
      evenly([2, 5, 3], -9, 9),
      { axis: 0, exclusive: false, reverse: false },
      { axis: 1, exclusive: true, reverse: false },
      { axis: 1, exclusive: false, reverse: true },
      { axis: 2, exclusive: true, reverse: true },
    ),
    // long enough for float32 to be summed in float64
    {
      inputs: [evenly([2, 5003])],
      params: { axis: 1, exclusive: false, reverse: false },
      dtypes: ['float32'],
      differentiable: [],
    },
  ],
  cummax: [
    ...each(apart([2, 7, 3], 1), { axis: 0 }, { axis: 1 }, { axis: 2 }),
    ...each(apart([1], 1), { axis: 0 }),
    ...tiedCases(tied(3, 16), { axis: 1 }),
    { inputs: [infinities], params: { axis: 1 }, differentiable: [] },
  ],
} satisfies Partial<Cases>

export const orderingCases = {
  topK: [
    ...each(
      apart([2, 7, 3], 1),
      { axis: 1, k: 3, largest: true },
      { axis: 1, k: 7, largest: false },
      { axis: 0, k: 1, largest: false },
      { axis: 2, k: 0, largest: true },
    ),
    ...tiedCases(tied(3, 50), { axis: 1, k: 50, largest: true }, { axis: 1, k: 20, largest: false }),
    ...tiedCases(tied(60, 2), { axis: 0, k: 31, largest: true }),
    { inputs: [infinities], params: { axis: 1, k: 6, largest: true }, differentiable: [] },
    { inputs: [infinities], params: { axis: 1, k: 4, largest: false }, differentiable: [] },
  ],
  orderStatistics: [
    ...each(apart([2, 7, 3], 1), { axis: 1, ranks: [3] }, { axis: 1, ranks: [0, 2, 6] }, { axis: 0, ranks: [1] }),
    ...each(apart([40, 2], 1), { axis: 0, ranks: [0, 1, 2, 10, 11, 20, 30, 31, 39] }, { axis: 0, ranks: [] }),
    ...tiedCases(tied(3, 50), { axis: 1, ranks: [24, 25] }, { axis: 1, ranks: [0, 40, 49] }),
    { inputs: [infinities], params: { axis: 1, ranks: [0, 3, 5] }, differentiable: [] },
    { inputs: [infinities], params: { axis: 0, ranks: [1] }, differentiable: [] },
  ],
  searchsorted: (['left', 'right'] as const).flatMap(side => [
    {
      inputs: [listed([-2, -1, -1, 0, 1, 1, 1, 3]), evenly([3, 7], -4, 5)],
      params: { side },
      dtypes: numbers,
    },
    { inputs: [listed([0]), listed([-1, 0, 1])], params: { side }, dtypes: numbers },
    { inputs: [listed([]), listed([-1, 0, 1])], params: { side }, dtypes: numbers },
    {
      inputs: [listed([-Infinity, -1, -1, 2, Infinity, Infinity, Number.NaN, Number.NaN]), infinities],
      params: { side },
    },
  ]),
} satisfies Partial<Cases>
