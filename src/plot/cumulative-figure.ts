import * as Plot from '@observablehq/plot'
import { legend } from './legend.ts'
import { renderPlot } from './render.ts'
import { curveColours, logTicks, neutralColour } from './style.ts'

export interface CumulativeFigureData {
  /** Where expectation and bands are given: any positive quantity, in any order of size but sorted. */
  readonly x: ArrayLike<number>
  readonly expected: ArrayLike<number>
  /** Widest last; shown paler the wider. */
  readonly bands: readonly { readonly lower: ArrayLike<number>; readonly upper: ArrayLike<number> }[]
  /** Each event's x, the largest first: its place is how many there are up to it. */
  readonly events: ArrayLike<number>
  readonly bandLabel: string
  readonly xLabel: string
  readonly yLabel: string
  readonly title: string
}

/** Counts are drawn down to this; a logarithmic axis has no place for none. */
const floor = 0.5

/** The loudest events that are marked one by one. */
const marked = 50

/** Events up to a rate against what noise gives, both axes logarithmic. Returns an SVG document. */
export function cumulativeFigure(data: CumulativeFigureData): string {
  const { x, expected, bands, events, bandLabel, xLabel, yLabel, title } = data
  const xs = [...Array.from(x), ...Array.from(events)]
  const domain = extent(xs)
  const clamp = (count: number) => Math.max(floor, count)
  const line = Array.from(x, (at, i) => ({ x: at, y: expected[i]! })).filter(({ y }) => y >= floor)
  const steps = stepsOf(events, domain[0])
  const range = [floor, 1.3 * Math.max(...[...line, ...steps].map(({ y }) => y), ...bands.map(highest), 1)] as const
  const colour = curveColours[1]
  return renderPlot(
    {
      height: 340,
      x: {
        type: 'log',
        domain: [domain[0], domain[1] * 1.3],
        label: xLabel,
        labelAnchor: 'center',
        labelArrow: 'none',
        ...logTicks(domain),
      },
      y: { type: 'log', domain: [...range], label: yLabel, grid: true, labelArrow: 'none', ...logTicks(range) },
      marks: [
        ...bands.toReversed().map(({ lower, upper }) =>
          Plot.areaY(
            Array.from(x, (at, i) => ({ x: at, lower: clamp(lower[i]!), upper: clamp(upper[i]!) })),
            { x: 'x', y1: 'lower', y2: 'upper', fill: neutralColour, fillOpacity: 0.16, curve: 'step', clip: true },
          ),
        ),
        Plot.lineY(line, {
          x: 'x',
          y: 'y',
          stroke: neutralColour,
          strokeDasharray: '6 4',
          strokeWidth: 1.5,
          clip: true,
        }),
        Plot.lineY(steps, { x: 'x', y: 'y', stroke: colour, strokeWidth: 1.8, clip: true }),
        Plot.dot(
          Array.from({ length: Math.min(marked, events.length) }, (_, i) => ({ x: events[i]!, y: i + 1 })),
          { x: 'x', y: 'y', r: 3, fill: colour },
        ),
        legend([
          ...(events.length > 0 ? [{ label: 'observed', colour }] : []),
          { label: `noise, with ${bandLabel}`, colour: neutralColour },
        ]),
      ],
    },
    { title },
  )
}

const highest = ({ upper }: { readonly upper: ArrayLike<number> }): number =>
  Array.from(upper).reduce((most, count) => Math.max(most, count), 0)

const extent = (values: readonly number[]): readonly [number, number] => [
  values.reduce((least, value) => Math.min(least, value), Infinity),
  values.reduce((most, value) => Math.max(most, value), -Infinity),
]

/** The corners of the falling staircase of events, as many as a figure can show. */
function stepsOf(events: ArrayLike<number>, from: number): { x: number; y: number }[] {
  const corners: { x: number; y: number }[] = []
  let next = 1
  for (let count = 1; count <= events.length; count++) {
    const isLast = count === events.length
    if (count < next && !isLast) continue
    // All of the first hundred, then ever fewer.
    next = count < 100 ? count + 1 : Math.ceil(count * 1.02)
    const at = events[count - 1]!
    corners.push({ x: at, y: corners.at(-1)?.y ?? floor }, { x: at, y: count })
  }
  if (corners.length > 0) corners.push({ x: from, y: events.length })
  return corners
}
