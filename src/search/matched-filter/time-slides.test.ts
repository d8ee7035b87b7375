import { afterAll, describe, expect, test } from 'vitest'
import { GpsTime } from '../../gw/index.ts'
import { slideLivetime } from '../background/slide.ts'
import type { Candidate } from './candidate.ts'
import { candidateRules, createCandidateFinder } from './candidate-finder.ts'
import { type FilteredPiece, joinPieces } from './filtered-piece.ts'
import { createFrontEnd, type FrontEnd } from './front-end.ts'
import { type SlideSide, slideSide } from './slide-side.ts'
import {
  band,
  bank,
  find,
  maximumLag,
  noise,
  openSearch,
  psd,
  sampleRate,
  signal,
} from './testing/two-detector-search.ts'
import { type SlideCandidates, searchTimeSlides, slidePairs } from './time-slides.ts'

const { frontEnd, close } = await openSearch()
const { pool } = frontEnd
afterAll(close)

const threshold = 5
const rules = candidateRules(band, { threshold, maximumLag })
const blockSeconds = 8 / band.bandwidth

/** Filter outputs of strain, given in pieces of some seconds. */
async function piecesOf(strain: Float64Array, seconds = 1000, own: FrontEnd = frontEnd): Promise<FilteredPiece[]> {
  const stream = own.stream()
  const length = strain.length / 2
  const pieces: FilteredPiece[] = []
  for (let at = 0; at < length; at += seconds * sampleRate) {
    const end = Math.min(length, at + seconds * sampleRate)
    const rows = new Float64Array(2 * (end - at))
    for (const i of [0, 1]) rows.set(strain.subarray(i * length + at, i * length + end), i * (end - at))
    pieces.push(await stream.push(rows))
  }
  return [...pieces, await stream.flush()]
}

const sidesOf = (pieces: readonly FilteredPiece[]) =>
  Promise.all(([0, 1] as const).map(detector => slideSide(frontEnd, pieces, { detector, threshold }))) as Promise<
    [SlideSide, SlideSide]
  >

async function slid(sides: readonly [SlideSide, SlideSide], slides: readonly number[]): Promise<SlideCandidates[]> {
  const results: SlideCandidates[] = []
  for await (const result of searchTimeSlides(pool, sides, { slides, rules })) results.push(result)
  return results
}

const quiet = noise(40, 5)
const quietPieces = await piecesOf(quiet)
const quietSides = await sidesOf(quietPieces)

describe('time slides', () => {
  test('of nothing are zero lag, bit for bit, however the stretch was cut', async () => {
    const zeroLag = await find(frontEnd, quiet, { pieceSeconds: [40], threshold })
    expect(zeroLag.length).toBeGreaterThan(5)
    const [result] = await slid(quietSides, [0])
    expect(result).toEqual({ slide: 0, pairs: (40 * band.bandwidth) / 8, candidates: zeroLag })
    const [again] = await slid(await sidesOf(await piecesOf(quiet, 7.25)), [0])
    expect(again).toEqual(result)
  })

  test('are what the search finds in outputs of the second detector that are moved, bit for bit', async () => {
    const whole = joinPieces(quietPieces, { rows: 2 * bank.basis.rows, from: quietPieces[0]!.start })
    const slides = [-900, -41, -1, 3, 64, 1500, 2559, 2560, -2561]
    const results = await slid(quietSides, slides)
    expect(results.map(({ slide }) => slide)).toEqual(slides)
    for (const { slide, candidates, pairs } of results) {
      const [moved, cut] = movedPiece(whole, 8 * slide)
      expect(pairs).toBe(moved.length / 8)
      const finder = createCandidateFinder(frontEnd, { threshold, maximumLag })
      const found = [...(await finder.push(moved)), ...(await finder.flush())]
      // Beyond where the detectors overlap the slide sees what moved outputs have lost.
      const inside = ({ sample }: Candidate) => sample >= cut.from + 200 && sample < cut.to - 200
      expect(candidates.filter(inside)).toEqual(found.filter(inside))
      if (pairs > 1000) expect(candidates.filter(inside).length).toBeGreaterThan(1)
    }
  })

  test('give the same alone and together', async () => {
    const slides = [5, -7, 0, 1000, -64]
    const together = await slid(quietSides, slides)
    for (const [i, slide] of slides.entries()) expect(await slid(quietSides, [slide])).toEqual([together[i]])
  })

  test('find a signal that is later in the second detector in the slide of that delay only', async () => {
    const seconds = 24
    const strain = new Float64Array(2 * seconds * sampleRate)
    const at = 12.123
    const delay = 160
    const place = (time: number) => ({ distanceMpc: frontEnd.weights[0]!.sensitivities[2]! / 6, at: time, seconds })
    strain.set(signal(bank.templates[2]!, place(at)))
    strain.set(signal(bank.templates[2]!, place(at + delay * blockSeconds + 0.004)), seconds * sampleRate)
    const slides = Array.from({ length: 41 }, (_, i) => 8 * (i - 20))
    const louder = candidateRules(band, { threshold: 7, maximumLag })
    const sides = await sidesOf(await piecesOf(strain))
    const found: SlideCandidates[] = []
    for await (const each of searchTimeSlides(pool, sides, { slides, rules: louder })) found.push(each)
    const [only, ...others] = found.filter(({ candidates }) => candidates.length > 0)
    expect(others).toEqual([])
    expect(only!.slide).toBe(delay)
    expect(only!.candidates).toHaveLength(1)
    const [{ sample, lag, snrs }] = only!.candidates as [Candidate]
    expect(sample / band.bandwidth).toBeCloseTo(at, 3)
    expect(lag / band.bandwidth).toBeCloseTo(0.004, 3)
    for (const snr of snrs) expect(snr).toBeCloseTo(6, 1)
  })

  test('of two stretches weigh each detector by its own noise', async () => {
    const tilted = { ...psd, values: psd.values.map((value, k) => value * (1 + k / 4000)) }
    const make = () => createFrontEnd({ bank, psds: [psd, tilted], sampleRate, pool })
    const [a, b] = [await make(), await make()]
    const other = noise(40, 8)
    const mixed = Float64Array.from(quiet)
    mixed.set(other.subarray(other.length / 2), other.length / 2)
    const expected = await find(a, mixed, { pieceSeconds: [40], threshold })
    const sides = await Promise.all([
      slideSide(a, await piecesOf(quiet, 40, a), { detector: 0, threshold }),
      slideSide(b, await piecesOf(other, 40, b), { detector: 1, threshold }),
    ])
    const [result] = await slid(sides, [0])
    expect(expected.length).toBeGreaterThan(3)
    expect(result!.candidates).toEqual(expected)
  })

  test('refuse sides of different banks', async () => {
    const odd = { ...quietSides[1], weights: { ...quietSides[1].weights, templates: 3 } }
    await expect(slid([quietSides[0], odd], [0])).rejects.toThrow(/two detectors filtered with one bank, got \d+ and 3/)
  })
})

/** A piece in which the second detector is read later than the first, as far as there are both; and its place. */
function movedPiece(piece: FilteredPiece, shift: number) {
  const from = Math.max(0, -shift)
  const to = Math.max(from, Math.min(piece.length, piece.length - shift))
  const rows = bank.basis.rows
  const length = to - from
  const moved = { re: new Float32Array(2 * rows * length), im: new Float32Array(2 * rows * length) }
  for (const part of ['re', 'im'] as const)
    for (let row = 0; row < 2 * rows; row++) {
      const at = row * piece.length + from + (row < rows ? 0 : shift)
      moved[part].set(piece[part].subarray(at, at + length), row * length)
    }
  const start = piece.start + from
  return [
    { ...moved, length, start },
    { from: start, to: start + length },
  ] as const
}

describe('times that are cut out', () => {
  const start = quietPieces[0]!.start
  const seconds = (from: number, to: number) => ({ from: from * band.bandwidth, to: to * band.bandwidth })
  const cuts = [
    [seconds(10.01, 11), seconds(30, 30.001)],
    [seconds(-5, 2), seconds(10.5, 12), seconds(39.9, 50)],
  ]
  const counted = seconds(1, 38.5)

  test('are taken off the livetime exactly, as are times that do not count', async () => {
    const sides = (await Promise.all(
      ([0, 1] as const).map(detector =>
        slideSide(frontEnd, quietPieces, { detector, threshold, counted, excluded: cuts[detector]! }),
      ),
    )) as [SlideSide, SlideSide]
    const spansOf = ({ live, origin }: SlideSide) =>
      live.map(({ from, to }) => {
        const timeOf = (block: number) => GpsTime.fromSeconds(1000).plus((origin + block * 8) / band.bandwidth)
        return { start: timeOf(from), end: timeOf(to) }
      })
    // 1 s to 38.5 s without two cuts, to whole blocks of 1/64 s.
    expect(sides[0].live).toEqual(
      [
        [1, 10],
        [11, 30],
        [30 + 1 / 64, 38.5],
      ].map(([from, to]) => ({ from: from! * 64 - start / 8, to: to! * 64 - start / 8 })),
    )
    for (const slide of [0, 1, -64, 500, -1234, 2600]) {
      const livetime = slideLivetime(sides.map(spansOf), [0n, BigInt(-slide) * 15_625_000n])
      expect(BigInt(slidePairs(...sides, slide)) * 15_625_000n).toBe(livetime)
      const [result] = await slid(sides, [slide])
      expect(result!.pairs).toBe(slidePairs(...sides, slide))
    }
  })

  test('have no candidates, nor leave anything of what was there', async () => {
    const loud = Float64Array.from(quiet)
    const half = loud.length / 2
    const glitch = signal(bank.templates[1]!, {
      distanceMpc: frontEnd.weights[0]!.sensitivities[1]! / 60,
      at: 20,
      seconds: 40,
    })
    for (let n = 0; n < half; n++) loud[half + n]! += glitch[n]!
    const pieces = await piecesOf(loud)
    const sides = (excluded: readonly { from: number; to: number }[]) =>
      Promise.all([
        slideSide(frontEnd, pieces, { detector: 0, threshold }),
        slideSide(frontEnd, pieces, { detector: 1, threshold, excluded }),
      ])
    // The glitch is at 20 s in the second detector, which is beside 19 s to 21 s of the first.
    const slides = [-64, 0, 64]
    const near = (slide: number) => 20 - slide / 64
    const kept = await slid(await sides([]), slides)
    const cut = await slid(await sides([seconds(16, 21)]), slides)
    for (const [i, { slide, candidates, pairs }] of cut.entries()) {
      const isNear = ({ sample }: Candidate, within: number) =>
        Math.abs(sample / band.bandwidth - near(slide) + 1.5) < within
      expect(kept[i]!.candidates.some(each => each.snr > 50 && isNear(each, 2.6))).toBe(true)
      expect(candidates.filter(each => isNear(each, 2.5))).toEqual([])
      expect(Math.max(...candidates.map(({ snr }) => snr))).toBeLessThan(9)
      expect(kept[i]!.pairs - pairs).toBe(5 * 64)
      const away = (each: Candidate) => !isNear(each, 3)
      expect(candidates.filter(away)).toEqual(kept[i]!.candidates.filter(away))
    }
  })

  test('are silent in all that is slid, and nothing else is', async () => {
    for (const detector of [0, 1] as const) {
      const excluded = [seconds(16.01, 17), seconds(30, 30.1)]
      const [cut, whole] = await Promise.all([
        slideSide(frontEnd, quietPieces, { detector, threshold, excluded }),
        slideSide(frontEnd, quietPieces, { detector, threshold }),
      ])
      const isCut = (block: number) => cut.live.every(({ from, to }) => block < from || block >= to)
      const cutBlocks = Array.from({ length: cut.blocks }, (_, block) => block).filter(isCut)
      expect(cutBlocks).toHaveLength(64 + 7)
      const { templates } = cut.weights
      const columns = 8 * 2 * bank.basis.rows
      for (const block of cutBlocks) {
        whole.triggerPowers.fill(0, (block + 1) * whole.triggers, (block + 2) * whole.triggers)
        whole.powers.fill(0, (block + 2) * templates, (block + 3) * templates)
        whole.outputs.fill(0, block * columns, (block + 1) * columns)
      }
      const isSame = (a: Float32Array, b: Float32Array) => a.every((value, i) => value === b[i])
      expect(isSame(cut.triggerPowers, whole.triggerPowers)).toBe(true)
      expect(isSame(cut.powers, whole.powers)).toBe(true)
      expect(isSame(cut.outputs, whole.outputs)).toBe(true)
    }
  })

  test.each([0, 1] as const)(
    'that count are those inside, in detector %i, and what is outside counts as louder',
    async own => {
      const all = (await slid(quietSides, [64]))[0]!.candidates
      const [from, to] = [9, 21].map(each => each * band.bandwidth) as [number, number]
      const sides = (await Promise.all(
        ([0, 1] as const).map(detector =>
          slideSide(frontEnd, quietPieces, { detector, threshold, ...(detector === own && { counted: { from, to } }) }),
        ),
      )) as [SlideSide, SlideSide]
      const [result] = await slid(sides, [64])
      const later = own === 0 ? 0 : 64 * 8
      expect(result!.candidates).toEqual(all.filter(({ sample }) => sample + later >= from && sample + later < to))
      expect(result!.candidates.length).toBeGreaterThan(2)
      expect(result!.candidates.length).toBeLessThan(all.length)
    },
  )
})
