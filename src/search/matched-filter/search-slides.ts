import { blockLength } from './block-powers.ts'
import type { CandidateRules } from './candidate-finder.ts'
import { loudestBlocks } from './loud-blocks.ts'
import { loudPairs } from './loud-pairs.ts'
import { type FillWindow, measureAt, type Place } from './measure-places.ts'
import { type BlockRange, pairBounds, type SlideSide, sideWindow } from './slide-side.ts'
import { type SlideCandidates, slidePairs } from './time-slides.ts'

/** Slides that a thread is to search. */
export interface SlidesRequest {
  readonly first: SlideSide
  readonly second: SlideSide
  readonly slides: readonly number[]
  readonly rules: CandidateRules
}

/** Searches some slides. */
export async function searchSlides({ first, second, slides, rules }: SlidesRequest): Promise<SlideCandidates[]> {
  const { threshold, least, neighbours, maximumLag } = rules
  const fillFrom = (side: SlideSide): FillWindow => {
    return (into, window) => sideWindow(side, into, window)
  }
  const blockOf = ({ origin }: SlideSide, sample: number): number => Math.floor((sample - origin) / blockLength)
  const bounds = ([one, two]: Place) => pairBounds(first, blockOf(first, one), second, blockOf(second, two))
  const loud = loudPairs(first, second, { slides, least })
  const results: SlideCandidates[] = []
  for (const [i, slide] of slides.entries()) {
    const counts = (block: number) => isIn(first.live, block) && isIn(second.live, block + slide)
    const places = loudestBlocks(loud[i]!, neighbours)
      .filter(({ block }) => [block - 1, block, block + 1].some(counts))
      .map(({ block }): Place => [first.origin + block * blockLength, second.origin + (block + slide) * blockLength])
    const weights = [first.weights, second.weights] as const
    const measured = await measureAt(places, [fillFrom(first), fillFrom(second)], {
      weights,
      maximumLag,
      threshold,
      bounds,
    })
    // Its time may lie in a block beside the loud one.
    const candidates = measured.filter(({ sample }) => counts(blockOf(first, sample)))
    results.push({ slide, pairs: slidePairs(first, second, slide), candidates })
  }
  return results
}

const isIn = (ranges: readonly BlockRange[], block: number): boolean =>
  ranges.some(({ from, to }) => block >= from && block < to)
