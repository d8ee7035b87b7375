import { describe, expect, it } from 'vitest'
import { foldIn } from '../../core/index.ts'
import { aligoDesignPsd, psdSpectrum } from '../../data/index.ts'
import {
  detectorNamed,
  GpsTime,
  networkSnr,
  noiseWeights,
  optimalSnrs,
  projectSpectra,
  responseTable,
  type Span,
} from '../../gw/index.ts'
import { spectra } from '../../waveforms/index.ts'
import type { ChallengeInjection } from './piece-injections.ts'
import { challengePieces } from './pieces.ts'
import { challengePlan } from './plan.ts'

const month = 2_592_000
const day = 86_400
const lengthOf = ({ start, end }: Span) => end.minus(start)

/** Optimal SNR of each in H1 and L1 together, from 20 to 1024 Hz in the design's noise. */
function networkSnrs(injections: readonly ChallengeInjection[]): Float64Array {
  const grid = { resolution: 1 / 2, minimumFrequency: 20, maximumFrequency: 1024 }
  const binaries = injections.map(({ binary }) => binary)
  const table = responseTable([detectorNamed('H1'), detectorNamed('L1')], injections)
  const psd = psdSpectrum(f => aligoDesignPsd(Math.max(f, 5)), { sampleRate: 2048, resolution: grid.resolution })
  const weights = noiseWeights({ resolution: grid.resolution, bins: 2049 }, { psd, lowFrequency: 20 })
  const snrs = optimalSnrs(projectSpectra(spectra(binaries, grid), table, grid), weights)
  return Float64Array.from(injections, (_, i) => networkSnr(snrs.subarray(2 * i, 2 * i + 2)))
}

describe('the pieces of a data set', () => {
  it('are the 129 first of O3a for a month, which they add up to', () => {
    const pieces = challengePieces({ durationSeconds: month })
    expect(pieces).toHaveLength(129)
    expect(pieces.reduce((sum, piece) => sum + lengthOf(piece), 0)).toBe(month)
    expect(Math.min(...pieces.slice(0, -1).map(lengthOf))).toBeGreaterThanOrEqual(7200)
    expect(String(pieces[0]!.start)).toBe('1238205077')
    expect(String(pieces[1]!.end)).toBe('1238411457')
  })

  it('begin where they are told to, and never with less than 7,200 s of a segment', () => {
    const start = GpsTime.fromSeconds(1_238_215_138 - 7199)
    expect(String(challengePieces({ durationSeconds: day, start })[0]!.start)).toBe('1238400368')
    expect(challengePieces({ durationSeconds: day, start: start.plus(-1) })[0]!.start.seconds).toBe(start.seconds - 1)
  })

  it('are refused where O3a has no more of them', () => {
    expect(() => challengePieces({ durationSeconds: 83 * day })).toThrow(
      /up to the \d+ s that both detectors have data/,
    )
    expect(() => challengePieces({ durationSeconds: 0 })).toThrow(/positive duration/)
    expect(() => challengePieces({ durationSeconds: 10_061 + 60 })).toThrow(/60 s are left for the last piece/)
  })
})

describe('a plan', () => {
  it('has injections 24 to 30 s apart, none within 30 s of the ends of a piece', async () => {
    const { pieces, injections } = await challengePlan({ set: 1, seed: 3, durationSeconds: 3 * day })
    expect(Math.abs(injections.flat().length / ((3 * day - 60 * pieces.length) / 27) - 1)).toBeLessThan(0.01)
    for (const [i, { start, end }] of pieces.entries()) {
      const times = injections[i]!.map(({ time }) => time)
      expect(times[0]!.minus(start)).toBeGreaterThanOrEqual(30)
      expect(end.minus(times.at(-1)!)).toBeGreaterThanOrEqual(30)
      for (const [k, time] of times.slice(1).entries()) {
        expect(time.minus(times[k]!)).toBeGreaterThanOrEqual(24 - 1e-6)
        expect(time.minus(times[k]!)).toBeLessThanOrEqual(30 + 1e-6)
      }
    }
  })

  it('begins with a shorter one of its seed', async () => {
    const short = await challengePlan({ set: 2, seed: 3, durationSeconds: day })
    const long = await challengePlan({ set: 2, seed: 3, durationSeconds: 2 * day })
    expect(long.noiseKey).toEqual(short.noiseKey)
    expect(long.psdNames).toEqual(short.psdNames)
    for (const [i, injections] of short.injections.slice(0, -1).entries())
      expect(long.injections[i]).toEqual(injections)
    const last = short.injections.at(-1)!
    expect(long.injections[short.injections.length - 1]!.slice(0, last.length)).toEqual(last)
  })

  it('has keys of noise of its own for each seed and set', async () => {
    const plans = await Promise.all(
      ([1, 2] as const).flatMap(set =>
        [0, 1, 2, 3, 2 ** 40].map(seed => challengePlan({ set, seed, durationSeconds: 7200 })),
      ),
    )
    const keys = plans.flatMap(({ noiseKey }) => ['H1', 'L1'].map(detector => foldIn(noiseKey, detector)))
    expect(new Set(keys.map(({ k0, k1 }) => `${k0} ${k1}`)).size).toBe(20)
    expect(new Set(plans.map(({ injections }) => injections[0]![0]!.binary.mass1Solar)).size).toBe(10)
    expect(new Set(plans.map(({ psdNames }) => psdNames.join())).size).toBeGreaterThan(4)
  })

  it('has the official population: network SNR of median 4.96, mean 5.59, 5 and 95 % 1.54 and 11.86', async () => {
    const { injections } = await challengePlan({ set: 1, seed: 5, durationSeconds: 117_000 })
    const snrs = networkSnrs(injections.flat()).sort()
    const count = snrs.length
    expect(count).toBeGreaterThan(4000)
    const mean = snrs.reduce((sum, snr) => sum + snr, 0) / count
    const deviation = Math.sqrt(snrs.reduce((sum, snr) => sum + (snr - mean) ** 2, 0) / count)
    expect(Math.abs(mean - 5.59)).toBeLessThan((3 * deviation) / Math.sqrt(count) + 0.005)
    // Of a quantile: so many of the draws are below it as should be, within three standard deviations and its rounding.
    for (const [part, value] of [
      [0.05, 1.54],
      [0.5, 4.96],
      [0.95, 11.86],
    ] as const) {
      const below = (limit: number) => snrs.filter(snr => snr < limit).length / count
      const error = 3 * Math.sqrt((part * (1 - part)) / count)
      expect(below(value + 0.005)).toBeGreaterThan(part - error)
      expect(below(value - 0.005)).toBeLessThan(part + error)
    }
  })
})
