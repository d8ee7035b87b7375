import { QuadrupoleError } from '../../core/index.ts'

/** A uniform grid from 0 Hz on: bin `k` stands for `k resolution` Hz. */
export interface SpectrumGrid {
  /** Spacing of the bins, Hz. */
  readonly resolution: number
  /** Below it the spectrum is zero, Hz. */
  readonly minimumFrequency: number
  /** Of the last bin, Hz. */
  readonly maximumFrequency: number
}

/**
 * The number of a grid's bins.
 *
 * @throws `argument` for a grid that is not in order.
 */
export function binCount(name: string, grid: SpectrumGrid): number {
  const { resolution, minimumFrequency, maximumFrequency } = grid
  if (!(resolution > 0 && minimumFrequency > 0 && maximumFrequency > minimumFrequency && maximumFrequency < 1e9))
    throw new QuadrupoleError(
      'argument',
      `waveforms.${name}: expected resolution > 0 and 0 < minimumFrequency < maximumFrequency in Hz, ` +
        `got ${resolution}, ${minimumFrequency} and ${maximumFrequency}`,
      { details: { ...grid } },
    )
  // A grid that ends on a bin has that bin, however its spacing is rounded.
  return Math.floor(maximumFrequency / resolution + 1e-9) + 1
}
