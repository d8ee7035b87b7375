import { foldIn, integers, type Key, QuadrupoleError, randomKey } from '../../core/index.ts'
import { type NoiseModel, noiseModel } from '../../data/index.ts'
import type { Span } from '../../gw/index.ts'
import { readPriorSet } from '../../priors/index.ts'
import { designPsd, measuredPsd, type NamedPsd } from '../training/noise-curves.ts'
import { type ChallengeInjection, pieceInjections } from './piece-injections.ts'
import { challengePieces, type PiecesOptions } from './pieces.ts'

/** The detectors of the challenge. */
export const challengeDetectors = ['H1', 'L1'] as const

/** Hz. */
export const challengeSampleRate = 2048

const curvesOfEach = 20

export interface ChallengePlanOptions extends PiecesOptions {
  /** Which of the challenge's data sets: 1 has one analytic PSD and no spins, 2 has measured PSDs and aligned spins. */
  readonly set: 1 | 2
  /** From 0 to 2^53 - 1; another seed has other noise, other injections and, in set 2, other PSDs. */
  readonly seed: number
}

/** A data set of the challenge, all decided and nothing made yet. */
export interface ChallengePlan {
  readonly set: 1 | 2
  readonly seed: number
  /** When there are data, of both detectors. */
  readonly pieces: readonly Span[]
  /** Of each piece, in order of time. */
  readonly injections: readonly (readonly ChallengeInjection[])[]
  /** Of each detector, in the order of `challengeDetectors`. */
  readonly noise: readonly NoiseModel[]
  /** Where each detector's PSD is from: `aLIGO design`, or the name of a file of `noise-curves/mlgwsc1`. */
  readonly psdNames: readonly string[]
  readonly noiseKey: Key
}

/**
 * Plans data set 1 or 2 of MLGWSC-1 (Schaefer et al., arXiv:2209.11146) for a seed: H1 and L1 at 2048 Hz with Gaussian noise
 * above 15 Hz, and binaries 24 to 30 s apart, none within 30 s of a piece's ends. Set 1 has Advanced LIGO's design noise in
 * both detectors, set 2 one of 20 measured PSDs in each, the same for all of the set.
 *
 * Noise and injections of a piece are functions of set, seed and the piece's place alone: a longer set begins with a shorter one, and
 * different seeds have different keys of noise (the seed is enciphered, which is one to one).
 *
 * @throws `argument` for another set, a seed that is no integer from 0 to 2^53 - 1, or what `challengePieces` refuses.
 *
 * @example
 * const plan = await challengePlan({ set: 1, seed: 7, durationSeconds: 86_400 })
 */
export async function challengePlan({ set, seed, ...times }: ChallengePlanOptions): Promise<ChallengePlan> {
  if (set !== 1 && set !== 2)
    throw new QuadrupoleError('argument', `search.challengePlan: expected data set 1 or 2, got ${set}`)
  const pieces = challengePieces(times)
  const prior = await readPriorSet(`mlgwsc1-set${set}`)
  const keyOf = (what: string) => foldIn(randomKey(`mlgwsc1 set ${set} ${what}`), seed)
  const curves = set === 1 ? challengeDetectors.map(() => designPsd) : await measuredCurves(keyOf('psds'))
  const injectionKey = keyOf('injections')
  return {
    set,
    seed,
    pieces,
    injections: pieces.map(piece => pieceInjections(injectionKey, piece, prior)),
    noise: curves.map(({ psd }) => noiseModel({ psd, sampleRate: challengeSampleRate })),
    psdNames: curves.map(({ name }) => name),
    noiseKey: keyOf('noise'),
  }
}

const measuredCurves = (key: Key): Promise<NamedPsd[]> => {
  const chosen = integers(key, challengeDetectors.length, { high: curvesOfEach })
  return Promise.all(challengeDetectors.map((detector, i) => measuredPsd(detector, chosen[i]!)))
}
