import * as Plot from '@observablehq/plot'
import type { GpsTime, TimeSeries } from '../gw/index.ts'
import { decimate } from './decimate.ts'
import { detectorLegend } from './legend.ts'
import { figureSize, renderPlot } from './render.ts'
import { detectorColour } from './style.ts'

export interface StrainFigureData {
  /** Whitened series in units of their noise, already shifted and inverted as they are to be shown. */
  readonly series: readonly TimeSeries[]
  /** Text for the legend, one a series. */
  readonly labels: readonly string[]
  /** The zero of the time axis. */
  readonly origin: GpsTime
  /** Seconds before and after the origin. */
  readonly range: readonly [number, number]
  /** A moment to mark. */
  readonly mark?: GpsTime
}

/** Whitened strain of several detectors over each other. Returns an SVG document. */
export function strainFigure({ series, labels, origin, range, mark }: StrainFigureData): string {
  const curves = series.map(one => ({
    detector: one.detector,
    points: decimate(
      { x: one.values.map((_, n) => one.timeOf(n).minus(origin)), y: one.values },
      { domain: range, columns: figureSize.width },
    ),
  }))
  return renderPlot(
    {
      x: { domain: [...range], label: `seconds after GPS ${origin}`, labelAnchor: 'center', labelArrow: 'none' },
      y: { label: 'whitened strain (noise standard deviations)', grid: true, nice: true, labelArrow: 'none' },
      marks: [
        Plot.ruleY([0], { stroke: 'currentColor', strokeOpacity: 0.4 }),
        ...(mark
          ? [Plot.ruleX([mark.minus(origin)], { stroke: 'currentColor', strokeDasharray: '3 3', strokeOpacity: 0.6 })]
          : []),
        ...curves.map(({ detector, points }) =>
          Plot.lineY(points, {
            x: 'x',
            y: 'y',
            stroke: detectorColour(detector),
            strokeWidth: 1.6,
            strokeLinejoin: 'round',
          }),
        ),
        detectorLegend(series.map(({ detector }, i) => ({ detector, label: labels[i]! }))),
      ],
    },
    { title: `Whitened strain: ${labels.join(', ')}` },
  )
}
