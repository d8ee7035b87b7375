import type { WindowNetwork } from './detector-network.ts'
import type { Evaluation } from './evaluation.ts'

/** Windows evaluated at a time, unless told. */
const defaultBatch = 128

/** Evaluates a network window by window: any network, each window copied once, into its batch. */
export function windowBatches(
  network: WindowNetwork,
  { stride, batch = defaultBatch }: { readonly stride: number; readonly batch?: number | undefined },
): Evaluation {
  const { window, detectors } = network
  const size = detectors.length * window
  return {
    batch,
    evaluate(ring, start, count) {
      const input = new Float32Array(count * size)
      for (let row = 0; row < count; row++)
        ring.read(start + row * stride, window, input.subarray(row * size, (row + 1) * size), window)
      return network.run(input, count)
    },
    async dispose() {},
  }
}
