import { afterAll, describe, expect, test } from 'vitest'
import { aligoDesignPsd } from '../../data/index.ts'
import { FrequencySeries, optimalSnr } from '../../gw/index.ts'
import { imrPhenomDSpectrum } from '../../waveforms/index.ts'
import { innerProductOf } from './complex-rows.ts'
import { comparableSpectra } from './match.ts'
import { placeTemplates } from './place-templates.ts'
import {
  band,
  bank,
  binaries,
  draws,
  find,
  noise,
  openSearch,
  psd,
  response,
  sampleRate,
  signal,
} from './testing/two-detector-search.ts'
import { whitenedTemplates } from './whitened-templates.ts'

const { frontEnd, close } = await openSearch()
afterAll(close)

/** A template of a given SNR in `seconds` of otherwise silent strain. */
const template = (index: number, { snr, at, seconds }: { snr: number; at: number; seconds: number }) =>
  signal(bank.templates[index]!, { distanceMpc: frontEnd.weights[0]!.sensitivities[index]! / snr, at, seconds })

test('whitening to the band divides by the ASD within it', () => {
  for (const f of [25, 30, 60, 100, 250, 480])
    expect(response.values[f * band.templateDuration]! * Math.sqrt(aligoDesignPsd(f))).toBeCloseTo(1, 3)
  expect(Math.abs(response.values[0]! * Math.sqrt(aligoDesignPsd(25)))).toBeLessThan(1e-3)
})

describe('a template bank', () => {
  test('matches every draw, and its triggers do to 0.9', () => {
    const spectra = comparableSpectra(draws, { band, response })
    const { matches, chosen, before } = placeTemplates(spectra, { minimumMatch: 0.97 })
    expect(chosen.map(i => draws[i])).toEqual(bank.templates)
    expect(Math.min(...matches)).toBeGreaterThanOrEqual(0.97)
    expect(chosen.length).toBeGreaterThan(3)
    expect(chosen.length).toBeLessThan(draws.length)
    expect([before[bank.triggers - 1]! < 0.9, before[bank.triggers]! < 0.9]).toEqual([true, false])
  })

  test('has a basis that is orthonormal as far as float32 goes', () => {
    const { basis } = bank
    expect(basis.re).toEqual(Float64Array.from(basis.re, Math.fround))
    for (let i = 0; i < basis.rows; i++)
      for (let j = 0; j <= i; j++) {
        const { re, im } = innerProductOf(basis, i, basis, j)
        expect(Math.hypot(re - (i === j ? 1 : 0), im)).toBeLessThan(1e-7)
      }
  })

  test('has a basis that holds the population', () => {
    for (const { held } of frontEnd.weights) expect(Math.min(...held)).toBeGreaterThan(1 - 1e-3)
    const { norms: _, ...fresh } = whitenedTemplates(binaries(60, 77), { band, responses: [response] })[0]!
    const lost = Array.from({ length: fresh.rows }, (_, row) => {
      let left = 1
      for (let i = 0; i < bank.basis.rows; i++) {
        const { re, im } = innerProductOf(bank.basis, i, fresh, row)
        left -= re * re + im * im
      }
      return left
    })
    expect(lost.reduce((a, b) => a + b) / lost.length).toBeLessThan(1e-3)
  })

  test('says the optimal SNR of its templates', () => {
    const resolution = 1 / 8
    const grid = { resolution, minimumFrequency: 25, maximumFrequency: 1024 }
    for (const [k, binary] of bank.templates.entries()) {
      const { plus } = imrPhenomDSpectrum({ ...binary, distanceMpc: 1, inclination: 0, phase: 0 }, grid)
      const h = new FrequencySeries(plus, { resolution })
      const expected = optimalSnr(h, { psd, lowFrequency: 25, highFrequency: 504 })
      expect(frontEnd.weights[0]!.sensitivities[k]! / expected).toBeCloseTo(1, 2)
    }
  })
})

describe('candidates', () => {
  test('have the optimal SNR, time and lag of a signal without noise', async () => {
    const strain = new Float64Array(2 * 24 * sampleRate)
    strain.set(template(2, { snr: 12, at: 15.1234, seconds: 24 }))
    strain.set(template(2, { snr: 9, at: 15.1234 + 0.0061, seconds: 24 }), 24 * sampleRate)
    const [candidate, ...others] = await find(frontEnd, strain, { pieceSeconds: [24] })
    expect(others).toEqual([])
    expect(candidate!.template).toBe(2)
    expect(candidate!.snrs[0]).toBeCloseTo(12, 1)
    expect(candidate!.snrs[1]).toBeCloseTo(9, 1)
    expect(candidate!.sample / band.bandwidth).toBeCloseTo(15.1234, 3)
    expect(candidate!.lag / band.bandwidth).toBeCloseTo(0.0061, 3)
  })

  test('are none where the lag is beyond the light travel time', async () => {
    const strain = new Float64Array(2 * 16 * sampleRate)
    strain.set(template(2, { snr: 4.9, at: 10, seconds: 16 }))
    strain.set(template(2, { snr: 4.9, at: 10.06, seconds: 16 }), 16 * sampleRate)
    expect(await find(frontEnd, strain, { pieceSeconds: [16] })).toEqual([])
  })

  test('are the same however a stream is cut, bit for bit', async () => {
    const strain = noise(40, 5)
    const whole = await find(frontEnd, strain, { pieceSeconds: [40] })
    expect(whole.length).toBeGreaterThan(5)
    expect(await find(frontEnd, strain, { pieceSeconds: [3.7, 0.01, 8, 1] })).toEqual(whole)
  })

  test('are found wherever between two samples a signal lies', async () => {
    const seconds = 48
    const strain = new Float64Array(2 * seconds * sampleRate)
    const offsets = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75]
    for (const detector of [0, 1])
      for (const [i, offset] of offsets.entries()) {
        const at = 10 + 4 * i + offset / band.bandwidth
        const values = template(i % bank.triggers, { snr: (5 * 1.15) / Math.SQRT2, at, seconds })
        for (let n = 0; n < values.length; n++) strain[detector * values.length + n]! += values[n]!
      }
    const found = await find(frontEnd, strain, { pieceSeconds: [seconds], threshold: 5 })
    expect(found.map(({ sample }) => Math.round(sample / band.bandwidth))).toEqual(offsets.map((_, i) => 10 + 4 * i))
  })

  test('are the loudest within the separation', async () => {
    const found = await find(frontEnd, noise(40, 6), { pieceSeconds: [10], threshold: 4.5 })
    const times = found.map(({ sample }) => sample / band.bandwidth)
    for (const [i, time] of times.slice(1).entries()) expect(time - times[i]!).toBeGreaterThan(0.25 - 2 * 0.016)
  })
})
