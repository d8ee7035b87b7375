import type { Key } from 'quadrupole/core'
import { type Tensor, tensor } from 'quadrupole/tensor'
import { createChirpWindows, type DrawOptions } from 'quadrupole/train'

/** What the network sees; also its model card. */
export const windowing = {
  sampleRate: 1024,
  window: 1024,
  detectors: ['H1', 'L1'],
  band: [35, 350],
  mergerRange: [0.2, 0.9],
} as const

const draw = createChirpWindows({ ...windowing, chirpMassRange: [10, 40], lightTravelTime: 0.01001 })

export interface Windows {
  /** [count, detectors, window], float32, in units of the noise */
  readonly strain: Tensor
  /** [count], float32: 1 where there is a signal */
  readonly isSignal: Tensor
}

/**
 * Windows of white noise of two detectors, some with a chirp of 10 to 40 solar masses in it, of random amplitude and
 * phase in each detector and within the light travel time; band-passed as strain will be.
 */
export function drawWindows(key: Key, options: DrawOptions): Windows {
  const { strain, isSignal } = draw(key, options)
  return {
    strain: tensor(strain, { shape: [options.count, 2, windowing.window] }),
    isSignal: tensor(isSignal),
  }
}
