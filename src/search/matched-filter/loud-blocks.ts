import { blockLength, blockWindow, type SharedWeights, windowBlocks } from './block-powers.ts'
import type { DetectorOutputs } from './filtered-piece.ts'

/** A block in which a template may be as loud in two detectors at once as a threshold asks. */
export interface LoudBlock {
  /** Number of the block in the first detector. */
  readonly block: number
  /**
   * The maximum over templates of the loudest power in the first detector's block and the loudest within the second's and
   * its neighbours: on the grid of samples, no coincident pair of the block exceeds it.
   */
  readonly power: number
}

/** Powers of blocks, `[blocks, templates]`. */
export interface BlockRows {
  readonly powers: Float32Array
  readonly templates: number
}

/** The coincident power (`LoudBlock.power`) of block `i` of one detector and block `j` of another, with neighbours in the rows. */
export function coincidentPower(first: BlockRows, i: number, second: BlockRows, j: number): number {
  const { templates } = first
  const [one, two] = [first.powers, second.powers]
  const [here, there] = [i * templates, j * templates]
  let best = 0
  for (let k = 0; k < templates; k++) {
    let near = two[there + k]!
    const [before, after] = [two[there - templates + k]!, two[there + templates + k]!]
    if (before > near) near = before
    if (after > near) near = after
    const power = Math.fround(one[here + k]! + near)
    if (power > best) best = power
  }
  return best
}

export interface LoudBlocksRequest {
  readonly outputs: readonly [DetectorOutputs, DetectorOutputs]
  readonly weights: readonly [SharedWeights, SharedWeights]
  /** First sample of block 0. */
  readonly origin: number
  /** The blocks to look at, from one to before another. */
  readonly from: number
  readonly to: number
  /** Least power. */
  readonly least: number
}

/** Finds the loud blocks among some, in their order. */
export async function findLoudBlocks({
  outputs,
  weights,
  origin,
  from,
  to,
  least,
}: LoudBlocksRequest): Promise<LoudBlock[]> {
  const windows = outputs.map((own, i) => blockWindow(own, weights[i]!))
  const [{ templates }] = weights
  const found: LoudBlock[] = []
  // A block at each end of a window is there for its neighbour.
  for (let first = from; first < to; first += windowBlocks - 2) {
    const sample = origin + (first - 1) * blockLength
    for (const window of windows) window.read(sample)
    const [one, two] = await Promise.all(windows.map(async window => ({ powers: await window.powers(), templates })))
    const end = Math.min(to, first + windowBlocks - 2)
    for (let block = first; block < end; block++) {
      const row = block - first + 1
      const power = coincidentPower(one!, row, two!, row)
      if (power >= least) found.push({ block, power })
    }
  }
  return found
}

/** Those of the loud blocks, which are in order, that are the loudest within some blocks to each side; of equals the first. */
export function loudestBlocks(loud: readonly LoudBlock[], neighbours: number): LoudBlock[] {
  return loud.filter(({ block, power }, i) => {
    for (let j = i - 1; j >= 0 && block - loud[j]!.block <= neighbours; j--) if (loud[j]!.power >= power) return false
    for (let j = i + 1; j < loud.length && loud[j]!.block - block <= neighbours; j++)
      if (loud[j]!.power > power) return false
    return true
  })
}
