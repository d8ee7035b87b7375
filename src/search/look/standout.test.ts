import { describe, expect, it } from 'vitest'
import { standout } from './standout.ts'

describe('standout', () => {
  it('compares the highest value with what is outside its exclusion only', () => {
    const values = Float64Array.of(1, 2, 1, 8, 9, 7, 1, 3, 2, 1, 2, 1)
    const found = standout(values, { exclusion: 3 })
    expect(found).toMatchObject({ index: 4, value: 9, nextIndex: 7, next: 3, median: 2, prominence: 7 })
    expect(found.sigma).toBeCloseTo(1.4826, 10)
    expect(found.sigmas).toBeCloseTo(7 / 1.4826, 10)
  })

  it('estimates the spread of noise whatever the peak', () => {
    const noise = Float64Array.from({ length: 9999 }, (_, i) => Math.sqrt(12) * (((i * 7919) % 9999) / 9999 - 0.5))
    const quiet = standout(noise, { exclusion: 1 })
    noise[5000] = 1e6
    expect(standout(noise, { exclusion: 1 }).sigma).toBeCloseTo(quiet.sigma, 3)
  })
})
