import { builtUrl, workerTask } from '../../core/index.ts'
import type { SearchBand } from './band.ts'
import { blockLength, firstTemplates, type SharedWeights, sharedWeights } from './block-powers.ts'
import type { Candidate } from './candidate.ts'
import { type DetectorOutputs, type FilteredPiece, joinPieces } from './filtered-piece.ts'
import type { FrontEnd } from './front-end.ts'
import { type findLoudBlocks, type LoudBlock, type LoudBlocksRequest, loudestBlocks } from './loud-blocks.ts'
import { type MeasureRequest, type measurePlaces, type Place, placeMargin } from './measure-places.ts'

const findLoudBlocksTask = workerTask<LoudBlocksRequest, ReturnType<typeof findLoudBlocks>>(
  builtUrl(import.meta.url, './loud-blocks.js'),
  'findLoudBlocks',
)
const measurePlacesTask = workerTask<MeasureRequest, ReturnType<typeof measurePlaces>>(
  builtUrl(import.meta.url, './measure-places.js'),
  'measurePlaces',
)

/** Finds candidates in a stream of filter outputs. */
export interface CandidateFinder {
  /**
   * Takes the next piece and gives the candidates that are certain, in order of time. Nothing is kept of the piece; the
   * next is only to be given when this one's candidates are there.
   */
  push(piece: FilteredPiece): Promise<Candidate[]>
  /** Ends the stretch; the next piece begins another. */
  flush(): Promise<Candidate[]>
}

export interface CandidateFinderOptions {
  /** Least network SNR. */
  readonly threshold: number
  /** Light travel time between the two detectors and what timing errs, seconds. */
  readonly maximumLag: number
  /** A candidate is the loudest within so many seconds to each side. */
  readonly separation?: number
}

/** Part of the threshold at which triggers make a place be measured: other templates may be as much louder there. */
const triggerShare = 0.97

/** Least power of triggers in a block that is measured for candidates of a network SNR. */
export const triggerPower = (threshold: number): number => (triggerShare * threshold) ** 2

/** What candidates are, in samples and blocks. */
export interface CandidateRules {
  readonly threshold: number
  /** `triggerPower` */
  readonly least: number
  readonly maximumLag: number
  /** Blocks to each side that a candidate's is the loudest of. */
  readonly neighbours: number
}

export function candidateRules(
  { bandwidth }: SearchBand,
  { threshold, maximumLag, separation = 0.25 }: CandidateFinderOptions,
): CandidateRules {
  return {
    threshold,
    least: triggerPower(threshold),
    maximumLag: maximumLag * bandwidth,
    neighbours: Math.round((separation * bandwidth) / blockLength),
  }
}

/** Blocks that one task looks at, and places that one measures. */
const taskBlocks = 384
const taskPlaces = 8

/** A stretch as far as it is known. */
interface Stretch {
  /** First sample of block 0. */
  readonly origin: number
  /** Outputs that are needed still. */
  readonly pieces: readonly FilteredPiece[]
  /** The first block that has not been looked at, and the first that has not been judged. */
  readonly unseen: number
  readonly unjudged: number
  /** Loud blocks that those not judged may have to give way to, and those themselves. */
  readonly loud: readonly LoudBlock[]
}

/** Makes a finder of candidates of two detectors, whose work the threads of the front end's pool share. */
export function createCandidateFinder(frontEnd: FrontEnd, options: CandidateFinderOptions): CandidateFinder {
  const { bank, detectors, pool } = frontEnd
  const { threshold, least, maximumLag, neighbours } = candidateRules(bank.band, options)
  const filters = bank.basis.rows
  const weights = frontEnd.weights.map(sharedWeights) as [SharedWeights, SharedWeights]
  const margin = placeMargin(maximumLag)
  const triggers = weights.map(own => firstTemplates(own, bank.triggers)) as [SharedWeights, SharedWeights]
  let stretch: Stretch | undefined

  const outputsOf = (pieces: readonly FilteredPiece[]) =>
    [0, 1].map(detector => ({ pieces, detector, filters })) as [DetectorOutputs, DetectorOutputs]

  const look = async ({ pieces, origin, unseen }: Stretch, to: number): Promise<LoudBlock[]> => {
    const request = { outputs: outputsOf(pieces), weights: triggers, origin, least }
    const starts = Array.from({ length: Math.ceil((to - unseen) / taskBlocks) }, (_, i) => unseen + i * taskBlocks)
    const tasks = starts.map(from => ({ ...request, from, to: Math.min(to, from + taskBlocks) }))
    return (await pool.map(findLoudBlocksTask, tasks)).flat()
  }

  const measure = async ({ pieces, origin }: Stretch, blocks: readonly LoudBlock[]): Promise<Candidate[]> => {
    const places = blocks.map(({ block }): Place => {
      const sample = origin + block * blockLength
      return [sample, sample]
    })
    const request = { outputs: outputsOf(pieces), weights, maximumLag, threshold }
    const starts = Array.from({ length: Math.ceil(places.length / taskPlaces) }, (_, i) => i * taskPlaces)
    const tasks = starts.map(from => ({ ...request, places: places.slice(from, from + taskPlaces) }))
    return (await pool.map(measurePlacesTask, tasks)).flat()
  }

  /** Goes on as far as the pieces allow, or to their end. */
  const advance = async (state: Stretch, isLast: boolean): Promise<Candidate[]> => {
    const { origin, pieces } = state
    const end = pieces.at(-1)!.start + pieces.at(-1)!.length
    // A block is seen with its neighbours, and judged with all that it may have to give way to.
    const to = isLast ? Math.ceil((end - origin) / blockLength) : Math.floor((end - origin) / blockLength) - 1
    const unseen = Math.max(state.unseen, to)
    const loud = [...state.loud, ...(await look(state, to))]
    const sure = isLast ? to : Math.min(unseen - neighbours, Math.floor((end - margin - origin) / blockLength))
    const unjudged = Math.max(state.unjudged, sure)
    const found = await measure(
      state,
      loudestBlocks(loud, neighbours).filter(({ block }) => block >= state.unjudged && block < unjudged),
    )
    const from = origin + Math.min(unseen - 1, unjudged - Math.ceil(margin / blockLength)) * blockLength
    stretch = {
      origin,
      pieces: [joinPieces(pieces, { rows: detectors * filters, from })],
      unseen,
      unjudged,
      loud: loud.filter(({ block }) => block >= unjudged - neighbours),
    }
    return found
  }

  return {
    async push(piece) {
      if (piece.length === 0) return []
      const state = stretch ?? { origin: piece.start, pieces: [], unseen: 0, unjudged: 0, loud: [] }
      return advance({ ...state, pieces: [...state.pieces, piece] }, false)
    },
    async flush() {
      if (stretch === undefined) return []
      const found = await advance(stretch, true)
      stretch = undefined
      return found
    },
  }
}

/** What a candidate would be like in each block of a span of samples, as far as pieces hold what it is measured by. */
export async function measureBetween(
  { bank, weights, pool }: FrontEnd,
  pieces: readonly FilteredPiece[],
  { maximumLag, from, to }: { readonly maximumLag: number; readonly from: number; readonly to: number },
): Promise<Candidate[]> {
  const outputs = [0, 1].map(detector => ({ pieces, detector, filters: bank.basis.rows }))
  const places = Array.from({ length: Math.floor((to - from) / blockLength) }, (_, i): Place => {
    const sample = from + i * blockLength
    return [sample, sample]
  })
  return pool.run(measurePlacesTask, {
    outputs: outputs as unknown as [DetectorOutputs, DetectorOutputs],
    weights: weights.map(sharedWeights) as [SharedWeights, SharedWeights],
    places,
    maximumLag: maximumLag * bank.band.bandwidth,
  })
}
