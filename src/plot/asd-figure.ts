import * as Plot from '@observablehq/plot'
import type { Spectrum } from '../signal/index.ts'
import { decimate } from './decimate.ts'
import { detectorLegend } from './legend.ts'
import { figureSize, renderPlot } from './render.ts'
import { detectorColour, powerOfTen } from './style.ts'

export interface AsdFigureData {
  readonly spectra: readonly { readonly detector: string; readonly asd: Spectrum }[]
  /** Frequencies searched, Hz: shaded. */
  readonly band?: readonly [number, number] | undefined
}

/** Amplitude spectral densities of detectors over frequency, both axes logarithmic. Returns an SVG document. */
export function asdFigure(
  { spectra, band }: AsdFigureData,
  { frequencies = [10, 2000] }: { readonly frequencies?: readonly [number, number] } = {},
): string {
  const curves = spectra.map(({ detector, asd: { values, resolution } }) => ({
    detector,
    points: decimate(
      { x: values.map((_, k) => k * resolution), y: values },
      { domain: frequencies, columns: figureSize.width, scale: Math.log },
    ).filter(({ y }) => y > 0),
  }))
  // Four decades from the quietest part on: the wall of seismic noise and the roll-off at Nyquist run out of the frame.
  const inner = curves.flatMap(({ points }) => points.filter(({ x }) => x >= 30 && x <= 1000).map(({ y }) => y))
  const floor = 10 ** Math.floor(Math.log10(Math.min(...inner)))
  const range = [floor, floor * 1e4] as const
  const decades = [0, 1, 2, 3, 4].map(power => floor * 10 ** power)
  const frequencyTicks = [10, 20, 50, 100, 200, 500, 1000, 2000].filter(f => f >= frequencies[0] && f <= frequencies[1])
  return renderPlot(
    {
      x: {
        type: 'log',
        domain: [...frequencies],
        label: 'frequency (Hz)',
        labelAnchor: 'center',
        tickFormat: '~d',
        ticks: frequencyTicks,
        labelArrow: 'none',
      },
      y: {
        type: 'log',
        domain: [...range],
        label: 'strain amplitude spectral density (1/√Hz)',
        tickFormat: powerOfTen,
        ticks: decades,
        labelArrow: 'none',
      },
      marks: [
        ...(band
          ? [
              Plot.rectX([band], {
                x1: ([low]) => low,
                x2: ([, high]) => high,
                fill: 'currentColor',
                fillOpacity: 0.06,
              }),
            ]
          : []),
        Plot.gridX({ ticks: frequencyTicks }),
        Plot.gridY({ ticks: decades }),
        ...curves.map(({ detector, points }) =>
          Plot.lineY(points, {
            x: 'x',
            y: 'y',
            stroke: detectorColour(detector),
            strokeWidth: 1.1,
            strokeOpacity: 0.85,
            clip: true,
          }),
        ),
        detectorLegend(spectra),
      ],
    },
    { title: `Amplitude spectral densities of ${spectra.map(({ detector }) => detector).join(' and ')}` },
  )
}
