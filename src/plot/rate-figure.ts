import * as Plot from '@observablehq/plot'
import { legend } from './legend.ts'
import { figureSize, renderPlot } from './render.ts'
import { curveColours, logTicks, neutralColour } from './style.ts'

/** A rate at a statistic and the interval that it lies in. */
export interface RatePoint {
  readonly statistic: number
  readonly rate: number
  readonly lower: number
  readonly upper: number
}

/** Something found, and how it is marked. */
export interface MarkedRate extends RatePoint {
  readonly label: string
  /** Whether the rate is only known to be no higher. */
  readonly isLimit: boolean
}

export interface RateFigureData {
  /** In increasing order of statistic; up to each from the one before, the rate is its. */
  readonly counted: readonly RatePoint[]
  /** The rate beyond the loudest, by a fitted tail. */
  readonly extrapolated: readonly RatePoint[]
  readonly marks: readonly MarkedRate[]
  readonly statisticLabel: string
  readonly rateLabel: string
  readonly title: string
}

/** Rates are drawn down to this part of the lowest that matters. */
const below = 0.2

/** The rate of events above a statistic, counted and extrapolated, with events marked. Returns an SVG document. */
export function rateFigure({ counted, extrapolated, marks, statisticLabel, rateLabel, title }: RateFigureData): string {
  const all = [...counted, ...extrapolated, ...marks]
  const statistics = all.map(({ statistic }) => statistic)
  const floor = Math.min(...all.map(({ rate }) => rate)) * below
  const range = [floor, Math.max(...all.map(({ rate, upper }) => Math.max(rate, upper))) * 1.5] as const
  const clamped = ({ lower, upper, ...point }: RatePoint) => ({
    ...point,
    lower: Math.max(floor, lower),
    upper: Math.max(floor, upper),
  })
  const [countColour, tailColour, markColour] = [neutralColour, curveColours[1], 'currentColor']
  const band = { x: 'statistic', y1: 'lower', y2: 'upper', fillOpacity: 0.22, clip: true }
  const line = { x: 'statistic', y: 'rate', strokeWidth: 1.6, clip: true }
  const ends = [Math.min(...statistics), Math.max(...statistics)] as const
  const room = (ends[1] - ends[0]) * 0.03 || 1
  return renderPlot(
    {
      x: { domain: [ends[0] - room, ends[1] + room], label: statisticLabel, labelAnchor: 'center', labelArrow: 'none' },
      y: { type: 'log', domain: [...range], label: rateLabel, grid: true, labelArrow: 'none', ...logTicks(range) },
      marks: [
        Plot.areaY(counted.map(clamped), { ...band, fill: countColour, curve: 'step-before' }),
        Plot.areaY(extrapolated.map(clamped), { ...band, fill: tailColour }),
        Plot.lineY(counted, { ...line, stroke: countColour, curve: 'step-before' }),
        Plot.lineY(extrapolated, { ...line, stroke: tailColour, strokeDasharray: '6 4' }),
        Plot.ruleX(marks.map(clamped), { x: 'statistic', y1: 'lower', y2: 'upper', stroke: markColour }),
        Plot.dot(
          marks.filter(({ isLimit }) => !isLimit),
          { x: 'statistic', y: 'rate', r: 4, fill: markColour },
        ),
        // An arrow down: no higher than this.
        Plot.dot(
          marks.filter(({ isLimit }) => isLimit),
          { x: 'statistic', y: 'rate', r: 5, symbol: 'triangle', rotate: 180, stroke: markColour, strokeWidth: 1.6 },
        ),
        ...markLabels(marks, ends),
        legend([
          { label: 'counted', colour: countColour },
          ...(extrapolated.length > 0 ? [{ label: 'extrapolated', colour: tailColour }] : []),
        ]),
      ],
    },
    { title },
  )
}

/** Labels beside the marks, on the side where there is room; those too near to one that is written are left out. */
function markLabels(marks: readonly MarkedRate[], [low, high]: readonly [number, number]): Plot.Markish[] {
  const frame = figureSize.width - figureSize.marginLeft - figureSize.marginRight
  const pixels = ({ statistic }: MarkedRate) => ((statistic - low) / (high - low || 1)) * frame
  const written = marks.filter((mark, i) =>
    marks.slice(0, i).every(other => Math.abs(pixels(mark) - pixels(other)) > 16),
  )
  return (['start', 'end'] as const).map(textAnchor =>
    Plot.text(
      written.filter(mark => pixels(mark) < frame * 0.75 === (textAnchor === 'start')),
      {
        x: 'statistic',
        y: 'rate',
        text: 'label',
        textAnchor,
        dx: textAnchor === 'start' ? 9 : -9,
        dy: -8,
        fill: 'currentColor',
        fontWeight: 600,
      },
    ),
  )
}
