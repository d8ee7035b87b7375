import { afterAll, describe, expect, test } from 'vitest'
import { normal, randomKey } from '../../core/index.ts'
import { rfft } from '../../tensor/fft/index.ts'
import { Tensor } from '../../tensor/index.ts'
import { type Candidate, measureCandidate, windowMargin } from './candidate.ts'
import { basisPowers, residualPower } from './consistency.ts'
import { outputsOf } from './filtered-piece.ts'
import { interpolation } from './interpolator.ts'
import { buildBank, snrSeries } from './template-bank.ts'
import {
  binaries,
  find,
  noise,
  openSearch,
  psd,
  sampleRate,
  signal,
  band as wholeBand,
} from './testing/two-detector-search.ts'
import { whitenedTemplates } from './whitened-templates.ts'
import { whiteningBand } from './whitening-band.ts'

/** All of what the interpolator passes. */
const band = { ...wholeBand, maximumFrequency: 420 }
const { response } = whiteningBand({ psd, sampleRate, band })

/** From 10 solar masses on, so that the basis is not too small. */
const draws = binaries(250, 4, { low: 10 })
const bank = buildBank(draws, {
  band,
  responses: [response],
  minimumMatch: 0.97,
  basisSize: 96,
  basisTolerance: 1e-4,
})
const { frontEnd, close } = await openSearch(bank)
afterAll(close)

const seconds = 160
const events = 18
const quiet = noise(seconds, 21)

const quantile = (values: readonly number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.round(share * (values.length - 1))]!

/** Candidates near the times of `events` additions to noise, made by a function of their number and detector. */
async function findAdded(added: (i: number, detector: number) => Float64Array, detectors = 2): Promise<Candidate[]> {
  const strain = quiet.slice()
  for (let i = 0; i < events; i++)
    for (let detector = 0; detector < detectors; detector++) {
      const at = detector * seconds * sampleRate + 8 * i * sampleRate
      for (const [k, x] of added(i, detector).entries()) strain[at + k]! += x
    }
  const found = await find(frontEnd, strain, { pieceSeconds: [seconds], threshold: 6.5 })
  return found.filter(({ sample }) => Math.abs(((sample / band.bandwidth) % 8) - 6) < 0.25)
}

describe('the power that a template leaves over', () => {
  test('is of all filters together', () => {
    const [filters, samples] = [3, 40]
    const values = Float32Array.from(normal(randomKey(1), 2 * filters * samples))
    const at = [15, 20, 22]
    const powers = basisPowers(
      { values, samples },
      at.map(sample => sample * interpolation),
    )
    for (const [i, sample] of at.entries()) {
      const parts = Array.from({ length: 2 * filters }, (_, row) => values[row * samples + sample]!)
      expect(powers[i]).toBeCloseTo(
        parts.reduce((sum, x) => sum + x * x, 0),
        6,
      )
    }
  })

  test('is nothing of what is along the template, and all of the rest', () => {
    // A signal of power 9 of which the basis holds 0.96: so much is along the template's projection.
    expect(residualPower(9 * 0.96, 2 * 9 * 0.96 ** 2, 0.96, 5)).toBeCloseTo(0, 12)
    expect(residualPower(9 * 0.96 + 8, 2 * 9 * 0.96 ** 2, 0.96, 5)).toBeCloseTo(2, 12)
  })
})

describe('consistency', () => {
  test('has mean 1 and variance 1 / (B - 1) in noise, at any time and for any template', async () => {
    const stream = frontEnd.stream()
    const filtered = await stream.push(quiet)
    const filters = bank.basis.rows
    const values: number[] = []
    const margin = windowMargin(1)
    for (let at = 2500, template = 0; at + 200 < filtered.length; at += 157, template++) {
      const row = template % bank.templates.length
      const window = { from: filtered.start + at, samples: 2 * margin + 2 }
      const outputs = [0, 1].map(detector => outputsOf({ pieces: [filtered], detector, filters }, window))
      const shape = [2 * filters, window.samples]
      const series = frontEnd.weights.map((own, i) => snrSeries(own, Tensor.of(outputs[i]!, shape)))
      const of = (part: 0 | 1) =>
        series.map(pair => pair[part].dataAs('float32').subarray(row * window.samples, (row + 1) * window.samples))
      const { consistency } = measureCandidate(
        {
          re: of(0),
          im: of(1),
          templates: 1,
          samples: window.samples,
          outputs,
          held: frontEnd.weights.map(({ held }) => held.subarray(row, row + 1)),
        },
        { maximumLag: 0.25, from: margin, to: margin + 1, start: 0 },
      )
      values.push(...consistency)
    }
    const mean = values.reduce((sum, r) => sum + r, 0) / values.length
    const variance = values.reduce((sum, r) => sum + (r - mean) ** 2, 0) / values.length
    expect(values.length).toBeGreaterThan(800)
    // Five standard errors, where vectors of neighbouring times count for half.
    const expected = 1 / (filters - 1)
    expect(Math.abs(mean - 1)).toBeLessThan(5 * Math.sqrt((2 * expected) / values.length))
    expect(Math.abs(variance / expected - 1)).toBeLessThan(5 * Math.sqrt(4 / values.length))
  })

  // Such as are no templates, but match one.
  const population = draws.filter(draw => !bank.templates.includes(draw)).slice(0, events)
  const { norms } = whitenedTemplates(population, { band, responses: [response] })[0]!
  test.each([8, 12, 20, 30])('is about 1 for signals of SNR %i of the population', async snr => {
    const found = await findAdded((i, detector) =>
      signal(population[i]!, { distanceMpc: norms[i]! / snr, at: 6 + 0.0313 * (i % 7) + 0.004 * detector, seconds: 8 }),
    )
    const values = found.flatMap(candidate => candidate.consistency)
    expect(found).toHaveLength(events)
    // What a match leaves of a signal, and what the noise adds.
    const degrees = 2 * (bank.basis.rows - 1)
    const most = (match: number, deviations: number) =>
      1 + (snr ** 2 * (1 - match ** 2)) / degrees + deviations * Math.sqrt(2 / degrees)
    expect(quantile(values, 0.5)).toBeLessThan(most(0.985, 0.5))
    expect(quantile(values, 0.9)).toBeLessThan(most(0.975, 2))
    expect(Math.max(...values)).toBeLessThan(most(0.97, 4))
  })

  test.each([
    { name: 'blips', frequency: 120, quality: 1.5 },
    { name: 'low blips', frequency: 60, quality: 3 },
    { name: 'sine-Gaussians', frequency: 200, quality: 9 },
  ])('is large for $name of SNR 20 in one detector', async ({ frequency, quality }) => {
    const glitch = sineGaussian({ frequency, quality, snr: 20 })
    const found = await findAdded(() => glitch, 1)
    const values = found.map(({ consistency }) => consistency[0])
    expect(found.length).toBeGreaterThanOrEqual(events)
    expect(Math.min(...values)).toBeGreaterThan(2)
    // The other detector has noise alone.
    expect(Math.max(...found.map(({ consistency }) => consistency[1]))).toBeLessThan(1.6)
  })

  test('of each kept template is given, the best first', async () => {
    const [candidate] = await findAdded((i, detector) =>
      i === 3 ? signal(population[3]!, { distanceMpc: norms[3]! / 12, at: 6, seconds: 8 }) : new Float64Array(detector),
    )
    const { consistency, consistencies, templates } = candidate!
    expect(consistencies).toHaveLength(2 * templates.length)
    expect([...consistencies.subarray(0, 2)]).toEqual([...consistency])
    // Templates that fit less leave more.
    const total = (i: number) => consistencies[2 * i]! + consistencies[2 * i + 1]!
    expect(total(templates.length - 1)).toBeGreaterThan(total(0))
  })
})

/** A sine-Gaussian of a given optimal SNR, 6 s into 8 s of strain. */
function sineGaussian({ frequency, quality, snr }: { frequency: number; quality: number; snr: number }): Float64Array {
  const tau = quality / (2 * Math.PI * frequency)
  const wave = Float64Array.from({ length: 8 * sampleRate }, (_, k) => {
    const t = k / sampleRate - 6
    return Math.exp(-0.5 * (t / tau) ** 2) * Math.sin(2 * Math.PI * frequency * t)
  })
  const { re, im } = rfft(wave, wave.length)
  let power = 0
  for (let k = 25 * 8; k < 500 * 8; k++)
    power += (4 / 8) * ((re[k]! ** 2 + im[k]! ** 2) / sampleRate ** 2 / psd.values[k]!)
  return wave.map(x => (x * snr) / Math.sqrt(power))
}
