import { blockLength, blockWindow, firstTemplates, windowBlocks } from './block-powers.ts'
import type { DetectorOutputs } from './filtered-piece.ts'
import { leastSteps, type SlideSide, stepColumns } from './slide-side.ts'

/** Blocks of a side that a thread is to fill in. */
export interface FillRequest {
  readonly side: SlideSide
  readonly outputs: DetectorOutputs
  readonly isSecond: boolean
  /** Least power of triggers. */
  readonly least: number
  readonly from: number
  readonly to: number
}

/** Fills in all that there is of some blocks. */
export async function fillBlocks({ side, outputs, isSecond, least, from, to }: FillRequest): Promise<void> {
  const { weights, origin, triggers, triggerPowers, powers } = side
  const { templates } = weights
  const looked = blockWindow(outputs, firstTemplates(weights, triggers))
  const all = blockWindow(outputs, weights)
  // A block at each end of a window is there for its neighbour.
  for (let first = from; first < to; first += windowBlocks - 2) {
    const count = Math.min(windowBlocks - 2, to - first)
    for (const window of [looked, all]) window.read(origin + (first - 1) * blockLength)
    const rows = await looked.powers()
    triggerPowers.set(rows.subarray(triggers, (count + 1) * triggers), (first + 1) * triggers)
    fillSteps(side, rows, { first, count, isSecond, scale: leastSteps / least })
    powers.set((await all.powers()).subarray(templates, (count + 1) * templates), (first + 2) * templates)
    fillOutputs(side, all.outputs, { first, count })
  }
}

/** Steps of the blocks of a window but for its first and last, of which the blocks of the side from `first` on are. */
function fillSteps(
  { steps, triggers }: SlideSide,
  rows: Float32Array,
  {
    first,
    count,
    isSecond,
    scale,
  }: { readonly first: number; readonly count: number; readonly isSecond: boolean; readonly scale: number },
): void {
  const columns = stepColumns(triggers)
  for (let row = 1; row <= count; row++)
    for (let k = 0; k < triggers; k++) {
      const at = row * triggers + k
      let power = rows[at]!
      if (isSecond) power = Math.max(power, rows[at - triggers]!, rows[at + triggers]!)
      steps[(first + row - 1) * columns + k] = Math.min(255, Math.ceil(power * scale))
    }
}

/** The outputs of those blocks, block by block. */
function fillOutputs(
  { outputs }: SlideSide,
  window: Float32Array,
  { first, count }: { readonly first: number; readonly count: number },
): void {
  const samples = windowBlocks * blockLength
  const rows = window.length / samples
  for (let i = 0; i < count; i++)
    for (let row = 0; row < rows; row++) {
      const source = row * samples + (i + 1) * blockLength
      const target = ((first + i) * rows + row) * blockLength
      for (let t = 0; t < blockLength; t++) outputs[target + t] = window[source + t]!
    }
}
