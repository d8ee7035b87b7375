import type { Cases } from './case.ts'
import { controlCases } from './cases/control.ts'
import { arithmeticCases, comparisonCases, transcendentalCases } from './cases/elementwise.ts'
import { fourierCases } from './cases/fourier.ts'
import { indexingCases } from './cases/indexing.ts'
import { linearAlgebraCases } from './cases/linear-algebra.ts'
import { movementCases, slicingCases } from './cases/movement.ts'
import { cumulativeCases, orderingCases } from './cases/ordering.ts'
import { poolingCases } from './cases/pooling.ts'
import { productCases } from './cases/products.ts'
import { reductionCases } from './cases/reduction.ts'
import { windowsCases } from './cases/windows.ts'

/** Test cases of every primitive; the type check fails for one that has none. */
export const cases = {
  ...arithmeticCases,
  ...comparisonCases,
  ...transcendentalCases,
  ...movementCases,
  ...slicingCases,
  ...reductionCases,
  ...productCases,
  ...controlCases,
  ...indexingCases,
  ...cumulativeCases,
  ...orderingCases,
  ...windowsCases,
  ...poolingCases,
  ...fourierCases,
  ...linearAlgebraCases,
} satisfies Cases
