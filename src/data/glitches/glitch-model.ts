import { QuadrupoleError } from '../../core/index.ts'
import { noiseWeights } from '../../gw/index.ts'
import { type NoisePsd, psdSpectrum } from '../noise/noise-curve.ts'
import { type NoiseModel, noiseModel } from '../noise/noise-model.ts'
import { type GlitchPopulation, glitchPopulation, type PopulatedFamily } from './glitch-population.ts'
import { cornersOf } from './shapes/glitch-shape.ts'
import { shapeOf } from './shapes/shapes.ts'

/** Of which noise there are which glitches. */
export interface GlitchModelOptions {
  /** Of the noise, one-sided, 1/Hz. */
  readonly psd: NoisePsd
  /** Hz, an integer. */
  readonly sampleRate: number
  /** The default one of `glitchPopulation` unless given. */
  readonly population?: GlitchPopulation
  /** Hz: below it, glitches that are given by whitened strain have no power, and none counts in any SNR. */
  readonly lowFrequency?: number
}

/** All that is needed to make the glitches of a detector, as plain data that workers are given. */
export interface GlitchModel {
  readonly population: GlitchPopulation
  /** Turns whitened strain into strain; its transform is the window in which a glitch is made. */
  readonly colouring: NoiseModel
  /** Weights of the transform's bins in an inner product, in shared memory. */
  readonly weights: Float64Array
}

/** Length of the colouring filter, seconds: it keeps what is wider than about 1 Hz of the PSD. */
const filterDuration = 2

/**
 * Prepares the glitches of a population for noise of a given PSD: what is defined by whitened strain is coloured by a
 * filter of `sqrt(psd)`, as noise is, and all is scaled so that the optimal SNR against the PSD, from `lowFrequency` to the
 * Nyquist frequency, is what was drawn.
 *
 * @throws `argument` as `noiseModel` does, and where the ranges of a family reach out of the band: a glitch would be scaled
 * by what little of it is inside.
 *
 * @example
 * glitchModel({ psd: aligoDesignPsd, sampleRate: 2048, population: glitchPopulation({ rate: 1 / 120 }) })
 */
export function glitchModel(options: GlitchModelOptions): GlitchModel {
  const { psd, sampleRate, population = glitchPopulation(), lowFrequency = 15 } = options
  const colouring = noiseModel({ psd, sampleRate, lowFrequency, filterDuration })
  for (const family of population.families) assertInBand(family, { lowFrequency, nyquist: sampleRate / 2 })
  const resolution = sampleRate / colouring.fftLength
  const bins = colouring.response.length
  const weights = new Float64Array(new SharedArrayBuffer(8 * bins))
  weights.set(noiseWeights({ resolution, bins }, { psd: psdSpectrum(psd, { sampleRate, resolution }), lowFrequency }))
  return { population, colouring, weights }
}

function assertInBand(
  { family, share, ranges }: PopulatedFamily,
  { lowFrequency, nyquist }: { readonly lowFrequency: number; readonly nyquist: number },
): void {
  if (share === 0) return
  for (const corner of cornersOf(ranges)) {
    const frequency = shapeOf(family).mainFrequency(corner)
    if (frequency !== undefined && !(frequency >= lowFrequency && frequency < nyquist))
      throw new QuadrupoleError(
        'argument',
        `data.glitchModel: a ${family} can be at ${frequency} Hz, the band is from ${lowFrequency} to ${nyquist} Hz; ` +
          'narrow its ranges in glitchPopulation',
        { details: { family, ...corner } },
      )
  }
}
