import type { SampleRing } from './sample-ring.ts'

/** A way of evaluating a network at windows that lie a stride apart. */
export interface Evaluation {
  /** Windows evaluated at a time. */
  readonly batch: number
  /**
   * Outputs of up to `batch` windows, the first from sample `start`.
   *
   * @param ring holds all samples of these windows; what the stream does not have is not read.
   */
  evaluate(ring: SampleRing, start: number, count: number): Promise<Float32Array>
  dispose(): Promise<void>
}
