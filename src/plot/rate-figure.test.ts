import { describe, expect, it } from 'vitest'
import { type RateFigureData, rateFigure } from './rate-figure.ts'
import { countPixels, renderPixels, textsOf } from './testing/pixels.ts'

const point = (statistic: number, rate: number) => ({ statistic, rate, lower: rate / 2, upper: rate * 2 })
const data: RateFigureData = {
  counted: Array.from({ length: 9 }, (_, i) => point(i, 10 ** (4 - i / 2))),
  extrapolated: Array.from({ length: 9 }, (_, i) => point(8 + i, 10 ** (-i / 2))),
  marks: [
    { ...point(14, 1e-3), label: 'loud', isLimit: false },
    { ...point(2, 1e3), label: 'quiet', isLimit: false },
  ],
  statisticLabel: 'statistic',
  rateLabel: 'per year',
  title: 'Rates',
}
const violet = (r: number, g: number, b: number) => b > r + 40 && r > g
const orange = (r: number, g: number, b: number) => r > g + 60 && g > b + 30

describe('rateFigure', () => {
  it('draws what is counted and what is extrapolated apart, with events labelled', () => {
    const svg = rateFigure(data)
    const pixels = renderPixels(svg)
    expect(countPixels(pixels, violet)).toBeGreaterThan(1000)
    expect(countPixels(pixels, orange)).toBeGreaterThan(300)
    for (const text of ['loud', 'quiet', 'counted', 'extrapolated', '10⁻⁴', 'per year'])
      expect(textsOf(svg)).toContain(text)
    const alone = rateFigure({ ...data, extrapolated: [], marks: [] })
    expect(countPixels(renderPixels(alone), orange)).toBe(0)
    expect(textsOf(alone)).not.toContain('extrapolated')
  })

  it('marks an upper limit by another sign, and leaves out labels that would lie on each other', () => {
    const limit = { ...data, marks: data.marks.map(mark => ({ ...mark, isLimit: true })) }
    const signs = (svg: string) => [...svg.matchAll(/rotate\(180\)/g)].length
    expect(signs(rateFigure(data))).toBe(0)
    expect(signs(rateFigure(limit))).toBe(2)
    const near = { ...data, marks: [data.marks[0]!, { ...point(14.01, 1e-3), label: 'same', isLimit: false }] }
    expect(textsOf(rateFigure(near))).not.toContain('same')
  })

  it('draws intervals that reach down to zero to the bottom of the frame, and holds no NaN', () => {
    const zero = { ...data, counted: data.counted.map(each => ({ ...each, lower: 0 })) }
    const svg = rateFigure(zero)
    expect(svg).not.toMatch(/NaN|Infinity/)
    expect(countPixels(renderPixels(svg), violet)).toBeGreaterThan(countPixels(renderPixels(rateFigure(data)), violet))
  })

  it('gives the same text twice', () => expect(rateFigure(data)).toBe(rateFigure(data)))
})
