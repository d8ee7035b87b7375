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
  const middle = (a: number, b: number): number => (scale === 'log' ? Math.sqrt(a * b) : (a + b) / 2)
  const colours = viridis()
  const shown = cells.flatMap(({ x: [x1, x2], y: [y1, y2], value, text }) => {
    if (value === undefined) return []
    const [r, g, b] = colours.subarray(3 * Math.round(255 * value), 3 * Math.round(255 * value) + 3)
    // Luma: dark letters on what is bright.
    const ink = 0.299 * r! + 0.587 * g! + 0.114 * b! > 140 ? '#111111' : '#ffffff'
    return [{ x1, x2, y1, y2, x: middle(x1, x2), y: middle(y1, y2), text, ink, fill: `rgb(${r},${g},${b})` }]
  })
  const ticks = (axis: 'x' | 'y') => [...new Set(cells.flatMap(cell => cell[axis]))].sort((a, b) => a - b)
  const axis = (name: 'x' | 'y') => ({
    type: scale,
    domain: [ticks(name)[0]!, ticks(name).at(-1)!],
    ticks: ticks(name),
    tickFormat: (value: number) => String(Number(value.toPrecision(3))),
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
