import { fileURLToPath } from 'node:url'
import { aligoDesignPsd, type NoisePsd, readNoiseCurve } from '../../data/index.ts'

/** A power spectral density and where it is from. */
export interface NamedPsd {
  readonly name: string
  readonly psd: NoisePsd
}

const measuredCount = 20

/** Advanced LIGO at design sensitivity, as MLGWSC-1's set 1 has it in both detectors. */
export const designPsd: NamedPsd = { name: 'aLIGO design', psd: aligoDesignPsd }

/**
 * One of the 20 PSDs of H1 or L1 in the first half of the third observing run that MLGWSC-1 publishes.
 *
 * @throws `io` for a detector or a number that there is none of.
 */
export async function measuredPsd(detector: string, number: number): Promise<NamedPsd> {
  const name = `${detector}/psd-${number}.hdf`
  // In the root of the package, from src/search/training as from dist/search/training.
  const path = fileURLToPath(new URL(`../../../noise-curves/mlgwsc1/${name}`, import.meta.url))
  const { frequencies, psd } = await readNoiseCurve(path, { quantity: 'psd' })
  // As a grid it is read linearly between bins, as the challenge's own program does.
  return { name, psd: { values: psd, resolution: frequencies[1]! } }
}

/** What a configuration may name: the design, or all measured ones. */
export type NoiseName = 'aligo-design' | 'o3a'

/** The PSDs by a configuration's name that a detector's noise may have. */
export async function psdsNamed(name: NoiseName, detector: string): Promise<readonly NamedPsd[]> {
  if (name === 'aligo-design') return [designPsd]
  return Promise.all(Array.from({ length: measuredCount }, (_, i) => measuredPsd(detector, i)))
}
