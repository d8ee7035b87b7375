import { jit, maxPool1d, square, Tensor } from '../../tensor/index.ts'
import { type DetectorOutputs, outputsOf } from './filtered-piece.ts'
import { snrSeries, type TemplateWeights } from './template-bank.ts'

/** Samples of a block: neighbouring blocks hold all lags within the light travel time. */
export const blockLength = 8

/** Blocks that powers are computed of at a time: their SNR series stay in the processor's cache. */
export const windowBlocks = 98

/** One detector's weights as plain data, in memory that threads share. */
export interface SharedWeights {
  readonly templates: number
  /** `[templates, 2 filters]` */
  readonly real: Float32Array
  readonly imaginary: Float32Array
  /** Part of each template's power that the basis holds. */
  readonly held: Float64Array
}

/** Weights for the threads of a pool. */
export function sharedWeights({ real, imaginary, held }: TemplateWeights): SharedWeights {
  const share = ({ data, size }: Tensor): Float32Array => {
    const shared = new Float32Array(new SharedArrayBuffer(4 * size))
    shared.set(data as Float32Array)
    return shared
  }
  return { templates: held.length, real: share(real), imaginary: share(imaginary), held }
}

/** The weights of the first templates alone. */
export function firstTemplates({ templates, real, imaginary, held }: SharedWeights, count: number): SharedWeights {
  const rows = count * (real.length / templates)
  return {
    templates: count,
    real: real.subarray(0, rows),
    imaginary: imaginary.subarray(0, rows),
    held: held.subarray(0, count),
  }
}

/** Weights as a compiled function takes them: a copy, since ONNX Runtime takes no shared memory in Node 20. */
export type WeightTensors = Pick<TemplateWeights, 'real' | 'imaginary'>

/** Weights as tensors of the thread's own. */
export function weightTensors({ templates, real, imaginary }: SharedWeights): WeightTensors {
  const shape = [templates, real.length / templates]
  return { real: Tensor.of(real.slice(), shape), imaginary: Tensor.of(imaginary.slice(), shape) }
}

/** Loudest power of each template in each block, `[blocks, templates]`, of outputs `[2 filters, samples]`. */
function loudestPowers(weights: WeightTensors, outputs: Tensor): Tensor {
  const [re, im] = snrSeries(weights, outputs)
  const power = square(re).add(square(im))
  const [templates] = power.shape as [number]
  return maxPool1d(power.reshape([1, ...power.shape]), blockLength)
    .reshape([templates, -1])
    .transpose()
}

// Each thread that this module is loaded in has sessions of its own, one for each shape.
const compiled = jit(loudestPowers, { threads: 1 })

/** Outputs of one detector over `windowBlocks` blocks, and the powers of its templates in them. */
export interface BlockWindow {
  /** `[2 filters, windowBlocks * blockLength]` */
  readonly outputs: Float32Array
  /** Moves on: reads the outputs from a sample on. */
  read(sample: number): void
  /** The loudest power of each template in each block, `[windowBlocks, templates]`. */
  powers(): Promise<Float32Array>
}

/**
 * Makes a window that moves over a detector's outputs. Windows are all of one size, so that a block's powers have the same
 * bits wherever it lies in one.
 */
export function blockWindow(source: DetectorOutputs, weights: SharedWeights): BlockWindow {
  const samples = windowBlocks * blockLength
  const rows = 2 * source.filters
  const tensors = weightTensors(weights)
  // New memory for each window would take the system longer to provide than the window to fill.
  const outputs = new Float32Array(rows * samples)
  const input = Tensor.of(outputs, [rows, samples])
  return {
    outputs,
    read(sample) {
      outputsOf(source, { from: sample, samples }, outputs)
    },
    async powers() {
      return (await compiled(tensors, input)).dataAs('float32')
    },
  }
}
