import * as arithmetic from './arithmetic.ts'
import { bandedSolve } from './banded.ts'
import { call } from './call.ts'
import * as comparison from './comparison.ts'
import { conv, convInputGradient, convWeightGradient } from './conv.ts'
import { cummax, cumsum } from './cumulative.ts'
import { where } from './elementwise.ts'
import { fft, irfft, rfft } from './fourier.ts'
import * as indexing from './indexing.ts'
import { cholesky, triangularSolve } from './linear-algebra.ts'
import { matmul } from './matmul.ts'
import * as movement from './movement.ts'
import { orderStatistics, topK } from './ordering.ts'
import { avgPool, maxPool } from './pooling.ts'
import { argmax, reduceMax, reduceMin, reduceProd, reduceSum } from './reduce.ts'
import { rotate } from './rotate.ts'
import { scan } from './scan.ts'
import { searchsorted } from './search.ts'
import { dynamicSlice, dynamicUpdate, pad, slice } from './slicing.ts'
import * as transcendental from './transcendental.ts'
import { overlapAdd, windows } from './windows.ts'

/** Every primitive there is, by name: what tests, documentation and importers go through. */
export const primitives = {
  ...arithmetic,
  ...comparison,
  where,
  ...transcendental,
  ...movement,
  slice,
  pad,
  dynamicSlice,
  dynamicUpdate,
  reduceSum,
  reduceProd,
  reduceMax,
  reduceMin,
  argmax,
  ...indexing,
  cumsum,
  cummax,
  topK,
  orderStatistics,
  searchsorted,
  windows,
  overlapAdd,
  maxPool,
  avgPool,
  rfft,
  irfft,
  fft,
  rotate,
  cholesky,
  triangularSolve,
  bandedSolve,
  matmul,
  conv,
  convInputGradient,
  convWeightGradient,
  call,
  scan,
} as const

export type PrimitiveName = keyof typeof primitives
