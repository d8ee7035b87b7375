import type { Spectrum } from '../../signal/index.ts'
import { type BinaryParameters, imrPhenomDSpectrum } from '../../waveforms/index.ts'
import { type SearchBand, templateLength } from './band.ts'
import { type ComplexRows, normalizeRow, rowOf, zeroRows } from './complex-rows.ts'

/** What of a binary shapes its waveform: distance and angles only scale and turn it. */
export type Intrinsic = Pick<BinaryParameters, 'mass1Solar' | 'mass2Solar' | 'spin1z' | 'spin2z'>

/** Whitened spectra of unit norm, and the norms they had. */
export interface WhitenedTemplates extends ComplexRows {
  /** Optimal SNR of each at 1 Mpc, face-on and overhead. */
  readonly norms: Float64Array
}

/**
 * Whitened spectra (IMRPhenomD, dominant mode) on the bins of a band, `[binaries, templateLength]`, for each of some
 * detectors' whitenings: bin k stands for `k / templateDuration` Hz. A response is what whitening does to each bin, about
 * 1 / ASD. Mergers lie at time 0.
 */
export function whitenedTemplates(
  binaries: readonly Intrinsic[],
  { band, responses }: { readonly band: SearchBand; readonly responses: readonly Spectrum[] },
): readonly WhitenedTemplates[] {
  const length = templateLength(band)
  const resolution = 1 / band.templateDuration
  const grid = { resolution, minimumFrequency: band.minimumFrequency, maximumFrequency: band.bandwidth }
  const sets = responses.map(() => ({
    ...zeroRows(binaries.length, length),
    norms: new Float64Array(binaries.length),
  }))
  for (const [row, binary] of binaries.entries()) {
    const { plus } = imrPhenomDSpectrum({ ...binary, distanceMpc: 1, inclination: 0, phase: 0 }, grid)
    for (const [i, set] of sets.entries()) {
      const { re, im } = rowOf(set, row)
      for (let k = 0; k < length; k++) {
        const weight = responses[i]!.values[k]!
        re[k] = plus.re[k]! * weight
        im[k] = plus.im[k]! * weight
      }
      set.norms[row] = 2 * Math.sqrt(resolution) * normalizeRow(set, row)
    }
  }
  return sets
}
