import type { PoolParams } from '../../primitives/pooling.ts'
import type { Cases } from '../case.ts'
import { apart, evenly, listed } from '../inputs.ts'

const line = (window: number, stride: number, low = 0, high = 0, dilation = 1): PoolParams => ({
  window: [window],
  strides: [stride],
  dilations: [dilation],
  low: [low],
  high: [high],
})

const plane: PoolParams = { window: [2, 3], strides: [2, 1], dilations: [1, 2], low: [1, 0], high: [0, 1] }

/** Windows that touch, overlap, lie apart, are dilated, padded, and leave samples at the end. */
const ways: readonly { shape: readonly number[]; params: PoolParams }[] = [
  { shape: [2, 2, 8], params: line(2, 2) },
  { shape: [2, 2, 11], params: line(3, 2, 1, 1) },
  { shape: [1, 2, 11], params: line(3, 3) },
  { shape: [1, 2, 9], params: line(3, 1, 2, 0) },
  { shape: [1, 2, 11], params: line(2, 4, 0, 1) },
  { shape: [1, 1, 12], params: line(3, 2, 2, 1, 2) },
  { shape: [1, 2, 5], params: line(5, 1) },
  { shape: [1, 2, 4], params: line(1, 3) },
  { shape: [1, 2, 5, 6], params: plane },
  { shape: [2, 1, 4, 6], params: { ...plane, strides: [2, 3], dilations: [1, 1], low: [0, 0], high: [0, 0] } },
  {
    shape: [1, 1, 3, 4, 5],
    params: { window: [2, 2, 3], strides: [1, 2, 2], dilations: [1, 1, 1], low: [1, 0, 1], high: [0, 0, 1] },
  },
]

export const poolingCases = {
  maxPool: [
    ...ways.map(({ shape, params }) => ({ inputs: [apart(shape, 0.25)], params })),
    // of equal samples the first has all
    { inputs: [listed([1, 1, 0, 2, 2, 2, 0, 0], [1, 1, 8])], params: line(3, 1, 1, 1), differentiable: [] },
  ],
  avgPool: ways.map(({ shape, params }) => ({ inputs: [evenly(shape)], params })),
} satisfies Partial<Cases>
