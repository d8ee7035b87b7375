import { describe, expect, it } from 'vitest'
import { aligoDesignPsd, psdSpectrum } from '../../data/index.ts'
import { detectorNamed, networkSnr, noiseWeights, optimalSnrs, projectSpectra, responseTable } from '../../gw/index.ts'
import { spectra } from '../../waveforms/index.ts'
import { challengeSensitivity } from './challenge-sensitivity.ts'
import { challengeDistances } from './distances.ts'
import { injectionSnrs } from './injection-snrs.ts'
import { injectionColumns } from './piece-injections.ts'
import { challengePlan } from './plan.ts'
import { scoreChallenge } from './score.ts'

const day = 86_400

describe('injectionSnrs', () => {
  it('are those of the official population: mean 5.59, within what its draws scatter', async () => {
    const snrs = injectionSnrs(await challengePlan({ set: 1, seed: 5, durationSeconds: day }))
    const mean = snrs.reduce((sum, snr) => sum + snr, 0) / snrs.length
    const deviation = Math.sqrt(snrs.reduce((sum, snr) => sum + (snr - mean) ** 2, 0) / snrs.length)
    expect(Math.abs(mean - 5.59)).toBeLessThan((3 * deviation) / Math.sqrt(snrs.length) + 0.005)
  })

  it('are against the noise as it is made, which is the design’s to 0.2 %', async () => {
    const plan = await challengePlan({ set: 1, seed: 5, durationSeconds: 7200 })
    const injections = plan.injections.flat()
    const grid = { resolution: 1 / 4, minimumFrequency: 20, maximumFrequency: 1024 }
    const table = responseTable([detectorNamed('H1'), detectorNamed('L1')], injections)
    const psd = psdSpectrum(f => aligoDesignPsd(Math.max(f, 5)), { sampleRate: 2048, resolution: grid.resolution })
    const weights = noiseWeights({ resolution: grid.resolution, bins: 4097 }, { psd, lowFrequency: 20 })
    const waves = spectra(
      injections.map(({ binary }) => binary),
      grid,
    )
    const each = optimalSnrs(projectSpectra(waves, table, grid), weights)
    injectionSnrs(plan).forEach((snr, i) => {
      expect(Math.abs(snr / networkSnr(each.subarray(2 * i, 2 * i + 2)) - 1)).toBeLessThan(2e-3)
    })
  })
})

describe('challengeSensitivity', async () => {
  const plan = await challengePlan({ set: 1, seed: 8, durationSeconds: 20_000 })
  const injections = plan.injections.flat()
  const snrs = injectionSnrs(plan)
  // Each injection above SNR 5 has an event as loud as it, and a quieter one; one of two lies too far off to be true.
  const events = injections.flatMap(({ time }, i) =>
    snrs[i]! < 5
      ? []
      : [
          { time: time.seconds + (i % 2 === 0 ? 0.05 : 0.3), stat: snrs[i]! },
          { time: time.seconds + (i % 4 < 2 ? -0.1 : 0.1), stat: snrs[i]! - 1 },
        ],
  )
  const foreground = {
    time: Float64Array.from(events, ({ time }) => time),
    stat: Float64Array.from(events, ({ stat }) => stat),
    var: new Float64Array(events.length).fill(0.2),
  }
  const loudness = (i: number) => (snrs[i]! < 5 ? -Infinity : snrs[i]! - (i % 2 === 0 ? 0 : 1))
  const stat = Float64Array.from({ length: 500 }, (_, i) => 4 + i / 100)
  const background = { time: new Float64Array(500), stat, var: new Float64Array(500) }
  const score = scoreChallenge(
    { foreground, background, injections: injectionColumns(injections) },
    { duration: 20_000, backgroundDuration: 20 * day },
  )
  const sensitivity = challengeSensitivity({ plan, score, model: 'a model' })
  const rates = [100, 10]
  const thresholdAt = (rate: number): number => {
    const [distance] = challengeDistances(score, { falseAlarmsPerMonth: [rate] })
    return 'threshold' in distance! ? distance.threshold : Number.NaN
  }

  it('has the score’s distances at all rates that the background resolves', () => {
    const [{ model, distances }] = sensitivity.models as [(typeof sensitivity.models)[number]]
    expect(model).toBe('a model')
    // The lowest is one event in 20 days: 1.5 a month.
    expect(distances.map(({ falseAlarmsPerMonth }) => falseAlarmsPerMonth)).toEqual([
      1000, 500, 200, 100, 50, 20, 10, 5, 2,
    ])
    const official = challengeDistances(score, { falseAlarmsPerMonth: distances.map(each => each.falseAlarmsPerMonth) })
    for (const [i, { distanceMpc, error }] of distances.entries())
      expect(official[i]).toMatchObject({ sensitiveDistance: distanceMpc, sensitiveDistanceError: error })
  })

  it('finds an injection by the loudest of its true events, in bins of its SNR', () => {
    expect(sensitivity.bySnr!.map(({ falseAlarmsPerMonth }) => falseAlarmsPerMonth)).toEqual([1000, ...rates])
    for (const [r, rate] of rates.entries())
      for (const { from, to, count, found } of sensitivity.bySnr![r + 1]!.bins) {
        const inside = Array.from(snrs.keys()).filter(i => snrs[i]! >= from && snrs[i]! < to)
        expect([from, count, found]).toEqual([
          from,
          inside.length,
          inside.filter(i => loudness(i) > thresholdAt(rate)).length,
        ])
      }
  })

  it('has every injection in a cell of masses, at the lowest of the rates', () => {
    const { falseAlarmsPerMonth, cells } = sensitivity.byMasses!
    expect(falseAlarmsPerMonth).toBe(10)
    const threshold = thresholdAt(10)
    const sum = (key: 'count' | 'found') => cells.reduce((total, cell) => total + cell[key], 0)
    expect(sum('count')).toBe(injections.length)
    expect(sum('found')).toBe(Array.from(snrs.keys()).filter(i => loudness(i) > threshold).length)
    for (const { first, second, count } of cells) if (second[0] > first[1]) expect(count).toBe(0)
  })

  it('leaves out what the background resolves nothing of', () => {
    const none = { ...background, time: new Float64Array(0), stat: new Float64Array(0), var: new Float64Array(0) }
    const blind = scoreChallenge(
      { foreground, background: none, injections: injectionColumns(injections) },
      { duration: 20_000 },
    )
    expect(challengeSensitivity({ plan, score: blind, model: 'a model' })).toEqual({
      injections: sensitivity.injections,
      challengeSet: 1,
      models: [{ model: 'a model', distances: [] }],
      bySnr: [],
    })
  })
})
