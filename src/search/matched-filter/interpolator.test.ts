import { describe, expect, it } from 'vitest'
import { normal, randomKey } from '../../core/index.ts'
import { interpolation, interpolationReach, interpolationTaps, powersAt, powersFrom } from './interpolator.ts'

const samples = 60
const series = {
  re: Float32Array.from(normal(randomKey(1), 5 * samples)),
  im: Float32Array.from(normal(randomKey(2), 5 * samples)),
  samples,
}

describe('powers between samples', () => {
  it('are those of the sums of samples times taps', () => {
    const rows = [3, 0, 3]
    const points = [40, 41, 42, 43, 77, 160, 120]
    const powers = powersAt(series, rows, points)
    for (const [i, row] of rows.entries())
      for (const [j, point] of points.entries()) {
        const taps = interpolationTaps(Array.from({ length: samples }, (_, k) => point / interpolation - k))
        let [x, y] = [0, 0]
        for (let k = 0; k < samples; k++) {
          const [a, b] = [series.re[row * samples + k]!, series.im[row * samples + k]!]
          x += taps.re[k]! * a - taps.im[k]! * b
          y += taps.re[k]! * b + taps.im[k]! * a
        }
        expect(powers[i * points.length + j]! / (x * x + y * y)).toBeCloseTo(1, 12)
      }
  })

  it('have the same bits at points that follow each other', () => {
    for (const [start, count] of [
      [40, 8],
      [43, 80],
      [61, 96],
      [77, 5],
      [78, 11],
    ] as const) {
      const points = Array.from({ length: count }, (_, i) => start + i)
      expect(powersFrom(series, [4, 1], { start, count })).toEqual(powersAt(series, [4, 1], points))
    }
  })

  it('are those of a tone in the band', () => {
    const tone = (part: (x: number) => number) =>
      Float32Array.from({ length: samples }, (_, k) => 3 * part(2 * Math.PI * 0.3 * k + 1))
    const inner = Array.from({ length: 60 }, (_, i) => interpolation * interpolationReach + i)
    for (const power of powersAt({ re: tone(Math.cos), im: tone(Math.sin), samples }, [0], inner))
      expect(power / 9).toBeCloseTo(1, 3)
  })
})
