import { describe, expect, it } from 'vitest'
import { type Curve, curvesFigure } from './curves-figure.ts'
import { countPixels, renderPixels, textsOf } from './testing/pixels.ts'

const steps = Array.from({ length: 5000 }, (_, i) => i)
const loss = { label: 'loss', x: steps, y: steps.map(i => 10 ** (-i / 1000)), kind: 'faint' as const }
const labels = { xLabel: 'steps', yLabel: 'loss', title: 'Loss over steps' }
const violet = (r: number, g: number, b: number) => b > r + 20 && r > g
const orange = (r: number, g: number, b: number) => r > g + 60 && g > b + 30

describe('curvesFigure', () => {
  it('draws each curve in a colour of its own, named above the frame', () => {
    const points = { label: 'test loss', x: [0, 2500, 4999], y: [1, 0.5, 0.3], kind: 'points' as const }
    const svg = curvesFigure({ ...labels, curves: [loss, points], yScale: 'log' })
    const pixels = renderPixels(svg)
    expect(countPixels(pixels, violet)).toBeGreaterThan(300)
    expect(countPixels(pixels, orange)).toBeGreaterThan(300)
    const texts = textsOf(svg)
    for (const text of ['loss', 'test loss', 'steps', '10⁻³']) expect(texts).toContain(text)
    expect(svg.length).toBeLessThan(60_000)
  })

  it('leaves out what is not finite, or not positive on a logarithmic axis, and shows no legend of one', () => {
    const y = [Number.NaN, 1, Number.POSITIVE_INFINITY, 0, 2]
    const svg = curvesFigure({ ...labels, curves: [{ label: 'only', x: [0, 1, 2, 3, 4], y }], yScale: 'log' })
    expect(svg).not.toContain('NaN')
    expect(textsOf(svg)).not.toContain('only')
    expect(countPixels(renderPixels(svg), violet)).toBeGreaterThan(50)
  })

  it('draws error bars, logarithmic x axes and hollow marks of what is quoted', () => {
    const rates = [1, 10, 100, 1000]
    const measured = { label: 'ours', x: rates, y: [10, 11, 12, 13], kind: 'points' as const }
    const errors = { lower: [4, 11, 12, 13], upper: [16, 11, 12, 13] }
    const figure = (curve: Curve) => curvesFigure({ ...labels, curves: [curve], xScale: 'log', yDomain: [0, 20] })
    const bar = (svg: string) => {
      const pixels = renderPixels(svg)
      // Of the first point, beside the axis: 20 units are 204 pixels.
      return countPixels(
        { ...pixels, rgba: pixels.rgba.map((v, i) => ((i / 4) % pixels.width > 110 ? 255 : v)) },
        violet,
      )
    }
    expect(bar(figure({ ...measured, errors })) - bar(figure(measured))).toBeGreaterThan(60)
    expect(textsOf(figure(measured))).toEqual(expect.arrayContaining(['1', '10', '100', '1000', '20']))
    const quoted = figure({ ...measured, kind: 'marks' })
    expect(countPixels(renderPixels(quoted), violet)).toBeLessThan(countPixels(renderPixels(figure(measured)), violet))
    // No line between them.
    expect(quoted.match(/aria-label="line"/)).toBeNull()
  })

  it('makes room for a legend of several rows', () => {
    const many = Array.from({ length: 5 }, (_, i) => ({ ...loss, label: `a model with a long name, number ${i}` }))
    const height = (svg: string) => renderPixels(svg).height
    const svg = curvesFigure({ ...labels, curves: many })
    expect(height(svg)).toBeGreaterThan(height(curvesFigure({ ...labels, curves: [loss] })) + 30)
    // Of each label its group's place and, at the right end of the frame, its own.
    const places = [
      ...svg.matchAll(/translate\(([-\d.]+),([-\d.]+)\)"[^<]*<text transform="translate\(860,(\d+)\)"[^>]*>a model/g),
    ]
    expect(places).toHaveLength(5)
    for (const [, dx, dy, top] of places) {
      // Its width is less than 34 characters of 7.6 pixels.
      expect(860 + Number(dx)).toBeGreaterThan(34 * 7.6)
      expect(Number(top) + Number(dy)).toBeGreaterThan(0)
    }
  })

  it('gives the same text twice', () => {
    expect(curvesFigure({ ...labels, curves: [loss] })).toBe(curvesFigure({ ...labels, curves: [loss] }))
  })
})
