import { describe, expect, it } from 'vitest'
import { cellsFigure } from './cells-figure.ts'
import { pixelAt, renderPixels, textsOf } from './testing/pixels.ts'

const svg = cellsFigure({
  cells: [
    { x: [0, 1], y: [0, 1], value: 0, text: 'none' },
    { x: [1, 2], y: [0, 1], value: 1, text: 'all' },
    { x: [1, 2], y: [1, 2], text: '' },
  ],
  xLabel: 'heavier',
  yLabel: 'lighter',
  title: 'Cells',
})

describe('cellsFigure', () => {
  it('colours cells by their values, where they are, and leaves unknown ones blank', () => {
    const pixels = renderPixels(svg)
    // The frame is 64 to 860 and 34 to 338 pixels; a little off the middle, where the text is.
    const at = (x: number, y: number) => pixelAt(pixels, 64 + 398 * x, 338 - 152 * y)
    expect(at(0.2, 0.2)).toEqual([68, 1, 84])
    expect(at(1.2, 0.2)).toEqual([253, 231, 37])
    expect(at(1.5, 1.5)).toEqual([255, 255, 255])
    expect(at(0.5, 1.5)).toEqual([255, 255, 255])
  })

  it('writes texts, dark on bright cells and bright on dark ones', () => {
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['none', 'all', 'heavier', 'lighter', '0', '1', '2']))
    expect(svg).toMatch(/fill="#ffffff"[^>]*>none</)
    expect(svg).toMatch(/fill="#111111"[^>]*>all</)
  })

  it('has axes even in the logarithm where asked', () => {
    const cells = [1, 10].map(low => ({ x: [low, 10 * low], y: [1, 76], value: low === 1 ? 0 : 1, text: '' }) as const)
    const figure = cellsFigure({ cells, xLabel: 'x', yLabel: 'y', scale: 'log', title: 'Cells' })
    const pixels = renderPixels(figure)
    expect(textsOf(figure)).toEqual(expect.arrayContaining(['1', '10', '100', '76']))
    const at = (part: number) => pixelAt(pixels, 64 + 796 * part, 186)
    expect([at(0.47), at(0.53)]).toEqual([
      [68, 1, 84],
      [253, 231, 37],
    ])
  })
})
