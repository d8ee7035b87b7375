import * as Plot from '@observablehq/plot'
import { decimate } from './decimate.ts'
import { legend } from './legend.ts'
import { figureSize, renderPlot } from './render.ts'
import { curveColours, powerOfTen } from './style.ts'

/** A curve of a figure. */
export interface Curve {
  readonly label: string
  readonly x: ArrayLike<number>
  readonly y: ArrayLike<number>
  /** `line`, the default; `faint`: a line for what others summarise; `points`: a line with its points marked. */
  readonly kind?: 'line' | 'faint' | 'points'
}

export interface CurvesFigureData {
  readonly curves: readonly Curve[]
  readonly xLabel: string
  readonly yLabel: string
  /** 'linear' by default; on 'log' what is not positive is left out. */
  readonly yScale?: 'linear' | 'log'
  readonly title: string
}

/** Curves over a common axis, told apart by a legend; what is not finite is left out. Returns an SVG document. */
export function curvesFigure({ curves, xLabel, yLabel, yScale = 'linear', title }: CurvesFigureData): string {
  const isShown = (y: number): boolean => Number.isFinite(y) && (yScale === 'linear' || y > 0)
  const points = curves.map(({ x, y }) => shownPoints(x, y, isShown))
  const xs = points.flatMap(each => [each.x[0], each.x.at(-1)]).filter(x => x !== undefined)
  const domain = [Math.min(...xs), Math.max(...xs)] as const
  const drawn = curves.map(({ kind = 'line', label }, i) => ({
    label,
    kind,
    colour: curveColours[i % curveColours.length]!,
    points: decimate(points[i]!, { domain, columns: figureSize.width }),
  }))
  const ys = drawn.flatMap(({ points }) => points.map(({ y }) => y))
  return renderPlot(
    {
      height: 280,
      x: { domain: [...domain], label: xLabel, labelAnchor: 'center', labelArrow: 'none', tickFormat: 's' },
      y: {
        type: yScale,
        label: yLabel,
        grid: true,
        nice: true,
        labelArrow: 'none',
        ...(yScale === 'log' && { tickFormat: Math.max(...ys) / Math.min(...ys) > 100 ? powerOfTen : roundNumber }),
      },
      marks: [
        ...drawn.flatMap(({ kind, colour, points }) => [
          Plot.lineY(points, {
            x: 'x',
            y: 'y',
            stroke: colour,
            strokeWidth: kind === 'faint' ? 0.8 : 1.5,
            strokeOpacity: kind === 'faint' ? 0.5 : 1,
          }),
          ...(kind === 'points' ? [Plot.dot(points, { x: 'x', y: 'y', r: 3, fill: colour })] : []),
        ]),
        ...(curves.length > 1 ? [legend(drawn)] : []),
      ],
    },
    { title },
  )
}

/** Labels of a logarithmic axis of few decades: every power of ten, its double and its fivefold. */
function roundNumber(value: number): string {
  const rounded = Number(value.toPrecision(3))
  return ['1', '2', '5'].includes(rounded.toExponential()[0]!) ? String(rounded) : ''
}

function shownPoints(x: ArrayLike<number>, y: ArrayLike<number>, isShown: (y: number) => boolean) {
  const kept = Array.from(y, (value, i) => ({ x: x[i]!, y: value })).filter(point => isShown(point.y))
  return { x: kept.map(point => point.x), y: kept.map(point => point.y) }
}
