import { setImmediate } from 'node:timers/promises'
import { type Progress, silentProgress } from '../../core/index.ts'
import type { FirFilters, Spectrum } from '../../signal/index.ts'
import { fft } from '../../tensor/fft/index.ts'
import { jit, matmul, Tensor } from '../../tensor/index.ts'
import { type SearchBand, templateBins, templateLength } from './band.ts'
import { type ComplexRows, rowOf } from './complex-rows.ts'
import { comparableSpectra } from './match.ts'
import { placeTemplates } from './place-templates.ts'
import { reducedBasis } from './reduced-basis.ts'
import { bandWaveform, type Intrinsic, whiten, whitenedSample } from './whitened-templates.ts'

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
 * 20,000 draws and a basis of 160 vectors for 4,000 of them take about two minutes and 500 MB.
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
  const templates = chosen.map(i => draws[i]!)
  const isTemplate = new Set(templates)
  // Templates are spread evenly, draws as the population is: the basis must hold the rare ones too.
  const others = draws.filter(draw => !isTemplate.has(draw))
  const sample = whitenedSample([...templates, ...others].slice(0, basisDraws), { band, responses })
  const { vectors } = reducedBasis(sample, { size: basisSize, tolerance: basisTolerance, progress })
  // What a file of the bank keeps of them: a bank that was read finds the same.
  const basis = { ...vectors, re: vectors.re.map(Math.fround), im: vectors.im.map(Math.fround) }
  return { band, templates, triggers, basis }
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

/** Gives templates' weights under each of some whitenings. */
export type TemplateWeighting = (responses: readonly Spectrum[]) => Promise<readonly TemplateWeights[]>

/**
 * Prepares a bank for any whitening: SNR series come out as PyCBC has them, noise with mean square 2. Waveforms are kept, some
 * hundred MB for a thousand templates, and what a whitening makes of them is one product of matrices.
 */
export function templateWeighting({ basis, band, templates }: TemplateBank): TemplateWeighting {
  const size = basis.rows
  const [from, to] = templateBins(band)
  const bins = to - from
  const waveforms = templates.map(template => bandWaveform(template, band))
  const projection = projectionMatrix(basis, from, to)
  const weightsUnder = async (response: Spectrum): Promise<TemplateWeights> => {
    const whitened = new Float32Array(templates.length * 2 * bins)
    const row = { re: new Float64Array(templateLength(band)), im: new Float64Array(templateLength(band)) }
    const sensitivities = Float64Array.from(waveforms, (waveform, k) => {
      const found = whiten(waveform, { response, band, out: row })
      whitened.set(row.re.subarray(from, to), 2 * k * bins)
      whitened.set(row.im.subarray(from, to), (2 * k + 1) * bins)
      return found
    })
    // Threads that wait for this one wait no longer than for a part of the work.
    await setImmediate()
    const products = await product(Tensor.of(whitened, [templates.length, 2 * bins]), projection)
    return { ...weightsOf(products.dataAs('float32'), templates.length, size), sensitivities }
  }
  return responses => Promise.all(responses.map(weightsUnder))
}

// Compiled, for each size of bank once: it is the greater part of the work.
const product = jit((a: Tensor, b: Tensor) => matmul(a, b), { threads: 1 })

/** From real above imaginary parts of a spectrum to those of its inner products with basis vectors: `[2 bins, 2 filters]`. */
function projectionMatrix(basis: ComplexRows, from: number, to: number): Tensor {
  const [size, bins] = [basis.rows, to - from]
  const matrix = new Float32Array(4 * bins * size)
  for (let b = 0; b < size; b++) {
    const { re, im } = rowOf(basis, b)
    for (let k = 0; k < bins; k++) {
      const [upper, lower] = [k * 2 * size + b, (bins + k) * 2 * size + b]
      matrix[upper] = re[from + k]!
      matrix[lower] = im[from + k]!
      matrix[upper + size] = -im[from + k]!
      matrix[lower + size] = re[from + k]!
    }
  }
  return Tensor.of(matrix, [2 * bins, 2 * size])
}

/** Weights from inner products x + i y of basis vectors with templates: SNRs are (x - i y) (c_re + i c_im), times root 2. */
function weightsOf(products: Float32Array, templates: number, size: number): Omit<TemplateWeights, 'sensitivities'> {
  const real = new Float32Array(templates * 2 * size)
  const imaginary = new Float32Array(templates * 2 * size)
  const held = new Float64Array(templates)
  for (let k = 0; k < templates; k++)
    for (let b = 0; b < size; b++) {
      const at = k * 2 * size + b
      const [re, im] = [products[at]!, products[at + size]!]
      held[k]! += re * re + im * im
      real[at] = imaginary[at + size] = Math.SQRT2 * re
      real[at + size] = Math.SQRT2 * im
      imaginary[at] = -real[at + size]!
    }
  const shape = [templates, 2 * size]
  return { real: Tensor.of(real, shape), imaginary: Tensor.of(imaginary, shape), held }
}

/** SNR series, real and imaginary parts, `[templates, samples]`, of one detector's filter outputs, `[2 filters, samples]`. */
export const snrSeries = (
  { real, imaginary }: Pick<TemplateWeights, 'real' | 'imaginary'>,
  outputs: Tensor,
): readonly [Tensor, Tensor] => [matmul(real, outputs), matmul(imaginary, outputs)]
