import { QuadrupoleError } from '../../core/index.ts'
import { type ExecutionOptions, jit, slide, spec, Tensor } from '../../tensor/index.ts'
import type { WindowNetwork } from './detector-network.ts'
import type { Evaluation } from './evaluation.ts'

/** A pass goes over so many windows' lengths, unless told: what its ends share with no other pass is then little. */
const defaultSpan = 8

/**
 * Evaluates a network in passes over a long chunk, in which neighbouring windows share their work. Windows share it where
 * they are multiples of the network's total stride apart; at another stride, several such rows, shifted against each
 * other, lie side by side in a pass.
 *
 * All passes have the same length, the last of a stretch with zeros behind its end: so outputs do not depend, in a single
 * bit, on the pieces in which strain comes.
 *
 * @throws `unsupported` for a network whose windows share nothing (see `slide`), or that is no function of tensors.
 */
export async function sharedPasses(
  network: WindowNetwork,
  {
    stride,
    batch,
    execution,
  }: {
    readonly stride: number
    readonly batch?: number | undefined
    readonly execution?: ExecutionOptions | undefined
  },
): Promise<Evaluation> {
  const { name, window, detectors } = network
  if (!network.program)
    throw new QuadrupoleError(
      'unsupported',
      `search.createDenseEvaluator: ${name} is not known as a function of tensors; evaluate it window by window`,
    )
  const program = await network.program()
  const sliding = slide(program, spec([1, detectors.length, window]))
  // windows until one shares with the first again: each begins a row
  let rows = 1
  while ((rows * stride) % sliding.stride !== 0) rows++
  const rowStride = rows * stride
  const columns = Math.ceil((batch ?? (defaultSpan * window) / stride) / rows)
  const span = window + (columns - 1) * rowStride
  const size = detectors.length * span
  // [columns, rows, …]: in the order of time
  const pass = jit((chunk: Tensor) => sliding.apply(chunk, { stride: rowStride }), execution)
  return {
    batch: rows * columns,
    async evaluate(ring, start, count) {
      const chunk = new Float32Array(rows * size)
      for (let row = 0; row < rows; row++) {
        const from = start + row * stride
        const length = Math.max(0, Math.min(span, ring.end - from))
        ring.read(from, length, chunk.subarray(row * size, (row + 1) * size), span)
      }
      const output = await pass(Tensor.of(chunk, [rows, detectors.length, span]))
      const outputs = output.dataAs('float32')
      if (outputs.length !== rows * columns)
        throw new QuadrupoleError(
          'runtime',
          `search.createDenseEvaluator: ${name} gave ${output} for ${rows * columns} windows, expected one number each`,
        )
      return outputs.subarray(0, count)
    },
    dispose: () => pass.dispose(),
  }
}
