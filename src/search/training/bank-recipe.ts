import { type Progress, randomKey, silentProgress } from '../../core/index.ts'
import { psdSpectrum } from '../../data/index.ts'
import { readPriorSet, rowOf } from '../../priors/index.ts'
import type { Spectrum } from '../../signal/index.ts'
import { z } from '../../train/index.ts'
import { binaryFromRow } from '../../waveforms/index.ts'
import { buildBank, type TemplateBank } from '../matched-filter/template-bank.ts'
import { whiteningBand } from '../matched-filter/whitening-band.ts'
import { type NamedPsd, psdsNamed } from './noise-curves.ts'

const positive = z.number().positive()
const count = z.int().positive()

/** What a bank is made from. */
export const bankSchema = z.strictObject({
  /** Prior set, by name or path, that templates are chosen among. */
  prior: z.string().default('mlgwsc1-set1'),
  /** Draws of it. */
  draws: count.default(2000),
  /** How well each draw must match a template. */
  minimumMatch: z.number().gt(0).lt(1).default(0.97),
  /** How well each draw must match a template of those that are looked at everywhere; others are where these are loud. */
  triggerMatch: z.number().gt(0).lt(1).default(0.9),
  /** Most filters that all templates are sums of, and the power of a draw that they may lack. */
  basisSize: count.default(96),
  basisTolerance: positive.default(1e-4),
  /** Noise that it is for. */
  noise: z.enum(['aligo-design', 'o3a']).default('aligo-design'),
  /** Curves of that noise that are used. */
  curves: count.default(1),
  /** Sample rate of the complex series, Hz. */
  bandwidth: positive.default(512),
  /** Seconds. */
  templateDuration: positive.default(8),
  afterMerger: positive.default(0.25),
  /** Hz. */
  minimumFrequency: positive.default(20),
  /** Where templates end, below the bandwidth. */
  maximumFrequency: positive.exactOptional(),
})

export type BankRecipe = z.output<typeof bankSchema>

/** Of the PSDs that banks are placed by, Hz. */
const resolution = 1 / 8

/** Where PSDs of detectors end below, Hz: nothing of a search looks there. */
const lowestFrequency = 10

/** A noise curve as whitening takes it. */
export const nominalPsd = ({ psd }: NamedPsd, sampleRate: number): Spectrum => {
  const { values } = psdSpectrum(psd, { sampleRate, resolution })
  const lowest = Math.ceil(lowestFrequency / resolution)
  return { values: values.map((value, k) => (k < lowest ? values[lowest]! : value)), resolution }
}

/** Makes a bank: a function of the recipe and the sample rate alone. */
export async function bankFromRecipe(
  recipe: BankRecipe,
  { sampleRate, progress = silentProgress }: { readonly sampleRate: number; readonly progress?: Progress },
): Promise<TemplateBank> {
  const { prior, draws, noise, curves, minimumMatch, triggerMatch, basisSize, basisTolerance, ...band } = recipe
  const { columns } = (await readPriorSet(prior)).sample(randomKey(`templates of ${prior}`), draws)
  const binaries = Array.from({ length: draws }, (_, i) => binaryFromRow(rowOf(columns, i)))
  const psds = (await Promise.all(['H1', 'L1'].map(detector => psdsNamed(noise, detector)))).flat()
  // Spread over both detectors' curves.
  const chosen = Array.from(
    { length: Math.min(curves, psds.length) },
    (_, i) => psds[Math.floor((i * psds.length) / curves)]!,
  )
  const responses = chosen.map(each => whiteningBand({ psd: nominalPsd(each, sampleRate), sampleRate, band }).response)
  return buildBank(binaries, { band, responses, minimumMatch, triggerMatch, basisSize, basisTolerance, progress })
}
