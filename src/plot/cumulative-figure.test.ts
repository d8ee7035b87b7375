import { describe, expect, it } from 'vitest'
import { cumulativeFigure } from './cumulative-figure.ts'
import { countPixels, renderPixels, textsOf } from './testing/pixels.ts'

const x = Float64Array.from({ length: 50 }, (_, i) => 10 ** (-4 + i / 10))
const expected = x.map(at => 2e-3 / at)
const data = {
  x,
  expected,
  bands: [
    { lower: expected.map(mean => Math.max(0, mean - Math.sqrt(mean))), upper: expected.map(mean => mean + 1) },
    { lower: expected.map(() => 0), upper: expected.map(mean => mean + 3) },
  ],
  events: [1e4, 0.02, 0.001],
  bandLabel: '1, 2 σ',
  xLabel: 'years',
  yLabel: 'events',
  title: 'Cumulative',
}
const orange = (r: number, g: number, b: number) => r > g + 60 && g > b + 30
const violet = (r: number, g: number, b: number) => b > r + 8 && r >= g

describe('cumulativeFigure', () => {
  it('draws events as a staircase with a dot each, over the bands of noise', () => {
    const svg = cumulativeFigure(data)
    const pixels = renderPixels(svg)
    expect([...svg.matchAll(/<circle/g)]).toHaveLength(3)
    expect(countPixels(pixels, orange)).toBeGreaterThan(500)
    expect(countPixels(pixels, violet)).toBeGreaterThan(3000)
    for (const text of ['observed', 'noise, with 1, 2 σ', 'years', '10⁴']) expect(textsOf(svg)).toContain(text)
    expect(svg).not.toMatch(/NaN|Infinity/)
  })

  it('shows the expectation alone where there are no events', () => {
    const svg = cumulativeFigure({ ...data, events: [] })
    expect(countPixels(renderPixels(svg), orange)).toBe(0)
    expect(textsOf(svg)).not.toContain('observed')
    expect(countPixels(renderPixels(svg), violet)).toBeGreaterThan(3000)
  })

  it('stays small for a hundred thousand events', () => {
    const events = Float64Array.from({ length: 100_000 }, (_, i) => 1 / (i + 1))
    expect(cumulativeFigure({ ...data, events }).length).toBeLessThan(60_000)
  })

  it('gives the same text twice', () => expect(cumulativeFigure(data)).toBe(cumulativeFigure(data)))
})
