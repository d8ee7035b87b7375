import { describe, expect, it } from 'vitest'
import { viridis } from './colour-map.ts'
import { pngDataUrl } from './png.ts'
import { pixelAt, renderPixels } from './testing/pixels.ts'

describe('pngDataUrl', () => {
  it('is decoded by another program to the pixels that went in', () => {
    const [width, height] = [5, 3]
    const rgb = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37) % 256)
    const pixels = renderPixels(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
        `<image href="${pngDataUrl({ width, height, rgb })}" width="${width}" height="${height}"/></svg>`,
    )
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        expect(pixelAt(pixels, x, y)).toEqual([...rgb.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)])
  })
})

describe('viridis', () => {
  it('runs from dark violet to yellow, ever brighter', () => {
    const colours = viridis()
    expect([...colours.subarray(0, 3)]).toEqual([68, 1, 84])
    expect([...colours.subarray(-3)]).toEqual([253, 231, 37])
    const brightness = Array.from(
      { length: 256 },
      (_, i) => 0.2126 * colours[i * 3]! + 0.7152 * colours[i * 3 + 1]! + 0.0722 * colours[i * 3 + 2]!,
    )
    for (let i = 8; i < 256; i += 8) expect(brightness[i]).toBeGreaterThan(brightness[i - 8]!)
  })
})
