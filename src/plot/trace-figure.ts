import * as Plot from '@observablehq/plot'
import { decimate } from './decimate.ts'
import { figureSize, renderPlot } from './render.ts'
import { neutralColour } from './style.ts'

export interface TraceFigureData {
  /** Seconds. */
  readonly times: Float64Array
  readonly values: Float64Array
  /** What the time axis counts from. */
  readonly timeLabel: string
  readonly valueLabel: string
  /** Points to mark, each with a text. */
  readonly marks?: readonly { readonly time: number; readonly value: number; readonly text: string }[]
  readonly title: string
}

/** A statistic over time, with its peaks marked. Returns an SVG document. */
export function traceFigure({ times, values, timeLabel, valueLabel, marks = [], title }: TraceFigureData): string {
  const domain = [times[0]!, times.at(-1)!] as const
  const points = decimate({ x: times, y: values }, { domain, columns: figureSize.width })
  const size = { height: 260 }
  return renderPlot(
    {
      ...size,
      x: { domain: [...domain], label: timeLabel, labelAnchor: 'center', labelArrow: 'none' },
      y: { label: valueLabel, grid: true, nice: true, labelArrow: 'none' },
      marks: [
        Plot.lineY(points, { x: 'x', y: 'y', stroke: neutralColour, strokeWidth: 1.1 }),
        Plot.dot(marks, { x: 'time', y: 'value', r: 4, fill: neutralColour }),
        // On the side where there is room, above the curve.
        ...(['start', 'end'] as const).map(textAnchor =>
          Plot.text(
            marks.filter(({ time }) => time < (domain[0] + 2 * domain[1]) / 3 === (textAnchor === 'start')),
            {
              x: 'time',
              y: 'value',
              text: 'text',
              textAnchor,
              dx: textAnchor === 'start' ? 9 : -9,
              dy: -7,
              fill: 'currentColor',
              fontWeight: 600,
            },
          ),
        ),
      ],
    },
    { title },
  )
}
