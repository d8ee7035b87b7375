import { QuadrupoleError, type WorkerPool } from '../../core/index.ts'
import type { GpsTime, Span } from '../../gw/index.ts'
import { blockLength } from '../matched-filter/block-powers.ts'
import type { Candidate } from '../matched-filter/candidate.ts'
import { type CandidateFinderOptions, candidateRules } from '../matched-filter/candidate-finder.ts'
import type { FilteredPiece, SampleRange } from '../matched-filter/filtered-piece.ts'
import { type SlideSide, slideSide } from '../matched-filter/slide-side.ts'
import { searchTimeSlides, slidePairs } from '../matched-filter/time-slides.ts'
import { type FilteredBlock, filteredPieces, type TimedCandidate } from './candidate-search.ts'

/** One detector of a block of strain, filtered and in memory, ready to be slid along another. */
export interface SlidBlock {
  readonly side: SlideSide
  readonly detector: 0 | 1
  /** Of sample 0 of the band's series. */
  readonly start: GpsTime
  readonly band: FilteredBlock['frontEnd']['bank']['band']
  readonly threshold: number
}

export interface SlidBlockOptions {
  /** Least network SNR of candidates. */
  readonly threshold: number
  /** Times that are cut out of each detector, such as those of known events; what is gated in a block is cut out too. */
  readonly excluded?: readonly [readonly Span[], readonly Span[]]
}

/**
 * Filters a block of strain and makes both of its detectors ready for time slides: some 330 kB a second of strain and
 * detector for a basis of 60 filters and 200 templates. The times of the block count, but for what is cut out and what
 * whitening can't see whole at an end of strain, to whole blocks of `blockLength` samples of the band's series.
 *
 * @example
 * for await (const block of search.blocks(stretch)) {
 *   const [h1, l1] = await slidBlock(block, { threshold: 6 })
 *   for await (const { candidates } of slideCandidates(pool, [h1, l1], { threshold: 6, maximumLag, stepSeconds: 1 })) …
 * }
 */
export async function slidBlock(
  block: FilteredBlock,
  { threshold, excluded = [[], []] }: SlidBlockOptions,
): Promise<readonly [SlidBlock, SlidBlock]> {
  const { frontEnd, start, span, strain, sampleRate, gates } = block
  const { band } = frontEnd.bank
  const samples = ((strain.length / 2) * band.bandwidth) / sampleRate
  const samplesOf = (times: Span): SampleRange => ({
    from: times.start.minus(start) * band.bandwidth,
    to: times.end.minus(start) * band.bandwidth,
  })
  const pieces: FilteredPiece[] = []
  for await (const piece of filteredPieces(block)) pieces.push(piece)
  const make = async (detector: 0 | 1): Promise<SlidBlock> => {
    const cut = [...(gates[detector] ?? []), ...excluded[detector]].map(samplesOf)
    const own = samplesOf(span)
    const counted = { from: Math.max(own.from, frontEnd.edge), to: Math.min(own.to, samples - frontEnd.edge) }
    const side = await slideSide(frontEnd, pieces, { detector, threshold, counted, excluded: cut })
    return { side, detector, start, band, threshold }
  }
  const both = [await make(0), await make(1)] as const
  for (const piece of pieces) frontEnd.recycle(piece)
  return both
}

export interface SlideCandidatesOptions extends CandidateFinderOptions {
  /** Seconds from one slide to the next, a multiple of `blockLength` samples of the band's series. */
  readonly stepSeconds: number
  /** How far the detectors stay from their true alignment, seconds: beyond the light travel time and what signals last. */
  readonly minimumShiftSeconds?: number
  /** Slides end when they come to this, seconds; when no block of one detector meets one of the other unless given. */
  readonly livetimeSeconds?: number
}

/** Candidates of one time slide. */
export interface SlidCandidates {
  /** What the time axis of the second detector is moved by, nanoseconds, as in `TimeSlide.shifts`. */
  readonly shift: bigint
  readonly livetimeNanoseconds: bigint
  /** In order of time in the first detector; times are each detector's own. */
  readonly candidates: readonly TimedCandidate[]
}

/**
 * Candidates of the first detector of one block beside the second detector of the same or another, in all slides by multiples
 * of a step, the smallest first: measured as those of zero lag are, which are what a shift of 0 gives.
 *
 * @throws `argument` where the step is no multiple of a block, the threshold not the one that the blocks were made for, or
 * the blocks are not of a first and a second detector.
 */
export async function* slideCandidates(
  pool: WorkerPool,
  blocks: readonly [SlidBlock, SlidBlock],
  options: SlideCandidatesOptions,
): AsyncGenerator<SlidCandidates, void, undefined> {
  const slides = planned(blocks, options)
  const [first, second] = blocks
  const { bandwidth } = first.band
  const sides = [first.side, second.side] as const
  const rules = candidateRules(first.band, options)
  for await (const { slide, pairs, candidates } of searchTimeSlides(pool, sides, { slides, rules })) {
    const later = second.side.origin - first.side.origin + slide * blockLength
    const timed = (candidate: Candidate): TimedCandidate => ({
      ...candidate,
      times: [
        first.start.plus(candidate.sample / bandwidth),
        second.start.plus((candidate.sample + later + candidate.lag) / bandwidth),
      ],
    })
    yield {
      shift: shiftOf(blocks, slide),
      livetimeNanoseconds: nanosecondsOf(pairs * blockLength, bandwidth),
      candidates: candidates.map(timed),
    }
  }
}

const nanosecondsOf = (samples: number, rate: number): bigint => (BigInt(samples) * 1_000_000_000n) / BigInt(rate)

/** Time in the first detector minus time in the second, of what a slide puts side by side. */
function shiftOf([first, second]: readonly [SlidBlock, SlidBlock], slide: number): bigint {
  const samples = first.side.origin - second.side.origin - slide * blockLength
  return first.start.nanoseconds - second.start.nanoseconds + nanosecondsOf(samples, first.band.bandwidth)
}

/** The slides of some blocks in their order. */
function planned(blocks: readonly [SlidBlock, SlidBlock], options: SlideCandidatesOptions): number[] {
  const { threshold, stepSeconds, minimumShiftSeconds = 1, livetimeSeconds = Number.POSITIVE_INFINITY } = options
  const [first, second] = blocks
  const { bandwidth } = first.band
  const fail = (message: string): never => {
    throw new QuadrupoleError('argument', `search.slideCandidates: ${message}`)
  }
  const step = (stepSeconds * bandwidth) / blockLength
  if (!(Number.isInteger(step) && step > 0))
    fail(`expected stepSeconds to be a multiple of ${blockLength / bandwidth} s, got ${stepSeconds}`)
  for (const [i, { detector, threshold: own }] of blocks.entries()) {
    if (detector !== i) fail(`expected a block of the ${i === 0 ? 'first' : 'second'} detector in place ${i}`)
    if (own !== threshold) fail(`expected blocks made for the threshold ${threshold}, got one made for ${own}`)
  }
  const least = nanosecondsOf(Math.ceil(minimumShiftSeconds * bandwidth), bandwidth)
  const slides: number[] = []
  let pairs = 0
  const furthest = Math.max(first.side.blocks, second.side.blocks)
  for (let k = 0; k * step < furthest; k++)
    for (const slide of k === 0 ? [0] : [k * step, -k * step]) {
      if ((pairs * blockLength) / bandwidth >= livetimeSeconds) return slides
      const shift = shiftOf(blocks, slide)
      if (shift < least && -shift < least) continue
      const more = slidePairs(first.side, second.side, slide)
      if (more === 0) continue
      slides.push(slide)
      pairs += more
    }
  return slides
}
