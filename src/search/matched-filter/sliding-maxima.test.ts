import fc from 'fast-check'
import { expect, it } from 'vitest'
import { slidingMaxima } from './sliding-maxima.ts'

it('sliding maxima are the largest of each window', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -3, max: 9 }), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 70 }),
      (values, length) => {
        const windows = Math.max(0, values.length - length + 1)
        const out = new Float64Array(windows)
        slidingMaxima(Float64Array.from(values), length, out)
        expect([...out]).toEqual(Array.from({ length: windows }, (_, i) => Math.max(...values.slice(i, i + length))))
      },
    ),
  )
})
