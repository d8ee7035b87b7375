import * as Plot from '@observablehq/plot'
import { viridis } from './colour-map.ts'
import { renderPlot } from './render.ts'

/** A rectangle of two parameters and its value. */
export interface Cell {
  readonly x: readonly [number, number]
  readonly y: readonly [number, number]
  /** From 0 to 1; absent where nothing is known. */
  readonly value?: number
  readonly text: string
}

export interface CellsFigureData {
  readonly cells: readonly Cell[]
  readonly xLabel: string
  readonly yLabel: string
  /** Of both axes; 'linear' by default. */
  readonly scale?: 'linear' | 'log'
  readonly title: string
}

/** A part from 0 to 1 over two parameters, as coloured cells with their texts. Returns an SVG document. */
export function cellsFigure({ cells, xLabel, yLabel, scale = 'linear', title }: CellsFigureData): string {
  // On linear axes of logarithms: Plot leaves out some labels of ticks on logarithmic ones.
  const [to, from] = scale === 'log' ? [Math.log, Math.exp] : [Number, Number]
  const colours = viridis()
  const shown = cells.flatMap(({ x, y, value, text }) => {
    if (value === undefined) return []
    const [x1, x2, y1, y2] = [...x, ...y].map(to) as [number, number, number, number]
    const [r, g, b] = colours.subarray(3 * Math.round(255 * value), 3 * Math.round(255 * value) + 3)
    // Luma: dark letters on what is bright.
    const ink = 0.299 * r! + 0.587 * g! + 0.114 * b! > 140 ? '#111111' : '#ffffff'
    return [{ x1, x2, y1, y2, x: (x1 + x2) / 2, y: (y1 + y2) / 2, text, ink, fill: `rgb(${r},${g},${b})` }]
  })
  const ticks = (axis: 'x' | 'y') => [...new Set(cells.flatMap(cell => cell[axis]).map(to))].sort((a, b) => a - b)
  const axis = (name: 'x' | 'y') => ({
    domain: [ticks(name)[0]!, ticks(name).at(-1)!],
    ticks: ticks(name),
    tickFormat: (value: number) => String(Number(from(value).toPrecision(3))),
    labelArrow: 'none' as const,
  })
  return renderPlot(
    {
      height: 380,
      x: { ...axis('x'), label: xLabel, labelAnchor: 'center' },
      y: { ...axis('y'), label: yLabel },
      marks: [
        Plot.rect(shown, { x1: 'x1', x2: 'x2', y1: 'y1', y2: 'y2', fill: 'fill', inset: 1 }),
        Plot.text(shown, { x: 'x', y: 'y', text: 'text', fill: 'ink', fontWeight: 600, fontSize: 13 }),
      ],
    },
    { title },
  )
}
