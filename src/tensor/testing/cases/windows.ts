import { anyDType, numbers } from '../../primitives/rules.ts'
import { windowCount } from '../../primitives/windows.ts'
import type { Cases } from '../case.ts'
import { evenly } from '../inputs.ts'

/** Windows that touch, overlap evenly and unevenly, lie apart, are alone, missing, or of many steps. */
const ways = [
  { length: 12, size: 4, step: 4 },
  { length: 13, size: 4, step: 2 },
  { length: 14, size: 5, step: 3 },
  { length: 9, size: 3, step: 1 },
  { length: 12, size: 2, step: 5 },
  { length: 12, size: 2, step: 4 },
  { length: 5, size: 5, step: 2 },
  { length: 3, size: 4, step: 2 },
  { length: 80, size: 66, step: 2 },
  { length: 40, size: 20, step: 1 },
  { length: 50, size: 28, step: 3 },
]

export const windowsCases = {
  windows: ways.map(({ length, ...params }) => ({ inputs: [evenly([2, length], -9, 9)], params, dtypes: anyDType })),
  overlapAdd: ways.map(({ length, size, step }) => ({
    inputs: [evenly([2, windowCount(length, { size, step }), size], -9, 9)],
    params: { step, length },
    dtypes: numbers,
  })),
} satisfies Partial<Cases>
