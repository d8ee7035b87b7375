import { afterAll, expect, test } from 'vitest'
import { type FillWindow, measureAt, type Place } from './measure-places.ts'
import { pairBounds, sideWindow, slideSide } from './slide-side.ts'
import { bank, binaries, noise, openSearch } from './testing/two-detector-search.ts'

const templates = binaries(120, 21)
const { frontEnd, close } = await openSearch({ ...bank, templates })
afterAll(close)

test('candidates measured by the templates that may be the best are those of all templates, bit for bit', async () => {
  const pieces = [await frontEnd.stream().push(noise(40, 12))]
  const sides = await Promise.all(
    ([0, 1] as const).map(detector => slideSide(frontEnd, pieces, { detector, threshold: 5 })),
  )
  const [first, second] = [sides[0]!, sides[1]!]
  const fill = [first, second].map((side): FillWindow => {
    return (into, window) => sideWindow(side, into, window)
  }) as [FillWindow, FillWindow]
  const weights = [first.weights, second.weights] as const
  const blocks = Array.from({ length: 60 }, (_, i) => 400 + 17 * i)
  const places = blocks.map((block): Place => [first.origin + 8 * block, second.origin + 8 * (block + 40)])
  const measure = (bounds?: (place: Place) => Float32Array) =>
    measureAt(places, fill, { weights, maximumLag: 5.4, ...(bounds && { bounds }) })
  const expected = await measure()
  let few = 0
  const found = await measure(([sample]) => {
    const block = (sample - first.origin) / 8
    const bounds = pairBounds(first, block, second, block + 40)
    const best = expected[blocks.indexOf(block)]!
    if (bounds.filter(bound => bound >= best.snr ** 2).length < 32) few++
    return bounds
  })
  expect(found).toEqual(expected)
  expect(few).toBeGreaterThan(50)
  // Bounds that say nothing.
  expect(await measure(() => new Float32Array(templates.length).fill(1e9))).toEqual(expected)
  expect(new Set(expected.map(({ template }) => template)).size).toBeGreaterThan(20)
})
