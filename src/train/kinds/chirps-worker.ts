import type { BatchRequest } from '../batches.ts'
import { type ChirpWindowing, type ChirpWindows, createChirpWindows } from './chirp-windows.ts'
import type { DetectionBatch } from './kinds.ts'

/** What a thread must know to make batches of chirps. */
export interface ChirpBatchOptions extends ChirpWindowing {
  /** Network signal-to-noise ratios of the signals. */
  readonly snrRange: readonly [low: number, high: number]
  /** Share of the windows that hold one. */
  readonly signalShare: number
}

/** A source for each windowing: the filter and the noise level take a while to make. */
const sources = new Map<string, ReturnType<typeof createChirpWindows>>()

/** Fills a batch with windows of noise and chirps. */
export function fillChirpBatch({ options, key, into }: BatchRequest<ChirpBatchOptions, DetectionBatch>): void {
  const { snrRange, signalShare, ...windowing } = options
  const name = JSON.stringify(windowing)
  const draw = sources.get(name) ?? createChirpWindows(windowing)
  sources.set(name, draw)
  const { inputs, isSignal, snr } = into as unknown as Arrays
  const windows = draw(key, {
    count: isSignal.length,
    // spread evenly over the batch, so that each has the same number
    snr: (i, share) =>
      Math.floor((i + 1) * signalShare) > Math.floor(i * signalShare)
        ? snrRange[0] + (snrRange[1] - snrRange[0]) * share
        : 0,
  })
  inputs.strain.set(windows.strain)
  isSignal.set(windows.isSignal)
  snr.set(windows.snr)
}

interface Arrays extends Pick<ChirpWindows, 'isSignal' | 'snr'> {
  readonly inputs: { readonly strain: Float32Array }
}
