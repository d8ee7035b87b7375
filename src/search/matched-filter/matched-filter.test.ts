import { afterAll, describe, expect, test } from 'vitest'
import { createWorkerPool, randomKey, uniform } from '../../core/index.ts'
import { aligoDesignPsd, noiseModel, noiseReader } from '../../data/index.ts'
import { detectorNamed, FrequencySeries, lightTravelTime, optimalSnr } from '../../gw/index.ts'
import { irfft } from '../../tensor/fft/index.ts'
import { imrPhenomDSpectrum } from '../../waveforms/index.ts'
import type { SearchBand } from './band.ts'
import type { Candidate } from './candidate.ts'
import { createCandidateFinder } from './candidate-finder.ts'
import { innerProductOf } from './complex-rows.ts'
import { createFrontEnd } from './front-end.ts'
import { placeTemplates } from './place-templates.ts'
import { buildBank, type TemplateBank } from './template-bank.ts'
import { whitenedTemplates } from './whitened-templates.ts'
import { whiteningBand } from './whitening-band.ts'

const sampleRate = 2048
const band: SearchBand = { bandwidth: 512, templateDuration: 4, afterMerger: 0.25, minimumFrequency: 25 }
const psd = {
  resolution: 1 / 8,
  values: Float64Array.from({ length: 8 * 1024 + 1 }, (_, k) => aligoDesignPsd(Math.max(5, k / 8))),
}
const { response } = whiteningBand({ psd, sampleRate, band })
const masses = uniform(randomKey(3), 80, { low: 20, high: 50 })
const draws = Array.from({ length: 40 }, (_, i) => ({
  mass1Solar: Math.max(masses[2 * i]!, masses[2 * i + 1]!),
  mass2Solar: Math.min(masses[2 * i]!, masses[2 * i + 1]!),
  spin1z: 0,
  spin2z: 0,
}))
const bank: TemplateBank = buildBank(draws, { band, responses: [response], minimumMatch: 0.97, basisSize: 40 })
const pool = createWorkerPool({ size: 1 })
const frontEnd = createFrontEnd({ bank, psds: [psd, psd], sampleRate, pool })
const maximumLag = lightTravelTime(detectorNamed('H1'), detectorNamed('L1')) + 0.0005
afterAll(() => pool.close())

/** A template of a given SNR in `seconds` of otherwise silent strain, its merger at a time. */
function signal(template: number, { snr, at, seconds }: { snr: number; at: number; seconds: number }) {
  const samples = seconds * sampleRate
  const resolution = 1 / seconds
  const distanceMpc = frontEnd.weights[0]!.sensitivities[template]! / snr
  const { plus } = imrPhenomDSpectrum(
    { ...bank.templates[template]!, distanceMpc, inclination: 0, phase: 1 },
    { resolution, minimumFrequency: 15, maximumFrequency: sampleRate / 2 },
  )
  const turn = (k: number) => -2 * Math.PI * k * resolution * at
  const re = plus.re.map((x, k) => sampleRate * (x * Math.cos(turn(k)) - plus.im[k]! * Math.sin(turn(k))))
  const im = plus.re.map((x, k) => sampleRate * (x * Math.sin(turn(k)) + plus.im[k]! * Math.cos(turn(k))))
  return irfft(re, im, samples)
}

function noise(seconds: number, seed: number): Float64Array {
  const model = noiseModel({ psd: aligoDesignPsd, sampleRate })
  const strain = new Float64Array(2 * seconds * sampleRate)
  for (const [i, detector] of ['H1', 'L1'].entries())
    noiseReader(model, { key: randomKey(seed), detector }).fill(
      strain.subarray(i * seconds * sampleRate, (i + 1) * seconds * sampleRate),
      0,
    )
  return strain
}

async function find(strain: Float64Array, pieceSeconds: readonly number[], threshold = 5): Promise<Candidate[]> {
  const finder = createCandidateFinder(frontEnd, { threshold, maximumLag, threads: 1 })
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
  await finder.dispose()
  return found
}

test('whitening to the band divides by the ASD within it', () => {
  for (const f of [25, 30, 60, 100, 250, 480])
    expect(response.values[f * band.templateDuration]! * Math.sqrt(aligoDesignPsd(f))).toBeCloseTo(1, 3)
  expect(Math.abs(response.values[0]! * Math.sqrt(aligoDesignPsd(25)))).toBeLessThan(1e-3)
})

describe('a template bank', () => {
  const whitened = whitenedTemplates(draws, { band, responses: [response] })[0]!

  test('matches every draw', () => {
    const { matches, chosen } = placeTemplates(whitened, { minimumMatch: 0.97 })
    expect(chosen).toHaveLength(bank.templates.length)
    expect(Math.min(...matches)).toBeGreaterThanOrEqual(0.97)
    expect(chosen.length).toBeGreaterThan(3)
    expect(chosen.length).toBeLessThan(draws.length)
  })

  test('has an orthonormal basis that holds every draw', () => {
    const { basis } = bank
    for (let i = 0; i < basis.rows; i++)
      for (let j = 0; j <= i; j++) {
        const { re, im } = innerProductOf(basis, i, basis, j)
        expect(Math.hypot(re - (i === j ? 1 : 0), im)).toBeLessThan(1e-12)
      }
    for (let row = 0; row < draws.length; row++) {
      let held = 0
      for (let i = 0; i < basis.rows; i++) {
        const { re, im } = innerProductOf(basis, i, whitened, row)
        held += re * re + im * im
      }
      expect(held).toBeGreaterThan(1 - 1e-4)
    }
  })

  test('says the optimal SNR of its templates', () => {
    const resolution = 1 / 8
    const grid = { resolution, minimumFrequency: 25, maximumFrequency: 1024 }
    for (const [k, template] of bank.templates.entries()) {
      const { plus } = imrPhenomDSpectrum({ ...template, distanceMpc: 1, inclination: 0, phase: 0 }, grid)
      const h = new FrequencySeries(plus, { resolution })
      const expected = optimalSnr(h, { psd, lowFrequency: 25, highFrequency: 504 })
      expect(frontEnd.weights[0]!.sensitivities[k]! / expected).toBeCloseTo(1, 2)
    }
  })
})

describe('candidates', () => {
  test('have the optimal SNR, time and lag of a signal without noise', async () => {
    const strain = new Float64Array(2 * 24 * sampleRate)
    strain.set(signal(2, { snr: 12, at: 15.1234, seconds: 24 }))
    strain.set(signal(2, { snr: 9, at: 15.1234 + 0.0061, seconds: 24 }), 24 * sampleRate)
    const [candidate, ...others] = await find(strain, [24])
    expect(others).toEqual([])
    expect(candidate!.template).toBe(2)
    expect(candidate!.snrs[0]).toBeCloseTo(12, 1)
    expect(candidate!.snrs[1]).toBeCloseTo(9, 1)
    expect(candidate!.sample / band.bandwidth).toBeCloseTo(15.1234, 3)
    expect(candidate!.lag / band.bandwidth).toBeCloseTo(0.0061, 3)
  })

  test('are none where the lag is beyond the light travel time', async () => {
    const strain = new Float64Array(2 * 16 * sampleRate)
    strain.set(signal(2, { snr: 4.9, at: 10, seconds: 16 }))
    strain.set(signal(2, { snr: 4.9, at: 10.06, seconds: 16 }), 16 * sampleRate)
    expect(await find(strain, [16])).toEqual([])
  })

  test('are the same however a stream is cut, bit for bit', async () => {
    const strain = noise(40, 5)
    const whole = await find(strain, [40])
    expect(whole.length).toBeGreaterThan(5)
    expect(await find(strain, [3.7, 0.01, 8, 1])).toEqual(whole)
  })

  test('are the loudest within the separation', async () => {
    const times = (await find(noise(40, 6), [10], 4.5)).map(({ sample }) => sample / band.bandwidth)
    for (const [i, time] of times.slice(1).entries()) expect(time - times[i]!).toBeGreaterThan(0.25 - 2 * 0.016)
  })
})
