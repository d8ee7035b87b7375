import type { Tensor } from '../../tensor/index.ts'

/** A network of windows of whitened strain of several detectors, to one output each. */
export interface WindowNetwork {
  readonly name: string
  /** Samples of its input. */
  readonly window: number
  /** Detectors in the order of its input's channels. */
  readonly detectors: readonly string[]
  /** Windows `[batch, detectors, window]` in units of the noise, to one output each. */
  run(windows: Float32Array, batch: number): Promise<Float32Array>
  /**
   * Gives the network as a function of tensors, `[batch, detectors, window]` to one number a row, where it is known as
   * one: what windows share can then be computed once.
   */
  program?(): Promise<(windows: Tensor) => Tensor>
}

/** A network that looks at a window of whitened strain of several detectors and says how much it looks like a merger. */
export interface DetectorNetwork extends WindowNetwork {
  /** Hz, of its input. */
  readonly sampleRate: number
  /** Pass band that its input was trained with, Hz. */
  readonly band: readonly [low: number, high: number]
  /** Where in a window mergers lay in training, seconds from its start. */
  readonly mergerRange: readonly [from: number, to: number]
}
