import { controlOperators } from './control.ts'
import { convOperators } from './conv.ts'
import { elementwiseOperators } from './elementwise.ts'
import { indexingOperators } from './indexing.ts'
import { linearOperators } from './linear.ts'
import { normalizationOperators } from './normalization.ts'
import type { Operators } from './operator.ts'
import { orderingOperators } from './ordering.ts'
import { padOperators } from './pad.ts'
import { poolingOperators } from './pooling.ts'
import { reduceOperators } from './reduce.ts'
import { resizeOperators } from './resize.ts'
import { shapeOperators } from './shape.ts'

/** Every operator that can be imported. */
export const operators: Operators = {
  ...elementwiseOperators,
  ...shapeOperators,
  ...padOperators,
  ...reduceOperators,
  ...indexingOperators,
  ...linearOperators,
  ...convOperators,
  ...normalizationOperators,
  ...orderingOperators,
  ...poolingOperators,
  ...resizeOperators,
  ...controlOperators,
}

/**
 * Inputs that say how to compute rather than what, by operator: where a float one (a bound, a fill value) is stored in
 * the file, it is no parameter.
 */
export const settings: Readonly<Record<string, readonly number[]>> = {
  Clip: [1, 2],
  Pad: [2],
  Dropout: [1],
  Resize: [1, 2],
  Range: [0, 1, 2],
}
