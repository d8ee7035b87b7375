import { afterAll, describe, expect, test } from 'vitest'
import { GpsTime, type Span } from '../../gw/index.ts'
import { slideLivetime } from '../background/slide.ts'
import { bank, maximumLag, noise, openSearch, sampleRate } from '../matched-filter/testing/two-detector-search.ts'
import { strainStretch } from '../strain/stretch.ts'
import { createCandidateSearch, type TimedCandidate } from './candidate-search.ts'
import { type SlidCandidates, type SlideCandidatesOptions, slidBlock, slideCandidates } from './slide-candidates.ts'

const { frontEnd, close } = await openSearch()
const { pool } = frontEnd
afterAll(close)

const seconds = 96
const start = GpsTime.fromSeconds(1_300_000_000)
const span = { start, end: start.plus(seconds) }
const threshold = 5
const search = createCandidateSearch({ bank, pool, settings: { threshold, blockDuration: 48 } })

function stretchOf(seed: number) {
  const strain = noise(seconds, seed)
  const read = async ({ start: from, end }: Span) => {
    const [first, last] = [from, end].map(time => Math.round(time.minus(start) * sampleRate)) as [number, number]
    const rows = new Float64Array(2 * (last - first))
    for (const i of [0, 1])
      rows.set(strain.subarray(i * seconds * sampleRate + first, i * seconds * sampleRate + last), i * (last - first))
    return rows
  }
  return strainStretch({ detectors: ['H1', 'L1'], sampleRate, read }, span)
}

async function all<Item>(source: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = []
  for await (const item of source) items.push(item)
  return items
}

const stretch = stretchOf(3)
const excluded = [[{ start: start.plus(20.3), end: start.plus(22) }], []] as const
const slidBlocks = async (options: Partial<Parameters<typeof slidBlock>[1]> = {}) => {
  const blocks = await all(search.blocks(stretch))
  return Promise.all(blocks.map(block => slidBlock(block, { threshold, ...options })))
}
const [one, two] = (await slidBlocks()) as [
  Awaited<ReturnType<typeof slidBlock>>,
  Awaited<ReturnType<typeof slidBlock>>,
]

const slidesOf = (blocks: Parameters<typeof slideCandidates>[1], options: Partial<SlideCandidatesOptions> = {}) =>
  all<SlidCandidates>(slideCandidates(pool, blocks, { threshold, maximumLag, stepSeconds: 4, ...options }))

/** What counts of each of the two blocks: whole parts of 1/64 s, and neither end of the strain. */
const edge = Math.ceil(frontEnd.edge / 8) / 64
const spanOf = (index: 0 | 1): Span =>
  index === 0
    ? { start: start.plus(edge), end: start.plus(48) }
    : { start: start.plus(48), end: start.plus(seconds - edge) }

describe('candidates of time slides', () => {
  test('at a shift of 0 are those of zero lag', async () => {
    const found = await all<TimedCandidate>(search.candidates(stretch))
    const slides = await Promise.all(
      [one, two].map(blocks => slidesOf(blocks, { minimumShiftSeconds: 0, stepSeconds: 100 })),
    )
    expect(slides.map(each => each.map(({ shift }) => shift))).toEqual([[0n], [0n]])
    expect(found.length).toBeGreaterThan(10)
    const counts = ({ times: [time] }: TimedCandidate) =>
      time.minus(start) >= edge && time.minus(start) < seconds - edge
    expect(slides.flatMap(each => each[0]!.candidates)).toEqual(found.filter(counts))
  })

  test('have times of each detector that differ by the shift and the lag, in spans that count', async () => {
    const slides = await slidesOf(one)
    expect(slides).toHaveLength(22)
    expect(slides.slice(0, 3).map(({ shift }) => shift)).toEqual([-4_000_000_000n, 4_000_000_000n, -8_000_000_000n])
    const candidates = slides.flatMap(({ shift, candidates: own }) => own.map(each => ({ shift, ...each })))
    expect(candidates.length).toBeGreaterThan(50)
    for (const { shift, times, lag } of candidates) {
      const apart = Number(times[1].nanoseconds - times[0].nanoseconds + shift)
      expect(Math.abs(apart / 1e9 - lag / 512)).toBeLessThan(2e-9)
      expect(Math.abs(lag / 512)).toBeLessThan(maximumLag)
      expect(times[0].minus(start)).toBeLessThan(48)
      expect(times[1].minus(start)).toBeGreaterThan(-maximumLag)
    }
  })

  test('have the livetime of planned slides, of one block, of two and of what is left of them', async () => {
    const cut = (await slidBlocks({ excluded }))[0]!
    // Cut to whole blocks of 1/64 s.
    const left = [
      { start: start.plus(edge), end: start.plus(20 + 19 / 64) },
      { start: start.plus(22), end: start.plus(48) },
    ]
    for (const [blocks, spans] of [
      [one, [[spanOf(0)], [spanOf(0)]]],
      [
        [one[0], two[1]],
        [[spanOf(0)], [spanOf(1)]],
      ],
      [
        [two[0], one[1]],
        [[spanOf(1)], [spanOf(0)]],
      ],
      [cut, [left, [spanOf(0)]]],
    ] as const) {
      const slides = await slidesOf(blocks)
      expect(slides.length).toBeGreaterThan(20)
      for (const { shift, livetimeNanoseconds } of slides)
        expect(livetimeNanoseconds).toBe(slideLivetime(spans, [0n, shift]))
    }
    const some = await slidesOf(one, { livetimeSeconds: 100 })
    expect(some.map(({ livetimeNanoseconds }) => Number(livetimeNanoseconds) / 1e9 + edge)).toEqual([44, 44, 40])
  })

  test('refuse steps, thresholds and detectors that don’t fit', async () => {
    await expect(slidesOf(one, { stepSeconds: 0.01 })).rejects.toThrow(/multiple of 0.015625 s, got 0.01/)
    await expect(slidesOf(one, { threshold: 4 })).rejects.toThrow(/made for the threshold 4, got one made for 5/)
    await expect(slidesOf([one[1], one[0]])).rejects.toThrow(/a block of the first detector in place 0/)
  })
})
