import * as Plot from '@observablehq/plot'

/**
 * The viridis colours, 256 steps of `[red, green, blue]`: perceptually uniform, readable with any colour vision and in
 * grey (van der Walt and Smith 2015).
 */
export function viridis(): Uint8Array {
  const scale = Plot.scale({ color: { type: 'linear', scheme: 'viridis', domain: [0, 255] } })
  const colours = new Uint8Array(256 * 3)
  for (let i = 0; i < 256; i++) {
    const text = String(scale.apply(i))
    const channels = text.startsWith('#')
      ? [1, 3, 5].map(at => Number.parseInt(text.slice(at, at + 2), 16))
      : (text.match(/\d+/g) ?? []).map(Number)
    colours.set(channels.slice(0, 3), i * 3)
  }
  return colours
}
