import type { ConvParams } from '../../primitives/conv.ts'
import { convOutputLengths } from '../../primitives/conv-geometry.ts'
import type { Case, Cases } from '../case.ts'
import { evenly } from '../inputs.ts'

const matrices = [
  { a: [3, 4], b: [4, 2], transposeA: false, transposeB: false },
  { a: [4, 3], b: [4, 2], transposeA: true, transposeB: false },
  { a: [2, 3, 4], b: [2, 2, 4], transposeA: false, transposeB: true },
  { a: [1, 4, 3], b: [2, 2, 4], transposeA: true, transposeB: true },
  { a: [2, 1, 3, 4], b: [1, 3, 4, 2], transposeA: false, transposeB: false },
]

const plain: ConvParams = { strides: [1], dilations: [1], low: [0], high: [0], groups: 1 }

/** Convolutions by input, weights and parameters; `golden` tests take hundreds more from PyTorch. */
const convolutions: readonly { x: number[]; w: number[]; params: ConvParams }[] = [
  { x: [2, 3, 7], w: [2, 3, 3], params: plain },
  { x: [1, 2, 8], w: [2, 2, 3], params: { ...plain, strides: [2], low: [1], high: [1] } },
  { x: [1, 4, 9], w: [4, 2, 2], params: { ...plain, strides: [3], dilations: [2], low: [0], high: [2], groups: 2 } },
  { x: [1, 2, 6], w: [3, 2, 1], params: { ...plain, low: [2], high: [1] } },
  {
    x: [1, 2, 5, 6],
    w: [2, 1, 2, 3],
    params: { strides: [2, 1], dilations: [1, 2], low: [1, 0], high: [0, 1], groups: 2 },
  },
]

const lengthsOf = ({ x, w, params }: (typeof convolutions)[number]) => convOutputLengths(x.slice(2), w.slice(2), params)

export const productCases = {
  matmul: matrices.map(({ a, b, ...params }): Case<typeof params> => ({ inputs: [evenly(a), evenly(b)], params })),
  conv: [
    ...convolutions.map(({ x, w, params }) => ({ inputs: [evenly(x), evenly(w)], params })),
    ...convolutions
      .slice(0, 3)
      .map(({ x, w, params }) => ({ inputs: [evenly(x), evenly(w), evenly([w[0]!])], params })),
  ],
  convInputGradient: convolutions.map(each => ({
    inputs: [evenly([each.x[0]!, each.w[0]!, ...lengthsOf(each)]), evenly(each.w)],
    params: { ...each.params, lengths: each.x.slice(2) },
  })),
  convWeightGradient: convolutions.map(each => ({
    inputs: [evenly(each.x), evenly([each.x[0]!, each.w[0]!, ...lengthsOf(each)])],
    params: { ...each.params, lengths: each.w.slice(2) },
  })),
} satisfies Partial<Cases>
