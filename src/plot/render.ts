import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { escapeHtml } from './page.ts'

/** The little of the DOM that figures use; Plot's own typings would bring the whole library into every folder. */
export interface SvgElement {
  setAttribute(name: string, value: string): void
  getAttribute(name: string): string | null
  append(...children: (SvgElement | string)[]): void
  readonly outerHTML: string
  textContent: string | null
}

export interface SvgDocument {
  createElementNS(namespace: string, name: string): SvgElement
}

const svgNamespace = 'http://www.w3.org/2000/svg'

/** Fonts by preference; the last named is present wherever figures are turned into pixels without a browser. */
const fontFamily = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"

/** Makes an SVG element with attributes. */
export function svgElement(
  document: SvgDocument,
  name: string,
  attributes: Readonly<Record<string, string | number>>,
): SvgElement {
  const element = document.createElementNS(svgNamespace, name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value))
  return element
}

/** A figure's size and margins, pixels. */
export const figureSize = { width: 880, height: 320, marginLeft: 64, marginRight: 20, marginTop: 34, marginBottom: 42 }

/**
 * Draws a plot as a stand-alone SVG document. Text and axes take the colour of their surroundings (`currentColor`), so
 * one figure serves light and dark pages.
 */
export function renderPlot(options: Plot.PlotOptions, { title }: { readonly title: string }): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const svg = Plot.plot({
    ...figureSize,
    style: { fontFamily, fontSize: '12px', background: 'none', overflow: 'visible' },
    ...options,
    // Plot wants a browser's document; linkedom's has all that it uses.
    document: document as unknown as NonNullable<Plot.PlotOptions['document']>,
  }) as unknown as SvgElement
  svg.setAttribute('xmlns', svgNamespace)
  svg.setAttribute('role', 'img')
  // Not by setAttribute: the document leaves a < in an attribute as it is, which XML forbids.
  const named = svg.outerHTML.replace(/^<svg/, `<svg aria-label="${escapeHtml(title)}"`)
  return withStableIds(named, title)
}

/** Plot counts its clip paths over the whole process; named by the figure, two runs give the same text. */
function withStableIds(svg: string, title: string): string {
  const figure = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
  const names = new Map<string, string>()
  return svg.replaceAll(/plot-clip-\d+/g, id => {
    if (!names.has(id)) names.set(id, `${figure}-clip-${names.size + 1}`)
    return names.get(id)!
  })
}
