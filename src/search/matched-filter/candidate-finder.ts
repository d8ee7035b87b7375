import { jit, matmul, Tensor } from '../../tensor/index.ts'
import { type Candidate, measureCandidate, windowMargin } from './candidate.ts'
import { blockLength, createCoarseMaxima } from './coarse-maxima.ts'
import { type FilteredPiece, type FrontEnd, joinPieces } from './front-end.ts'

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

type Weights = { readonly real: Tensor; readonly imaginary: Tensor }

const snrSeries = ({ real, imaginary }: Weights, outputs: Tensor): readonly [Tensor, Tensor] => [
  matmul(real, outputs),
  matmul(imaginary, outputs),
]

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
  const weights = frontEnd.weights.map(({ real, imaginary }) => ({
    real: Tensor.of(real, [templates, 2 * filters]),
    imaginary: Tensor.of(imaginary, [templates, 2 * filters]),
  }))
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
    const parts = await Promise.all(
      weights.map((own, detector) => {
        const rows = new Float32Array(2 * filters * samples)
        for (const [part, from] of [buffer.re, buffer.im].entries())
          for (let row = 0; row < filters; row++) {
            const begin = (detector * filters + row) * buffer.length + at - margin
            rows.set(from.subarray(begin, begin + samples), (part * filters + row) * samples)
          }
        return compiled(own, Tensor.of(rows, [2 * filters, samples]))
      }),
    )
    const [re, im] = [0, 1].map(part => parts.map(pair => pair[part]!.dataAs('float32')))
    return measureCandidate(
      { re: re!, im: im!, samples, templates },
      { maximumLag: lag, from: margin, to: margin + blockLength, start: buffer.start + at - margin },
    )
  }

  const judge = async (buffer: FilteredPiece): Promise<Candidate[]> => {
    const maxima = await coarse.run({ ...buffer, re: buffer.re as Float32Array, im: buffer.im as Float32Array })
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
      kept = silence(piece.start - reach, reach, detectors * filters)
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
      const found = await take(silence(kept.start + kept.length, reach + blockLength, detectors * filters))
      kept = undefined
      return found
    },
    async dispose() {
      await Promise.all([coarse.dispose(), compiled.dispose()])
    },
  }
}

const silence = (start: number, length: number, rows: number): FilteredPiece => ({
  re: new Float32Array(rows * length),
  im: new Float32Array(rows * length),
  length,
  start,
})

function cutPiece({ re, im, length, start }: FilteredPiece, from: number, rows: number): FilteredPiece {
  const cut = (values: FilteredPiece['re']) => {
    const all = new Float32Array(rows * (length - from))
    for (let row = 0; row < rows; row++)
      all.set(values.subarray(row * length + from, (row + 1) * length), row * (length - from))
    return all
  }
  return { re: cut(re), im: cut(im), length: length - from, start: start + from }
}
