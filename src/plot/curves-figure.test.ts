import { describe, expect, it } from 'vitest'
import { curvesFigure } from './curves-figure.ts'
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

  it('gives the same text twice', () => {
    expect(curvesFigure({ ...labels, curves: [loss] })).toBe(curvesFigure({ ...labels, curves: [loss] }))
  })
})
