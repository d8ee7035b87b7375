import { Resvg } from '@resvg/resvg-js'

export interface Pixels {
  readonly width: number
  readonly height: number
  /** `[height, width, 4]`. */
  readonly rgba: Uint8Array
}

/** An SVG document as pixels on white, by an engine that had no part in making it; it refuses malformed SVG. */
export function renderPixels(svg: string): Pixels {
  const image = new Resvg(svg, { background: 'white' }).render()
  return { width: image.width, height: image.height, rgba: image.pixels }
}

/** Colour of a pixel, `[red, green, blue]`. */
export function pixelAt({ width, rgba }: Pixels, x: number, y: number): number[] {
  const at = (Math.round(y) * width + Math.round(x)) * 4
  return [...rgba.subarray(at, at + 3)]
}

/** How many pixels satisfy a condition on red, green and blue. */
export function countPixels({ rgba }: Pixels, holds: (red: number, green: number, blue: number) => boolean): number {
  let count = 0
  for (let at = 0; at < rgba.length; at += 4) if (holds(rgba[at]!, rgba[at + 1]!, rgba[at + 2]!)) count++
  return count
}

/** The texts of an SVG document, in order. */
export function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!)
}
