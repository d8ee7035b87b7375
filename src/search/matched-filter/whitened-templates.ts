import type { Spectrum } from '../../signal/index.ts'
import type { ComplexArrays, FloatArray } from '../../tensor/fft/index.ts'
import { type BinaryParameters, imrPhenomDSpectrum } from '../../waveforms/index.ts'
import { type SearchBand, templateLength } from './band.ts'
import { type ComplexRows, rowOf, zeroRows, zeroSingleRows } from './complex-rows.ts'
import { templateEdges } from './template-edges.ts'

/** What of a binary shapes its waveform: distance and angles only scale and turn it. */
export type Intrinsic = Pick<BinaryParameters, 'mass1Solar' | 'mass2Solar' | 'spin1z' | 'spin2z'>

/** Whitened spectra of unit norm. */
export interface WhitenedTemplates extends ComplexRows {
  /** SNR that each finds, at the mean, of its binary at 1 Mpc, face-on and overhead. */
  readonly norms: Float64Array
}

export interface WhitenedTemplatesOptions {
  readonly band: SearchBand
  /** What the whitening of some detectors does to each bin, about 1 / ASD. */
  readonly responses: readonly Spectrum[]
}

/**
 * Whitened spectra (IMRPhenomD, dominant mode) on the bins of a band, `[binaries, templateLength]`, for each of some
 * detectors' whitenings: bin k stands for `k / templateDuration` Hz. Mergers lie at time 0. A binary that is longer in the
 * band than the window begins where it fits (`templateEdges`): nothing of it wraps around.
 */
export function whitenedTemplates(
  binaries: readonly Intrinsic[],
  { band, responses }: WhitenedTemplatesOptions,
): readonly WhitenedTemplates[] {
  const sets = responses.map(() => ({
    ...zeroRows(binaries.length, templateLength(band)),
    norms: new Float64Array(binaries.length),
  }))
  for (const [row, binary] of binaries.entries()) {
    const waveform = bandWaveform(binary, band)
    for (const [i, set] of sets.entries())
      set.norms[row] = whiten(waveform, { response: responses[i]!, band, out: rowOf(set, row) })
  }
  return sets
}

/** The same in float32, each binary whitened once, for one of the responses in turn: a sample of all combinations. */
export function whitenedSample(
  binaries: readonly Intrinsic[],
  { band, responses }: WhitenedTemplatesOptions,
): ComplexRows<Float32Array> {
  const set = zeroSingleRows(binaries.length, templateLength(band))
  for (const [row, binary] of binaries.entries())
    whiten(bandWaveform(binary, band), { response: responses[row % responses.length]!, band, out: rowOf(set, row) })
  return set
}

/** A binary's waveform on the bins of a band, at 1 Mpc, and what the template's edges make of each bin. */
export interface BandWaveform extends ComplexArrays<Float64Array> {
  readonly edges: Float64Array
}

/** The waveform that `whiten` makes templates of: the part that depends on no noise. */
export function bandWaveform(binary: Intrinsic, band: SearchBand): BandWaveform {
  const resolution = 1 / band.templateDuration
  const { plus } = imrPhenomDSpectrum(
    { ...binary, distanceMpc: 1, inclination: 0, phase: 0 },
    { resolution, minimumFrequency: band.minimumFrequency, maximumFrequency: band.bandwidth },
  )
  const edgeAt = templateEdges(binary, band)
  return { ...plus, edges: Float64Array.from({ length: templateLength(band) }, (_, k) => edgeAt(k * resolution)) }
}

interface WhitenOptions {
  readonly response: Spectrum
  readonly band: SearchBand
  readonly out: ComplexArrays<FloatArray>
}

/** Writes a template of unit norm, and returns the SNR that it finds. */
export function whiten({ re, im, edges }: BandWaveform, { response, band, out }: WhitenOptions): number {
  let [found, power] = [0, 0]
  for (let k = 0; k < edges.length; k++) {
    const bin = (re[k]! ** 2 + im[k]! ** 2) * response.values[k]! ** 2
    found += edges[k]! * bin
    power += edges[k]! ** 2 * bin
  }
  const norm = Math.sqrt(power)
  for (let k = 0; k < edges.length; k++) {
    const weight = (edges[k]! * response.values[k]!) / norm
    out.re[k] = weight * re[k]!
    out.im[k] = weight * im[k]!
  }
  return (2 * found) / (norm * Math.sqrt(band.templateDuration))
}
