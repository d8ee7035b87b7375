import { createWorkerPool, randomKey, uniform } from '../../../core/index.ts'
import { aligoDesignPsd, noiseModel, noiseReader } from '../../../data/index.ts'
import { detectorNamed, lightTravelTime } from '../../../gw/index.ts'
import { irfft } from '../../../tensor/fft/index.ts'
import { imrPhenomDSpectrum } from '../../../waveforms/index.ts'
import type { SearchBand } from '../band.ts'
import type { Candidate } from '../candidate.ts'
import { createCandidateFinder } from '../candidate-finder.ts'
import { createFrontEnd, type FrontEnd } from '../front-end.ts'
import { buildBank, type TemplateBank } from '../template-bank.ts'
import type { Intrinsic } from '../whitened-templates.ts'
import { whiteningBand } from '../whitening-band.ts'

/** A small matched-filter search of H1 and L1 in noise of advanced LIGO's design, for the tests of this folder. */
export const sampleRate = 2048
export const band: SearchBand = { bandwidth: 512, templateDuration: 4, afterMerger: 0.25, minimumFrequency: 25 }
export const psd = {
  resolution: 1 / 8,
  values: Float64Array.from({ length: 8 * 1024 + 1 }, (_, k) => aligoDesignPsd(Math.max(5, k / 8))),
}
export const { response } = whiteningBand({ psd, sampleRate, band })
export const maximumLag = lightTravelTime(detectorNamed('H1'), detectorNamed('L1')) + 0.0005

/** Binaries without spin, of 20 to 50 solar masses each unless the least is given. */
export function binaries(count: number, seed: number, { low = 20 } = {}): readonly Intrinsic[] {
  const masses = uniform(randomKey(seed), 2 * count, { low, high: 50 })
  return Array.from({ length: count }, (_, i) => ({
    mass1Solar: Math.max(masses[2 * i]!, masses[2 * i + 1]!),
    mass2Solar: Math.min(masses[2 * i]!, masses[2 * i + 1]!),
    spin1z: 0,
    spin2z: 0,
  }))
}

export const draws = binaries(40, 3)
export const bank: TemplateBank = buildBank(draws, { band, responses: [response], minimumMatch: 0.97, basisSize: 40 })

/** The filters of both detectors and a pool for them; close it. */
export async function openSearch(own: TemplateBank = bank) {
  const pool = createWorkerPool({ size: 1 })
  return {
    frontEnd: await createFrontEnd({ bank: own, psds: [psd, psd], sampleRate, pool }),
    close: () => pool.close(),
  }
}

export interface SignalPlace {
  readonly distanceMpc: number
  /** Time of the merger, seconds. */
  readonly at: number
  /** Length of the strain, seconds. */
  readonly seconds: number
}

/** A binary's face-on signal in `seconds` of otherwise silent strain. */
export function signal(binary: Intrinsic, { distanceMpc, at, seconds }: SignalPlace): Float64Array {
  const resolution = 1 / seconds
  const { plus } = imrPhenomDSpectrum(
    { ...binary, distanceMpc, inclination: 0, phase: 1 },
    { resolution, minimumFrequency: 15, maximumFrequency: sampleRate / 2 },
  )
  const turn = (k: number) => -2 * Math.PI * k * resolution * at
  const re = plus.re.map((x, k) => sampleRate * (x * Math.cos(turn(k)) - plus.im[k]! * Math.sin(turn(k))))
  const im = plus.re.map((x, k) => sampleRate * (x * Math.sin(turn(k)) + plus.im[k]! * Math.cos(turn(k))))
  return irfft(re, im, seconds * sampleRate)
}

/** Noise of both detectors, `[2, seconds]`. */
export function noise(seconds: number, seed: number): Float64Array {
  const model = noiseModel({ psd: aligoDesignPsd, sampleRate })
  const strain = new Float64Array(2 * seconds * sampleRate)
  for (const [i, detector] of ['H1', 'L1'].entries())
    noiseReader(model, { key: randomKey(seed), detector }).fill(
      strain.subarray(i * seconds * sampleRate, (i + 1) * seconds * sampleRate),
      0,
    )
  return strain
}

/** Candidates of strain of both detectors, given to the search in pieces of some lengths. */
export async function find(
  frontEnd: FrontEnd,
  strain: Float64Array,
  { pieceSeconds, threshold = 5 }: { readonly pieceSeconds: readonly number[]; readonly threshold?: number },
): Promise<Candidate[]> {
  const finder = createCandidateFinder(frontEnd, { threshold, maximumLag })
  const stream = frontEnd.stream()
  const length = strain.length / 2
  const found: Candidate[] = []
  for (let at = 0, i = 0; at < length; i++) {
    const end = Math.min(length, at + Math.round(pieceSeconds[i % pieceSeconds.length]! * sampleRate))
    const piece = new Float64Array(2 * (end - at))
    piece.set(strain.subarray(at, end))
    piece.set(strain.subarray(length + at, length + end), end - at)
    found.push(...(await finder.push(await stream.push(piece))))
    at = end
  }
  found.push(...(await finder.push(await stream.flush())), ...(await finder.flush()))
  return found
}
