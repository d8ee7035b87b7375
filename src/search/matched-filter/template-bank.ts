import { type Progress, silentProgress } from '../../core/index.ts'
import type { FirFilters, Spectrum } from '../../signal/index.ts'
import { fft } from '../../tensor/fft/index.ts'
import { matmul, Tensor } from '../../tensor/index.ts'
import type { SearchBand } from './band.ts'
import { type ComplexRows, innerProductOf, rowOf } from './complex-rows.ts'
import { comparableSpectra } from './match.ts'
import { placeTemplates } from './place-templates.ts'
import { reducedBasis } from './reduced-basis.ts'
import { type Intrinsic, whitenedSample, whitenedTemplates } from './whitened-templates.ts'

/** Templates of a search, and the filters that all of them are sums of. */
export interface TemplateBank {
  readonly band: SearchBand
  readonly templates: readonly Intrinsic[]
  /**
   * How many of them, the first, are looked at everywhere; the others are where one of these is loud. Templates are in the
   * order in which they were chosen, each the farthest from those before it.
   */
  readonly triggers: number
  /** Orthonormal spectra, `[filters, templateLength]`, of float32 precision. */
  readonly basis: ComplexRows
}

export interface BuildBankOptions {
  readonly band: SearchBand
  /** What whitening does, one for each noise spectrum that the basis is to serve; the first also places the templates. */
  readonly responses: readonly Spectrum[]
  /** How well each draw must match a template. */
  readonly minimumMatch: number
  /** How well each draw must match one of the templates that are looked at everywhere. */
  readonly triggerMatch?: number
  /** Most vectors of the basis. */
  readonly basisSize: number
  /** Part of their power that draws may lack in the basis, in the mean. */
  readonly basisTolerance?: number
  /** How many of the draws the basis is found for, each in the noise of one response in turn. */
  readonly basisDraws?: number
  readonly progress?: Progress
}

/**
 * Chooses templates among draws of a population, and a basis that holds the waveforms of the population. A function of its
 * arguments alone. Templates cover what the draws cover: some ten draws for each template leave few holes.
 *
 * 20,000 draws and a basis for 4,000 of them take some hundred MB and about a minute.
 */
export function buildBank(
  draws: readonly Intrinsic[],
  {
    band,
    responses,
    minimumMatch,
    triggerMatch = 0.9,
    basisSize,
    basisTolerance = 1e-4,
    basisDraws = 4000,
    progress = silentProgress,
  }: BuildBankOptions,
): TemplateBank {
  const spectra = comparableSpectra(draws, { band, response: responses[0]!, progress })
  const { chosen, before } = placeTemplates(spectra, { minimumMatch, progress })
  const triggers = before.filter(match => match < triggerMatch).length
  const sample = whitenedSample(draws.slice(0, basisDraws), { band, responses })
  const { vectors } = reducedBasis(sample, { size: basisSize, tolerance: basisTolerance, progress })
  // What a file of the bank keeps of them: a bank that was read finds the same.
  const basis = { ...vectors, re: vectors.re.map(Math.fround), im: vectors.im.map(Math.fround) }
  return { band, templates: chosen.map(i => draws[i]!), triggers, basis }
}

/** Samples that the filters' outputs are behind: output n of the causal filters stands for the merger at n - delay. */
export const basisDelay = ({ band }: TemplateBank): number => Math.round(band.afterMerger * band.bandwidth)

/** The basis as causal filters that correlate, of unit norm: `[filters, templateLength]` taps. */
export function basisFilters(bank: TemplateBank): FirFilters {
  const { basis } = bank
  const { length, rows } = basis
  const delay = basisDelay(bank)
  const filters = { re: new Float32Array(rows * length), im: new Float32Array(rows * length) }
  const scale = Math.sqrt(length)
  for (let row = 0; row < rows; row++) {
    const { re, im } = rowOf(basis, row)
    const time = fft(re, im, length, { inverse: true })
    for (let k = 0; k < length; k++) {
      const n = (delay - k + length) % length
      filters.re[row * length + k] = scale * time.re[n]!
      filters.im[row * length + k] = -scale * time.im[n]!
    }
  }
  return filters
}

/** Templates as sums of basis vectors, for one detector's noise. */
export interface TemplateWeights {
  /** `[templates, 2 filters]`: times the real, then the imaginary outputs of the filters they give an SNR series' real part. */
  readonly real: Tensor
  /** The same for the imaginary part. */
  readonly imaginary: Tensor
  /** SNR that each template finds, at the mean, of its binary at 1 Mpc, face-on and overhead. */
  readonly sensitivities: Float64Array
  /** Part of each template's power that the basis holds. */
  readonly held: Float64Array
}

/** The templates' weights under each whitening: SNR series come out as PyCBC has them, noise with mean square 2. */
export function templateWeights(bank: TemplateBank, responses: readonly Spectrum[]): readonly TemplateWeights[] {
  const { basis, band, templates } = bank
  const size = basis.rows
  return whitenedTemplates(templates, { band, responses }).map(whitened => {
    const real = new Float32Array(templates.length * 2 * size)
    const imaginary = new Float32Array(templates.length * 2 * size)
    const held = new Float64Array(templates.length)
    for (let k = 0; k < templates.length; k++)
      for (let b = 0; b < size; b++) {
        const { re, im } = innerProductOf(basis, b, whitened, k)
        held[k]! += re * re + im * im
        const [x, y] = [Math.SQRT2 * re, Math.SQRT2 * im]
        // (x - i y) (c_re + i c_im)
        real[k * 2 * size + b] = x
        real[k * 2 * size + size + b] = y
        imaginary[k * 2 * size + b] = -y
        imaginary[k * 2 * size + size + b] = x
      }
    const shape = [templates.length, 2 * size]
    return {
      real: Tensor.of(real, shape),
      imaginary: Tensor.of(imaginary, shape),
      sensitivities: whitened.norms,
      held,
    }
  })
}

/** SNR series, real and imaginary parts, `[templates, samples]`, of one detector's filter outputs, `[2 filters, samples]`. */
export const snrSeries = (
  { real, imaginary }: Pick<TemplateWeights, 'real' | 'imaginary'>,
  outputs: Tensor,
): readonly [Tensor, Tensor] => [matmul(real, outputs), matmul(imaginary, outputs)]
