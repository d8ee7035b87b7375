import { builtUrl, type WorkerPool, workerTask } from '../../core/index.ts'
import { blockLength, type SharedWeights, sharedWeights } from './block-powers.ts'
import { triggerPower } from './candidate-finder.ts'
import type { FillRequest, fillBlocks } from './fill-side.ts'
import type { FilteredPiece, SampleRange } from './filtered-piece.ts'
import type { FrontEnd } from './front-end.ts'

/** Blocks from one to before another. */
export interface BlockRange {
  readonly from: number
  readonly to: number
}

/** One detector's outputs over a stretch, ready to be slid along another's: plain data in memory that threads share. */
export interface SlideSide {
  /** Outputs block by block, the real parts above the imaginary ones: `[blocks, 2 filters, blockLength]`. */
  readonly outputs: Float32Array
  readonly weights: SharedWeights
  /** First sample of block 0. */
  readonly origin: number
  readonly blocks: number
  /** The blocks that count, in order and apart. */
  readonly live: readonly BlockRange[]
  /** Which of the templates trigger, from the first on. */
  readonly triggers: number
  /** Loudest power of each trigger in each block, `[blocks + 2, triggers]`: silence before the first and after the last. */
  readonly triggerPowers: Float32Array
  /**
   * The same in steps, `[blocks, columns]`, rounded up and at most 255; of the second detector the loudest of the block and its
   * neighbours. A loud block has a trigger whose two numbers of steps come to `leastSteps`.
   */
  readonly steps: Uint8Array
  /** The same of every template, `[blocks + 4, templates]`: two of silence at each end. */
  readonly powers: Float32Array
}

/** Steps of the least power of triggers. */
export const leastSteps = 200

/** Bytes of a row of steps: a multiple of what the kernel takes at a time. */
export const stepColumns = (templates: number): number => Math.ceil(templates / 16) * 16

export interface SlideSideOptions {
  /** Which detector's: the first stands still, the second is slid. */
  readonly detector: 0 | 1
  /** Least network SNR of candidates. */
  readonly threshold: number
  /** Samples that candidates may lie in; all unless given. Blocks that lie in it in part don't count. */
  readonly counted?: SampleRange
  /** Samples that are cut out, such as those around known events: every block that has one of them is silence. */
  readonly excluded?: readonly SampleRange[]
}

/**
 * Makes one detector of a stretch ready for time slides, from the pieces that the front end gave of it, which aren't needed
 * after. Samples at the end that are no whole block are left out.
 */
export async function slideSide(
  { bank, pool, weights: all }: FrontEnd,
  pieces: readonly FilteredPiece[],
  { detector, threshold, counted, excluded = [] }: SlideSideOptions,
): Promise<SlideSide> {
  const weights = sharedWeights(all[detector]!)
  const origin = pieces[0]?.start ?? 0
  const blocks = Math.floor(pieces.reduce((sum, { length }) => sum + length, 0) / blockLength)
  const isCut = blocksIn(excluded, origin, blocks, 'touched')
  const isCounted = counted ? blocksIn([counted], origin, blocks, 'inside') : new Uint8Array(blocks).fill(1)
  const cut = rangesOf(isCut)
  const silenced = cut.map(({ from, to }) => ({ from: origin + from * blockLength, to: origin + to * blockLength }))
  const { templates } = weights
  const { triggers } = bank
  const columns = 2 * bank.basis.rows
  const share = (length: number) => new Float32Array(new SharedArrayBuffer(4 * length))
  const side: SlideSide = {
    outputs: share(blocks * blockLength * columns),
    weights,
    origin,
    blocks,
    live: rangesOf(isCounted.map((counts, block) => (counts && !isCut[block] ? 1 : 0))),
    triggers,
    triggerPowers: share((blocks + 2) * triggers),
    steps: new Uint8Array(new SharedArrayBuffer(blocks * stepColumns(triggers))),
    powers: share((blocks + 4) * templates),
  }
  const outputs = { pieces, detector, filters: bank.basis.rows, silenced }
  await fillSide(pool, { side, outputs, isSecond: detector === 1, least: triggerPower(threshold) })
  return side
}

/** Which blocks have some of the samples, or none but those. */
function blocksIn(
  ranges: readonly SampleRange[],
  origin: number,
  blocks: number,
  which: 'touched' | 'inside',
): Uint8Array {
  const marks = new Uint8Array(blocks)
  const [first, last] = which === 'touched' ? [Math.floor, Math.ceil] : [Math.ceil, Math.floor]
  for (const { from, to } of ranges)
    if (to > from) marks.fill(1, ...clipped(first((from - origin) / blockLength), last((to - origin) / blockLength)))
  return marks

  // A negative place would count from the end.
  function clipped(start: number, end: number): [number, number] {
    return [Math.max(0, start), Math.max(0, end)]
  }
}

/** The runs of what is marked. */
function rangesOf(marks: Uint8Array): BlockRange[] {
  const ranges: BlockRange[] = []
  for (let from = marks.indexOf(1); from >= 0; ) {
    const end = marks.indexOf(0, from)
    const to = end < 0 ? marks.length : end
    ranges.push({ from, to })
    from = marks.indexOf(1, to)
  }
  return ranges
}

/** Blocks that one task fills. */
const taskBlocks = 768

async function fillSide(pool: WorkerPool, request: Omit<FillRequest, 'from' | 'to'>): Promise<void> {
  const { blocks } = request.side
  const starts = Array.from({ length: Math.ceil(blocks / taskBlocks) }, (_, i) => i * taskBlocks)
  await pool.map(
    fillTask,
    starts.map(from => ({ ...request, from, to: Math.min(blocks, from + taskBlocks) })),
  )
}

const fillTask = workerTask<FillRequest, ReturnType<typeof fillBlocks>>(
  builtUrl(import.meta.url, './fill-side.js'),
  'fillBlocks',
)

/** Writes samples of a side from one of the series on, `[2 filters, samples]`; beyond its ends all is zero. */
export function sideWindow(
  { outputs, origin, blocks }: SlideSide,
  into: Float32Array,
  { from, samples }: { readonly from: number; readonly samples: number },
): void {
  const rows = into.length / samples
  const start = from - origin
  if (start < 0 || start + samples > blocks * blockLength) into.fill(0)
  for (let block = Math.floor(start / blockLength); block * blockLength < start + samples; block++) {
    if (block < 0 || block >= blocks) continue
    // Samples of the block that lie in the window.
    const first = Math.max(0, start - block * blockLength)
    const last = Math.min(blockLength, start + samples - block * blockLength)
    const shift = block * blockLength - start
    for (let row = 0; row < rows; row++) {
      const source = (block * rows + row) * blockLength
      const target = row * samples + shift
      for (let t = first; t < last; t++) into[target + t] = outputs[source + t]!
    }
  }
}

/**
 * Of each template, what no pair of samples in a block of one detector or beside it, and in a block of the other, or a lag
 * away, exceeds together.
 */
export function pairBounds(first: SlideSide, i: number, second: SlideSide, j: number): Float32Array {
  const { templates } = first.weights
  const bounds = new Float32Array(templates)
  // In the tables two rows of silence lie before block 0.
  for (let k = 0; k < templates; k++) {
    bounds[k] = largestOf(first.powers, k + (i + 1) * templates, templates, 3)
    bounds[k]! += largestOf(second.powers, k + j * templates, templates, 5)
  }
  return bounds
}

/** The largest of `count` values that lie `stride` apart. */
function largestOf(values: Float32Array, from: number, stride: number, count: number): number {
  let largest = values[from]!
  for (let n = 1; n < count; n++) {
    const value = values[from + n * stride]!
    if (value > largest) largest = value
  }
  return largest
}
