import * as Plot from '@observablehq/plot'
import { decimate, type Point } from './decimate.ts'
import { legend, legendHeight } from './legend.ts'
import { figureSize, renderPlot } from './render.ts'
import { curveColours, logTicks } from './style.ts'

/** A curve of a figure. */
export interface Curve {
  readonly label: string
  readonly x: ArrayLike<number>
  readonly y: ArrayLike<number>
  /** Ends of an error bar at each point. */
  readonly errors?: { readonly lower: ArrayLike<number>; readonly upper: ArrayLike<number> }
  /**
   * `line`, the default; `faint`: a line for what others summarise; `points`: a line with its points marked; `marks`:
   * hollow points alone, for what is quoted from elsewhere.
   */
  readonly kind?: 'line' | 'faint' | 'points' | 'marks'
}

type Scale = 'linear' | 'log'

export interface CurvesFigureData {
  readonly curves: readonly Curve[]
  readonly xLabel: string
  readonly yLabel: string
  /** 'linear' by default; on 'log' what is not positive is left out. */
  readonly xScale?: Scale
  readonly yScale?: Scale
  /** What the y axis shows at least; what the curves need by default. */
  readonly yDomain?: readonly [number, number]
  readonly title: string
}

interface Bar {
  readonly x: number
  readonly lower: number
  readonly upper: number
}

interface DrawnCurve {
  readonly label: string
  readonly kind: NonNullable<Curve['kind']>
  readonly colour: string
  readonly points: readonly Point[]
  readonly bars: readonly Bar[]
}

/** Room at either end of a logarithmic x axis, as a factor. */
const logMargin = 1.08

/** Curves over a common axis, told apart by a legend; what is not finite is left out. Returns an SVG document. */
export function curvesFigure(data: CurvesFigureData): string {
  const { curves, xLabel, yLabel, xScale = 'linear', yScale = 'linear', yDomain, title } = data
  const { drawn, xDomain } = drawnCurves(curves, xScale, yScale)
  const shown = drawn.flatMap(({ points, bars }) => [
    ...points.map(({ y }) => y),
    ...bars.flatMap(({ lower, upper }) => [lower, upper]),
  ])
  const ys = [...shown, ...(yDomain ?? [])]
  const extra = curves.length > 1 ? legendHeight(drawn) : 0
  return renderPlot(
    {
      height: 280 + extra,
      marginTop: figureSize.marginTop + extra,
      x: {
        type: xScale,
        domain: [...xDomain],
        label: xLabel,
        labelAnchor: 'center',
        labelArrow: 'none',
        ...(xScale === 'log' ? logTicks(xDomain) : { tickFormat: 's' }),
      },
      y: {
        type: yScale,
        label: yLabel,
        grid: true,
        nice: true,
        labelArrow: 'none',
        ...(yDomain && { domain: [Math.min(...ys), Math.max(...ys)] }),
        ...(yScale === 'log' && logTicks([Math.min(...ys), Math.max(...ys)])),
      },
      marks: [...drawn.flatMap(marksOf), ...(curves.length > 1 ? [legend(drawn)] : [])],
    },
    { title },
  )
}

function drawnCurves(curves: readonly Curve[], xScale: Scale, yScale: Scale) {
  const isOn = (scale: Scale, value: number): boolean => Number.isFinite(value) && (scale === 'linear' || value > 0)
  const isShown = ([x, ...ys]: readonly [number, ...number[]]): boolean =>
    isOn(xScale, x) && ys.every(y => isOn(yScale, y))
  const points = curves.map(({ x, y }) => {
    const kept = Array.from(y, (value, i) => [x[i]!, value] as const).filter(isShown)
    return { x: kept.map(point => point[0]), y: kept.map(point => point[1]) }
  })
  const [low, high] = points.reduce(
    (ends, { x }) => x.reduce(([from, to], at) => [Math.min(from, at), Math.max(to, at)] as const, ends),
    [Infinity, -Infinity] as readonly [number, number],
  )
  const xDomain = xScale === 'log' ? ([low / logMargin, high * logMargin] as const) : ([low, high] as const)
  const scale = xScale === 'log' ? Math.log : (value: number) => value
  const drawn = curves.map(({ kind = 'line', label, x, errors }, i): DrawnCurve => {
    const bars = errors ? Array.from(x, (at, k) => [at, errors.lower[k]!, errors.upper[k]!] as const) : []
    return {
      label,
      kind,
      colour: curveColours[i % curveColours.length]!,
      points: decimate(points[i]!, { domain: xDomain, columns: figureSize.width, scale }),
      bars: bars.filter(isShown).map(([at, lower, upper]) => ({ x: at, lower, upper })),
    }
  })
  return { drawn, xDomain }
}

function marksOf({ kind, colour, points, bars }: DrawnCurve): Plot.Markish[] {
  const at = { x: 'x', y: 'y' }
  const line = Plot.lineY(points, {
    ...at,
    stroke: colour,
    strokeWidth: kind === 'faint' ? 0.8 : 1.5,
    strokeOpacity: kind === 'faint' ? 0.5 : 1,
  })
  return [
    ...(kind === 'marks' ? [] : [line]),
    ...(bars.length > 0 ? [Plot.ruleX(bars, { x: 'x', y1: 'lower', y2: 'upper', stroke: colour })] : []),
    ...(kind === 'points' ? [Plot.dot(points, { ...at, r: 3, fill: colour })] : []),
    ...(kind === 'marks'
      ? [Plot.dot(points, { ...at, r: 4.5, symbol: 'diamond', stroke: colour, strokeWidth: 1.8 })]
      : []),
  ]
}
