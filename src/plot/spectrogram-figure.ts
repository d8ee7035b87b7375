import * as Plot from '@observablehq/plot'
import type { GpsTime } from '../gw/index.ts'
import type { Spectrogram } from '../signal/index.ts'
import { viridis } from './colour-map.ts'
import { pngDataUrl } from './png.ts'
import { renderPlot, type SvgDocument, type SvgElement, svgElement } from './render.ts'

export interface SpectrogramFigureData {
  /** One panel each, side by side; values are power relative to the noise. */
  readonly panels: readonly { readonly title: string; readonly start: GpsTime; readonly spectrogram: Spectrogram }[]
  /** The zero of the time axis. */
  readonly origin: GpsTime
  /** Seconds before and after the origin. */
  readonly range: readonly [number, number]
  /** Hz, on a logarithmic axis. */
  readonly frequencies: readonly [number, number]
  /** The power that the brightest colour stands for; the largest shown unless given. */
  readonly ceiling?: number
}

/** Image pixels of a panel: about two for each pixel of the figure, so that it stays sharp on fine screens. */
const panelPixels = { width: 640, height: 440 }
const layout = { width: 880, height: 340, marginLeft: 56, marginRight: 74, marginTop: 34, marginBottom: 42 }

/** The value of a spectrogram between its points, bilinear; the nearest point beyond its edges. */
function sampler({ values, times, frequencies }: Spectrogram): (time: number, frequency: number) => number {
  const bins = frequencies.length
  const timeStep = times[1]! - times[0]!
  const locate = (position: number, last: number): [number, number] => {
    const clamped = Math.min(Math.max(position, 0), last)
    const below = Math.min(Math.floor(clamped), last - 1)
    return [below, clamped - below]
  }
  return (time, frequency) => {
    const [t, dt] = locate((time - times[0]!) / timeStep, times.length - 1)
    const [f, df] = locate(frequency / frequencies[1]!, bins - 1)
    const at = t * bins + f
    const early = values[at]! * (1 - df) + values[at + 1]! * df
    const late = values[at + bins]! * (1 - df) + values[at + bins + 1]! * df
    return early * (1 - dt) + late * dt
  }
}

/** Power over a panel's pixels, from the top left. */
function sample(
  { start, spectrogram }: SpectrogramFigureData['panels'][number],
  { origin, range, frequencies }: SpectrogramFigureData,
): Float64Array {
  const { width, height } = panelPixels
  const at = sampler(spectrogram)
  const offset = origin.minus(start)
  const [low, high] = frequencies
  return Float64Array.from({ length: width * height }, (_, i) => {
    const time = range[0] + (((i % width) + 0.5) / width) * (range[1] - range[0])
    const fraction = 1 - (Math.floor(i / width) + 0.5) / height
    return at(offset + time, low * (high / low) ** fraction)
  })
}

/** Power to colour: by its root, which leaves faint tracks visible beside loud ones. */
function colourise(powers: Float64Array, ceiling: number, colours: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(powers.length * 3)
  powers.forEach((power, i) => {
    const step = Math.round(255 * Math.sqrt(Math.min(1, Math.max(0, power / ceiling))))
    rgb.set(colours.subarray(step * 3, step * 3 + 3), i * 3)
  })
  return rgb
}

/** A vertical scale of colours with numbers, in the right margin. */
function colourBar(document: SvgDocument, ceiling: number, colours: Uint8Array): SvgElement {
  const group = svgElement(document, 'g', {})
  const [x, y, width] = [layout.width - layout.marginRight + 12, layout.marginTop, 12]
  const height = layout.height - layout.marginTop - layout.marginBottom
  const rgb = new Uint8Array(256 * 3)
  for (let i = 0; i < 256; i++) rgb.set(colours.subarray((255 - i) * 3, (256 - i) * 3), i * 3)
  group.append(
    svgElement(document, 'image', {
      href: pngDataUrl({ width: 1, height: 256, rgb }),
      x,
      y,
      width,
      height,
      preserveAspectRatio: 'none',
    }),
  )
  for (const value of ticksOf(ceiling)) {
    const at = y + height * (1 - Math.sqrt(value / ceiling))
    const label = svgElement(document, 'text', {
      x: x + width + 5,
      y: at,
      dy: '0.32em',
      fill: 'currentColor',
      'text-anchor': 'start',
    })
    label.textContent = String(value)
    group.append(label)
  }
  const title = svgElement(document, 'text', {
    x: layout.width - 4,
    y: y - 12,
    'text-anchor': 'end',
    fill: 'currentColor',
  })
  title.textContent = 'power / noise'
  group.append(title)
  return group
}

/** About five round numbers whose roots spread over the scale. */
function ticksOf(ceiling: number): number[] {
  const round = (value: number) => {
    const unit = 10 ** Math.floor(Math.log10(value))
    return [1, 2, 5, 10]
      .map(step => step * unit)
      .reduce((best, step) => (Math.abs(step - value) < Math.abs(best - value) ? step : best))
  }
  const ticks = [0.05, 0.2, 0.45, 0.8].map(fraction => round(fraction * ceiling)).filter(value => value <= ceiling)
  return [0, ...new Set(ticks)]
}

/** Power of whitened strain over time and frequency, a panel a detector. Returns an SVG document. */
export function spectrogramFigure(data: SpectrogramFigureData): string {
  const { panels, origin, range, frequencies } = data
  const powers = panels.map(panel => sample(panel, data))
  const ceiling =
    data.ceiling ?? Math.max(...powers.map(panel => panel.reduce((largest, value) => Math.max(largest, value), 0)))
  const colours = viridis()
  const images = powers.map(power => pngDataUrl({ ...panelPixels, rgb: colourise(power, ceiling, colours) }))
  const titles = panels.map(({ title }) => title)
  const gap = 0.06
  const panelWidth = ((layout.width - layout.marginLeft - layout.marginRight) / (panels.length - gap)) * (1 - gap)

  return renderPlot(
    {
      ...layout,
      x: {
        domain: [...range],
        label: `seconds after GPS ${origin}`,
        labelAnchor: 'center',
        labelArrow: 'none',
        ticks: 5,
      },
      y: {
        type: 'log',
        domain: [...frequencies],
        label: 'frequency (Hz)',
        tickFormat: '~d',
        ticks: [20, 30, 50, 100, 200, 300, 500, 1000].filter(f => f >= frequencies[0] && f <= frequencies[1]),
        labelArrow: 'none',
      },
      fx: { domain: titles, label: null, paddingInner: gap, paddingOuter: 0, round: false, axis: null },
      marks: [
        Plot.text(titles, {
          fx: title => title,
          frameAnchor: 'top',
          text: title => title,
          dy: -16,
          fontWeight: 600,
          fill: 'currentColor',
        }),
        titles.map((title, i) =>
          Plot.image([title], {
            fx: () => title,
            x: (range[0] + range[1]) / 2,
            y: Math.sqrt(frequencies[0] * frequencies[1]),
            src: () => images[i]!,
            width: panelWidth,
            height: layout.height - layout.marginTop - layout.marginBottom,
            preserveAspectRatio: 'none',
          }),
        ),
        (_index, _scales, _values, _dimensions, context) =>
          colourBar(context.document as unknown as SvgDocument, ceiling, colours) as never,
      ],
    },
    { title: `Spectrograms: ${titles.join(', ')}` },
  )
}
