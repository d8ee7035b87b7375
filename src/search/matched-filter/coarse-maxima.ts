import { concat, jit, matmul, max, maxPool1d, square, Tensor } from '../../tensor/index.ts'
import type { FrontEnd } from './front-end.ts'

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
  run(piece: { readonly re: Float32Array; readonly im: Float32Array; readonly length: number }): Promise<Float32Array>
  dispose(): Promise<void>
}

type Weights = { readonly real: Tensor; readonly imaginary: Tensor }

function blockPowers({ real, imaginary }: Weights, re: Tensor, im: Tensor): Tensor {
  const outputs = concat([re, im])
  const power = square(matmul(real, outputs)).add(square(matmul(imaginary, outputs)))
  return maxPool1d(power.reshape([1, ...power.shape]), blockLength)
}

const coincidentMaxima = (weights: readonly Weights[], re: readonly Tensor[], im: readonly Tensor[]): Tensor => {
  const [first, second] = weights.map((own, i) => blockPowers(own, re[i]!, im[i]!))
  const near = maxPool1d(second!, 3, { stride: 1, padding: 1 })
  return max(first!.add(near), { axes: 1 }).reshape([-1])
}

export function createCoarseMaxima(
  { weights, bank, detectors }: FrontEnd,
  { threads = 2 }: { readonly threads?: number } = {},
): CoarseMaxima {
  const filters = bank.basis.rows
  const shape = [bank.templates.length, 2 * filters]
  const compiled = jit(coincidentMaxima, { threads })
  const tensors = weights.map(({ real, imaginary }) => ({
    real: Tensor.of(real, shape),
    imaginary: Tensor.of(imaginary, shape),
  }))
  const samples = (blocksAtOnce + 2) * blockLength
  const cut = (from: Float32Array, length: number, detector: number, at: number): Tensor => {
    const rows = new Float32Array(filters * samples)
    const count = Math.min(samples, length - at)
    for (let row = 0; row < filters; row++) {
      const begin = (detector * filters + row) * length + at
      rows.set(from.subarray(begin, begin + count), row * samples)
    }
    return Tensor.of(rows, [filters, samples])
  }
  return {
    margin: blockLength,
    async run({ re, im, length }) {
      const blocks = Math.max(0, Math.floor(length / blockLength) - 2)
      const maxima = new Float32Array(blocks)
      for (let block = 0; block < blocks; block += blocksAtOnce) {
        const parts = (from: Float32Array) =>
          Array.from({ length: detectors }, (_, i) => cut(from, length, i, block * blockLength))
        const found = (await compiled(tensors, parts(re), parts(im))).dataAs('float32')
        maxima.set(found.subarray(1, 1 + Math.min(blocksAtOnce, blocks - block)), block)
      }
      return maxima
    },
    dispose: () => compiled.dispose(),
  }
}
