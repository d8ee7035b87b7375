import { jit, max, maxPool1d, square, type Tensor } from '../../tensor/index.ts'
import { type FilteredPiece, outputsOf } from './filtered-piece.ts'
import type { FrontEnd } from './front-end.ts'
import { snrSeries, type TemplateWeights } from './template-bank.ts'

/** Samples of a block: neighbouring blocks hold all lags within the light travel time. */
export const blockLength = 8

/** Blocks of a call: its SNR series stay in the processor's cache. */
const blocksAtOnce = 128

/** Finds where templates may be loud in two detectors at once. */
export interface CoarseMaxima {
  /** Samples at each end of what is given that no block of the result is of. */
  readonly margin: number
  /**
   * From rows of filter outputs, `[detectors, filters, length]`, for each block of `blockLength` samples (those between the
   * margins) the maximum over templates of the loudest power in the first detector's block and the loudest within it and
   * its neighbours in the second: no coincident pair of the block exceeds it.
   */
  run(piece: Omit<FilteredPiece, 'start'>): Promise<Float32Array>
  dispose(): Promise<void>
}

type Weights = Pick<TemplateWeights, 'real' | 'imaginary'>

function blockPowers(weights: Weights, outputs: Tensor): Tensor {
  const [re, im] = snrSeries(weights, outputs)
  const power = square(re).add(square(im))
  return maxPool1d(power.reshape([1, ...power.shape]), blockLength)
}

const coincidentMaxima = (weights: readonly Weights[], outputs: readonly Tensor[]): Tensor => {
  const [first, second] = weights.map((own, i) => blockPowers(own, outputs[i]!))
  const near = maxPool1d(second!, 3, { stride: 1, padding: 1 })
  return max(first!.add(near), { axes: 1 }).reshape([-1])
}

export function createCoarseMaxima(
  { weights, bank, detectors }: FrontEnd,
  { threads = 2 }: { readonly threads?: number } = {},
): CoarseMaxima {
  const filters = bank.basis.rows
  const compiled = jit(coincidentMaxima, { threads })
  const tensors = weights.map(({ real, imaginary }) => ({ real, imaginary }))
  const samples = (blocksAtOnce + 2) * blockLength
  return {
    margin: blockLength,
    async run(piece) {
      const blocks = Math.max(0, Math.floor(piece.length / blockLength) - 2)
      const maxima = new Float32Array(blocks)
      for (let block = 0; block < blocks; block += blocksAtOnce) {
        const window = { from: block * blockLength, samples }
        const outputs = Array.from({ length: detectors }, (_, i) => outputsOf(piece, i, filters, window))
        const found = (await compiled(tensors, outputs)).dataAs('float32')
        maxima.set(found.subarray(1, 1 + Math.min(blocksAtOnce, blocks - block)), block)
      }
      return maxima
    },
    dispose: () => compiled.dispose(),
  }
}
