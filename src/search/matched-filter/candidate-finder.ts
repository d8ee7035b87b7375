import { jit } from '../../tensor/index.ts'
import { type Candidate, measureCandidate, windowMargin } from './candidate.ts'
import { blockLength, createCoarseMaxima } from './coarse-maxima.ts'
import { cutPiece, type FilteredPiece, joinPieces, outputsOf, silentPiece } from './filtered-piece.ts'
import type { FrontEnd } from './front-end.ts'
import { snrSeries } from './template-bank.ts'

/** Finds candidates in a stream of filter outputs. */
export interface CandidateFinder {
  /** Takes the next piece and gives the candidates that are certain, in order of time. */
  push(piece: FilteredPiece): Promise<Candidate[]>
  /** Ends the stretch. */
  flush(): Promise<Candidate[]>
  dispose(): Promise<void>
}

export interface CandidateFinderOptions {
  /** Least network SNR. */
  readonly threshold: number
  /** Light travel time between the two detectors and what timing errs, seconds. */
  readonly maximumLag: number
  /** A candidate is the loudest within so many seconds to each side. */
  readonly separation?: number
  readonly threads?: number
}

/** Makes a finder of candidates of two detectors. */
export function createCandidateFinder(
  frontEnd: FrontEnd,
  { threshold, maximumLag, separation = 0.25, threads = 2 }: CandidateFinderOptions,
): CandidateFinder {
  const { bank, detectors } = frontEnd
  const { bandwidth } = bank.band
  const filters = bank.basis.rows
  const templates = bank.templates.length
  const coarse = createCoarseMaxima(frontEnd, { threads })
  const compiled = jit(snrSeries, { threads })
  const weights = frontEnd.weights.map(({ real, imaginary }) => ({ real, imaginary }))
  const held = frontEnd.weights.map(own => own.held)
  const lag = maximumLag * bandwidth
  const margin = windowMargin(lag)
  const samples = blockLength + 2 * margin
  const neighbours = Math.round((separation * bandwidth) / blockLength)
  /** Samples on each side of a block that are needed to judge it. */
  const reach = Math.max((neighbours + 1) * blockLength, Math.ceil(margin / blockLength) * blockLength)
  let kept: FilteredPiece | undefined
  /** First sample whose block has not been judged. */
  let next = 0

  const measure = async (buffer: FilteredPiece, at: number): Promise<Candidate> => {
    const window = { from: at - margin, samples }
    const outputs = weights.map((_, detector) => outputsOf(buffer, detector, filters, window))
    const parts = await Promise.all(weights.map((own, detector) => compiled(own, outputs[detector]!)))
    const [re, im] = [0, 1].map(part => parts.map(pair => pair[part]!.dataAs('float32')))
    return measureCandidate(
      { re: re!, im: im!, samples, templates, held, outputs: outputs.map(values => values.dataAs('float32')) },
      { maximumLag: lag, from: margin, to: margin + blockLength, start: buffer.start + at - margin },
    )
  }

  const judge = async (buffer: FilteredPiece): Promise<Candidate[]> => {
    const maxima = await coarse.run(buffer)
    const blockOf = (sample: number) => (sample - buffer.start - coarse.margin) / blockLength
    const found: Candidate[] = []
    const last = blockOf(buffer.start + buffer.length - reach)
    for (let block = blockOf(next); block < last; block++) {
      const power = maxima[block]!
      if (power < threshold ** 2) continue
      const before = maxima.subarray(Math.max(0, block - neighbours), block)
      const after = maxima.subarray(block + 1, block + 1 + neighbours)
      if (before.some(other => other >= power) || after.some(other => other > power)) continue
      const candidate = await measure(buffer, block * blockLength + coarse.margin)
      if (candidate.snr >= threshold) found.push(candidate)
    }
    next = Math.max(next, buffer.start + coarse.margin + Math.max(0, Math.ceil(last)) * blockLength)
    return found
  }

  const take = async (piece: FilteredPiece): Promise<Candidate[]> => {
    // Before the first and after the last output lies silence: judged like the rest.
    if (kept === undefined) {
      kept = silentPiece(piece.start - reach, reach, detectors * filters)
      next = piece.start
    }
    const buffer = joinPieces(kept, piece, detectors * filters)
    const found = await judge(buffer)
    const from = Math.max(0, Math.floor((next - reach - buffer.start) / blockLength) * blockLength)
    kept = cutPiece(buffer, from, detectors * filters)
    return found
  }

  return {
    push: piece => (piece.length === 0 ? Promise.resolve([]) : take(piece)),
    async flush() {
      if (kept === undefined) return []
      const found = await take(silentPiece(kept.start + kept.length, reach + blockLength, detectors * filters))
      kept = undefined
      return found
    },
    async dispose() {
      await Promise.all([coarse.dispose(), compiled.dispose()])
    },
  }
}
