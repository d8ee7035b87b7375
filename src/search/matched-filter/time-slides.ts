import { ahead, builtUrl, QuadrupoleError, type WorkerPool, workerTask } from '../../core/index.ts'
import { intersection, type Stretch } from '../background/spans.ts'
import type { Candidate } from './candidate.ts'
import type { CandidateRules } from './candidate-finder.ts'
import type { SlidesRequest, searchSlides } from './search-slides.ts'
import type { BlockRange, SlideSide } from './slide-side.ts'

/** What a time slide gave. */
export interface SlideCandidates {
  /** How many blocks later than the first detector the second is read, each from its own first block on. */
  readonly slide: number
  /** Pairs of blocks that were searched: this many times `blockLength` samples are its livetime. */
  readonly pairs: number
  /** In order of time, which is that of the first detector; lags are what remains beside the slide. */
  readonly candidates: readonly Candidate[]
}

/** Pairs of blocks whose detectors both count in a slide. */
export function slidePairs(first: SlideSide, second: SlideSide, slide: number): number {
  const stretches = (ranges: readonly BlockRange[], shift: number): Stretch[] =>
    ranges.map(({ from, to }) => ({ start: BigInt(from + shift), end: BigInt(to + shift) }))
  const common = intersection(stretches(first.live, 0), stretches(second.live, -slide))
  return Number(common.reduce((sum, { start, end }) => sum + end - start, 0n))
}

/** Pairs of blocks that one task searches, if no single slide has more. */
const taskPairs = 2 ** 20

/**
 * Searches time slides of two detectors, of one stretch or of two: the candidates that the search of the strain at that
 * alignment would find, measured in the same way, so that slide 0 of one stretch gives its zero lag to the bit. Only what
 * blocks of the two detectors come to together is computed for each slide.
 *
 * @throws `argument` for sides of different banks.
 */
export async function* searchTimeSlides(
  pool: WorkerPool,
  [first, second]: readonly [SlideSide, SlideSide],
  { slides, rules }: { readonly slides: readonly number[]; readonly rules: CandidateRules },
): AsyncGenerator<SlideCandidates, void, undefined> {
  const shapes = [first, second].map(({ weights }) => [weights.templates, weights.real.length])
  if (shapes[0]!.join() !== shapes[1]!.join())
    throw new QuadrupoleError(
      'argument',
      `search.searchTimeSlides: expected two detectors filtered with one bank, got ${shapes[0]![0]} and ${shapes[1]![0]} templates`,
    )
  const tasks: number[][] = []
  let room = 0
  for (const slide of slides) {
    const pairs = Math.max(1, Math.min(first.blocks, second.blocks - slide) - Math.max(0, -slide))
    if (pairs > room || tasks.length === 0) {
      tasks.push([])
      room = Math.max(pairs, taskPairs)
    }
    tasks.at(-1)!.push(slide)
    room -= pairs
  }
  const source = tasks[Symbol.iterator]()
  // Results wait for those before them, so there is more under way than threads.
  const results = ahead({ [Symbol.asyncIterator]: () => ({ next }) }, 2 * pool.size)
  for await (const each of results) yield* each

  async function next(): Promise<IteratorResult<SlideCandidates[]>> {
    const { done, value } = source.next()
    if (done) return { done, value: undefined }
    return { value: await pool.run(searchSlidesTask, { first, second, slides: value, rules }) }
  }
}

const searchSlidesTask = workerTask<SlidesRequest, ReturnType<typeof searchSlides>>(
  builtUrl(import.meta.url, './search-slides.js'),
  'searchSlides',
)
