import { QuadrupoleError, type WorkerPool } from '../../core/index.ts'
import { fillNoise, fillNoiseTask, sampleNumberFrom } from '../../data/index.ts'
import type { GpsTime, Span } from '../../gw/index.ts'
import { addSignal, createMergerSignals, isAmong } from '../recovery/merger-signals.ts'
import { type ChallengePlan, challengeDetectors } from './plan.ts'

/** Blocks of strain that are kept, of 112 s each. */
const keptBlocks = 3

export interface ChallengeStrainOptions {
  /** Whether the injections are in it: foreground, or the same noise without them. */
  readonly withSignals: boolean
  /** Makes the strain in these threads; in the calling one without. The bits are the same. */
  readonly pool?: WorkerPool
}

/** What strain is made from: of a data set of the challenge, or for training. */
export type StrainPlan = Pick<ChallengePlan, 'pieces' | 'injections' | 'noise' | 'noiseKey'>

/** Strain of a planned data set, made when it is read. */
export interface ChallengeStrain {
  readonly detectors: readonly string[]
  /** Hz. */
  readonly sampleRate: number
  /** The times of which there are data. */
  readonly pieces: readonly Span[]
  /**
   * The samples of all detectors within a span, `[detectors, samples]`, float64. Whatever span is asked for, a sample has the same
   * bits. Reading on from the end of the last span is fastest.
   *
   * @throws `argument` for a span that does not lie in one of the pieces, or without samples.
   */
  read(span: Span): Promise<Float64Array>
}

/**
 * The strain of a data set of the challenge: noise, and if asked the signals that overlap, IMRPhenomD from 20 Hz on in place of
 * the challenge's IMRPhenomXPHM restricted to its 22 mode. Strain is made in blocks that lie on one grid for all time and
 * a few are kept, so that memory is bounded however much is read.
 *
 * @example
 * const strain = challengeStrain(plan, { withSignals: true })
 * const { start } = plan.pieces[0]!
 * await strain.read({ start, end: start.plus(64) })
 */
export function challengeStrain(plan: StrainPlan, { withSignals, pool }: ChallengeStrainOptions): ChallengeStrain {
  const { blockLength, sampleRate } = plan.noise[0]!
  const injections = withSignals ? plan.injections.flat() : []
  const sampleOf = (time: GpsTime): number => sampleNumberFrom(time, sampleRate)
  const signals = createMergerSignals({ detectors: challengeDetectors, sampleRate, pool })
  const blocks = new Map<number, Promise<Float64Array>>()

  const makeBlock = async (index: number): Promise<Float64Array> => {
    const rows = new Float64Array(new SharedArrayBuffer(8 * challengeDetectors.length * blockLength))
    const firstSample = index * blockLength
    await Promise.all(
      challengeDetectors.map((detector, i) => {
        const out = rows.subarray(i * blockLength, (i + 1) * blockLength)
        const request = { model: plan.noise[i]!, key: plan.noiseKey, detector, firstSample, out }
        return pool ? pool.run(fillNoiseTask, request) : fillNoise(request)
      }),
    )
    const block = { first: firstSample, count: blockLength, sampleRate }
    for (const signal of await signals(injections.filter(injection => isAmong(injection, block))))
      addSignal(rows, signal, { firstSample, detectors: challengeDetectors.length })
    return rows
  }

  const blockAt = (index: number): Promise<Float64Array> => {
    const block = blocks.get(index) ?? makeBlock(index)
    // The last used comes last, and the first goes.
    blocks.delete(index)
    blocks.set(index, block)
    for (const old of [...blocks.keys()].slice(0, -keptBlocks)) blocks.delete(old)
    return block
  }

  return {
    detectors: challengeDetectors,
    sampleRate,
    pieces: plan.pieces,
    async read(span) {
      requireInside(plan, span)
      const first = sampleOf(span.start)
      const samples = sampleOf(span.end) - first
      if (samples <= 0)
        throw new QuadrupoleError(
          'argument',
          `search.challengeStrain: no sample lies in GPS ${span.start} to ${span.end}`,
        )
      const out = new Float64Array(challengeDetectors.length * samples)
      for (let done = 0; done < samples; ) {
        const index = Math.floor((first + done) / blockLength)
        const from = first + done - index * blockLength
        const count = Math.min(blockLength - from, samples - done)
        const block = await blockAt(index)
        for (let i = 0; i < challengeDetectors.length; i++)
          out.set(block.subarray(i * blockLength + from, i * blockLength + from + count), i * samples + done)
        done += count
      }
      return out
    },
  }
}

function requireInside({ pieces }: StrainPlan, { start, end }: Span): void {
  const isInside = pieces.some(
    piece => piece.start.nanoseconds <= start.nanoseconds && end.nanoseconds <= piece.end.nanoseconds,
  )
  if (!isInside)
    throw new QuadrupoleError(
      'argument',
      `search.challengeStrain: GPS ${start} to ${end} does not lie in one of the ${pieces.length} pieces of the data set`,
    )
}
