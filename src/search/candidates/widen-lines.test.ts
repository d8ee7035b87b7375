import { expect, it } from 'vitest'
import { widenLines } from './widen-lines.ts'

it('gives lines the width that a filter resolves, and leaves all else as it is', () => {
  const values = Float64Array.from({ length: 401 }, (_, k) => 1 + 0.3 * Math.sin(k))
  values[100] = 1000
  const { values: widened, resolution } = widenLines({ values, resolution: 0.25 }, 2)
  expect(resolution).toBe(0.25)
  // 2 / (2 s) = 1 Hz, 4 bins to each side
  for (let k = 0; k < 401; k++) expect(widened[k]).toBe(Math.abs(k - 100) <= 4 ? 1000 : values[k])
})
