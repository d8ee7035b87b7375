import type { FirFilters, Spectrum } from '../../signal/index.ts'
import { fft } from '../../tensor/fft/index.ts'
import { matmul, Tensor } from '../../tensor/index.ts'
import { type SearchBand, templateLength } from './band.ts'
import { type ComplexRows, innerProductOf, rowOf } from './complex-rows.ts'
import { placeTemplates } from './place-templates.ts'
import { reducedBasis } from './reduced-basis.ts'
import { type Intrinsic, whitenedTemplates } from './whitened-templates.ts'

/** Templates of a search, and the filters that all of them are sums of. */
export interface TemplateBank {
  readonly band: SearchBand
  readonly templates: readonly Intrinsic[]
  /** Orthonormal spectra, `[filters, templateLength]`, of float32 precision. */
  readonly basis: ComplexRows
}

export interface BuildBankOptions {
  readonly band: SearchBand
  /** What whitening does, one for each noise spectrum that the basis is to serve; the first also places the templates. */
  readonly responses: readonly Spectrum[]
  readonly minimumMatch: number
  readonly basisSize: number
  readonly basisTolerance?: number
}

/** Chooses templates among draws of a population, and a basis that holds the waveforms of all draws. */
export function buildBank(
  draws: readonly Intrinsic[],
  { band, responses, minimumMatch, basisSize, basisTolerance = 1e-4 }: BuildBankOptions,
): TemplateBank {
  const sets = whitenedTemplates(draws, { band, responses })
  const { chosen } = placeTemplates(sets[0]!, { minimumMatch })
  const length = templateLength(band)
  const all: ComplexRows = { ...joined(sets), rows: sets.length * draws.length, length }
  const { vectors } = reducedBasis(all, { size: basisSize, tolerance: basisTolerance })
  // What a file of the bank keeps of them: a bank that was read finds the same.
  const basis = { ...vectors, re: vectors.re.map(Math.fround), im: vectors.im.map(Math.fround) }
  return { band, templates: chosen.map(i => draws[i]!), basis }
}

function joined(sets: readonly ComplexRows[]) {
  const [re, im] = (['re', 'im'] as const).map(part => {
    const values = new Float64Array(sets.reduce((sum, set) => sum + set[part].length, 0))
    let at = 0
    for (const set of sets) {
      values.set(set[part], at)
      at += set[part].length
    }
    return values
  })
  return { re: re!, im: im! }
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
