import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSampleRing } from './sample-ring.ts'

describe('createSampleRing', () => {
  it('holds the latest samples, however they are written', () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 25 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), lengths, fc.nat(20), (capacity, pieces, skipped) => {
        const ring = createSampleRing(2, capacity)
        let written = 0
        for (const length of pieces) {
          const numbers = Float64Array.from({ length: skipped + length }, (_, i) => written + i - skipped)
          ring.write([numbers, numbers.map(n => n + 0.5)], skipped, skipped + length)
          written += length
          expect(ring.end).toBe(written)
          const held = Math.min(capacity, written)
          const target = new Float32Array(2 * (held + 1)).fill(9999)
          ring.read(written - held, held, target, held + 1)
          const expected = Array.from({ length: held }, (_, i) => written - held + i)
          expect(Array.from(target)).toEqual([...expected, 9999, ...expected.map(n => n + 0.5), 9999])
        }
      }),
    )
  })
})
