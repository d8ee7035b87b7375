import { describe, expect, it } from 'vitest'
import { foldIn, randomKey, split, uniform as uniformDraws } from '../../core/index.ts'
import { comovingVolumeMpc3, planck15 } from '../../gw/index.ts'
import {
  createPriorSet,
  type Distribution,
  logDensityRatio,
  type PriorSet,
  powerLaw,
  readPriorSet,
  rowOf,
  uniform,
  uniformComovingVolume,
  uniformSourceFrame,
} from '../../priors/index.ts'
import { massPairTarget } from './mass-pair-target.ts'
import { observableVolumeGpc3 } from './observable-volume.ts'
import { sensitiveVolume, type WeightedInjections } from './sensitive-volume.ts'

describe('observableVolumeGpc3', () => {
  it('agrees with Astropy to 1e-6', () => {
    // 4 pi * quad(Planck15.differential_comoving_volume(z) / (1 + z), 0, z) by astropy 8.0.2, scipy 1.16.3
    const astropy = [
      [0.15, 0.9894028032040507],
      [0.5, 22.74582166003848],
      [2, 283.78563127206843],
    ]
    for (const [maximumRedshift, volume] of astropy)
      expect(Math.abs(observableVolumeGpc3({ maximumRedshift: maximumRedshift! }) / volume! - 1)).toBeLessThan(1e-6)
  })

  it('is the comoving volume for a rate that grows as 1 + z, to 1e-10, and adds up', () => {
    const plain = observableVolumeGpc3({ maximumRedshift: 2, rateIndex: 1 })
    expect(Math.abs(plain / (comovingVolumeMpc3(2, planck15) / 1e9) - 1)).toBeLessThan(1e-10)
    const parts = [
      observableVolumeGpc3({ maximumRedshift: 1 }),
      observableVolumeGpc3({ minimumRedshift: 1, maximumRedshift: 2 }),
    ]
    expect(parts[0]! + parts[1]!).toBeCloseTo(observableVolumeGpc3({ maximumRedshift: 2 }), 8)
    expect(observableVolumeGpc3({ maximumRedshift: 1, solidAngle: Math.PI })).toBeCloseTo(parts[0]! / 4, 12)
  })

  it('refuses redshifts and solid angles that are none', () => {
    expect(() => observableVolumeGpc3({ maximumRedshift: 0 })).toThrow(/got 0 to 0/)
    expect(() => observableVolumeGpc3({ maximumRedshift: 1, solidAngle: 13 })).toThrow(/at most 4 pi/)
  })
})

/** A toy search: finds what is nearer than a horizon; what is beyond redshift 1.7 is not even injected. */
function toySearch(
  drawn: PriorSet,
  target: PriorSet,
  { count, seed }: { count: number; seed: number },
): WeightedInjections {
  const { columns } = drawn.sample(randomKey(seed), count)
  const all = logDensityRatio(target, drawn, columns)
  const redshifts = columns.redshift!
  const isInjected = redshifts.map(z => (z < 1.7 ? 1 : 0))
  return {
    logWeights: all.filter((_, i) => isInjected[i] === 1),
    statistics: redshifts.filter((_, i) => isInjected[i] === 1).map(z => 1 / z),
    rejected: all.filter((_, i) => isInjected[i] === 0),
  }
}

describe('sensitiveVolume', () => {
  const target = createPriorSet({
    name: 'target',
    parameters: { redshift: uniformSourceFrame({ minimum: 0, maximum: 2 }) },
  })
  const totalVolumeGpc3 = observableVolumeGpc3({ maximumRedshift: 2 })
  const horizons = [0.5, 1.5]
  const thresholds = horizons.map(z => 1 / z)

  const draws: Readonly<Record<string, Distribution>> = {
    'uniform in comoving volume': uniformComovingVolume({ minimum: 0, maximum: 2 }),
    'as the target': uniformSourceFrame({ minimum: 0, maximum: 2 }),
    'uniform in redshift, further out than the target': uniform({ minimum: 0, maximum: 2.5 }),
    'as the redshift itself, to 2.2': powerLaw({ index: 1, minimum: 0, maximum: 2.2 }),
  }

  it.for(Object.keys(draws))('is the analytic volume of a horizon to a hundredth for injections drawn %s', name => {
    const drawn = createPriorSet({ name, parameters: { redshift: draws[name]! } })
    const injections = toySearch(drawn, target, { count: 25_000, seed: 3 })
    for (const normalization of ['draws', 'weights'] as const) {
      const options = { thresholds, totalVolumeGpc3, normalization }
      const { volumeGpc3, volumeErrorGpc3, distanceMpc, warnings, meanWeight } = sensitiveVolume(injections, options)
      expect(warnings).toEqual([])
      expect(Math.abs(meanWeight![0] - 1)).toBeLessThan(4 * meanWeight![1] + 1e-9)
      horizons.forEach((maximumRedshift, i) => {
        const expected = observableVolumeGpc3({ maximumRedshift })
        expect(Math.abs(volumeGpc3[i]! - expected)).toBeLessThan(3.5 * volumeErrorGpc3[i]!)
        expect(distanceMpc[i]! ** 3 * 1e-9 * (4 / 3) * Math.PI).toBeCloseTo(volumeGpc3[i]!, 9)
      })
      expect(Math.abs(volumeGpc3[1]! / observableVolumeGpc3({ maximumRedshift: 1.5 }) - 1)).toBeLessThan(0.01)
    }
  })

  it('is low by 0.61 at a horizon of 0.5, as aframe has it, where weights leave out the redshift', () => {
    const drawn = createPriorSet({ name: 'comoving', parameters: { redshift: draws['uniform in comoving volume']! } })
    const { statistics, rejected } = toySearch(drawn, target, { count: 25_000, seed: 3 })
    const unweighted = {
      logWeights: statistics.map(() => 0),
      statistics,
      rejected: (rejected as Float64Array).map(() => 0),
    }
    const { volumeGpc3 } = sensitiveVolume(unweighted, { thresholds, totalVolumeGpc3 })
    expect(volumeGpc3[0]! / observableVolumeGpc3({ maximumRedshift: 0.5 })).toBeCloseTo(0.61, 1)
  })

  it('counts half where half is found, and rejected draws as missed', () => {
    const logWeights = new Float64Array(4)
    const statistics = Float64Array.of(1, 3, -Infinity, 2)
    const options = { thresholds: [0, 1, 3], totalVolumeGpc3: 80 }
    const {
      volumeGpc3,
      volumeErrorGpc3,
      found,
      effectiveFound,
      draws: all,
    } = sensitiveVolume({ logWeights, statistics, rejected: 4 }, { ...options, minimumEffective: 0 })
    expect(all).toBe(8)
    expect(Array.from(found)).toEqual([3, 2, 0])
    expect(Array.from(effectiveFound)).toEqual([3, 2, 0])
    expect(Array.from(volumeGpc3)).toEqual([30, 20, 0])
    // Binomial: sqrt(p (1 - p) / (N - 1)).
    expect(volumeErrorGpc3[0]).toBeCloseTo(80 * Math.sqrt(((3 / 8) * (5 / 8)) / 7), 12)
    const byWeights = sensitiveVolume(
      { logWeights, statistics, rejected: new Float64Array(4) },
      { ...options, normalization: 'weights' },
    )
    expect(byWeights.volumeGpc3).toEqual(volumeGpc3)
    expect(byWeights.volumeErrorGpc3[0]).toBeCloseTo(80 * Math.sqrt(((3 / 8) * (5 / 8)) / 8), 12)
    expect(byWeights.distanceErrorMpc[0]! / byWeights.distanceMpc[0]!).toBeCloseTo(
      byWeights.volumeErrorGpc3[0]! / byWeights.volumeGpc3[0]! / 3,
      12,
    )
  })

  it('states the error by which it scatters, with all draws in it, for either normalisation', () => {
    const drawn = createPriorSet({ name: 'uniform', parameters: { redshift: uniform({ minimum: 0, maximum: 2 }) } })
    const expected = observableVolumeGpc3({ maximumRedshift: 1 })
    const weightOf = (z: number) => target.logProb({ redshift: z }) - drawn.logProb({ redshift: z })
    // The density is the same function in all trials.
    const table = Float64Array.from({ length: 4001 }, (_, i) => weightOf((i + 0.5) / 2000.5))
    for (const normalization of ['draws', 'weights'] as const) {
      const trials = 600
      let squares = 0
      for (let seed = 0; seed < trials; seed++) {
        const redshifts = uniformDraws(foldIn(randomKey(77), seed), 400, { high: 2 })
        const weights = redshifts.map(z => table[Math.floor(z * 2000)]!)
        const { volumeGpc3, volumeErrorGpc3 } = sensitiveVolume(
          { logWeights: weights, statistics: redshifts.map(z => 1 / z), rejected: new Float64Array(0) },
          { thresholds: [1], totalVolumeGpc3, normalization },
        )
        squares += ((volumeGpc3[0]! - expected) / volumeErrorGpc3[0]!) ** 2
      }
      // A mean square of 600 unit normal variates scatters by 6 %.
      expect(squares / trials).toBeGreaterThan(0.8)
      expect(squares / trials).toBeLessThan(1.2)
    }
  })

  it('warns of few effective injections and of densities that are not those of the draws', () => {
    const [first, second] = split(randomKey(1), 2)
    const logWeights = uniformDraws(first!, 1000).map(u => (u < 0.01 ? 5 : -3))
    const statistics = uniformDraws(second!, 1000)
    const options = { thresholds: [0.5, 0.8], totalVolumeGpc3: 1 }
    expect(sensitiveVolume({ logWeights, statistics, rejected: 0 }, options).warnings).toEqual([
      expect.stringMatching(/^the found injections are worth \d.* equally weighted ones .*fewer than 100/),
    ])
    const doubled = sensitiveVolume(
      { logWeights: new Float64Array(1000).fill(Math.log(2)), statistics, rejected: 0 },
      options,
    )
    expect(doubled.warnings).toEqual([expect.stringMatching(/^the weights of all draws average to 2.000 .*not 1/)])
    // Without the weights of rejected draws there is no such check.
    const unknown = sensitiveVolume({ logWeights, statistics, rejected: 5 }, options)
    expect(unknown.meanWeight).toBeUndefined()
  })

  it('takes thresholds in any order, and weights of zero', () => {
    const injections = {
      logWeights: Float64Array.of(0, -Infinity, 0),
      statistics: Float64Array.of(1, 2, 3),
      rejected: 0,
    }
    const { volumeGpc3, found } = sensitiveVolume(injections, { thresholds: [2.5, 0, 9, 1.5], totalVolumeGpc3: 3 })
    expect(Array.from(volumeGpc3)).toEqual([1, 2, 0, 1])
    expect(Array.from(found)).toEqual([1, 3, 0, 2])
  })

  it('refuses what is no volume, no weight and no count', () => {
    const good = { logWeights: new Float64Array(2), statistics: new Float64Array(2), rejected: 3 }
    const volume = (change: object, options: object = {}) =>
      sensitiveVolume({ ...good, ...change }, { thresholds: [1], totalVolumeGpc3: 1, ...options })
    expect(() => volume({}, { totalVolumeGpc3: 0 })).toThrow(/positive totalVolumeGpc3, got 0/)
    expect(() => volume({}, { normalization: 'weights' })).toThrow(/pass their log weights/)
    expect(() => volume({ rejected: -1 })).toThrow(/a number of draws, got -1/)
    expect(() => volume({ statistics: new Float64Array(3) })).toThrow(/each of 2 weights, got 3/)
    expect(() => volume({ logWeights: Float64Array.of(0, NaN) })).toThrow(/logWeights\[1\] is NaN/)
    expect(() => volume({ logWeights: new Float64Array(0), statistics: new Float64Array(0), rejected: 0 })).toThrow(
      /got none/,
    )
  })
})

describe('massPairTarget', () => {
  it('is normalised, with masses about the pair and the redshifts of a constant rate', async () => {
    const drawn = await readPriorSet('aframe-end-o3-rates-and-pops')
    const pair = massPairTarget(drawn, { mass1Solar: 35, mass2Solar: 20 })
    const { columns } = pair.sample(randomKey(1), 5000)
    const logarithms = columns.mass_1_source!.map(Math.log)
    const mean = logarithms.reduce((sum, each) => sum + each, 0) / 5000
    const variance = logarithms.reduce((sum, each) => sum + (each - mean) ** 2, 0) / 5000
    // Standard errors of 0.0014 and 0.001.
    expect(Math.abs(mean - Math.log(35))).toBeLessThan(0.005)
    expect(Math.abs(Math.sqrt(variance) - 0.1)).toBeLessThan(0.004)
    expect(pair.acceptance().value).toBeCloseTo(1, 3)
    expect(pair.logProb({ ...rowOf(columns, 5), mass_1_source: 19, mass_2_source: 20 })).toBe(-Infinity)
    // Equal masses: in half of the draws the first would be the lighter.
    expect(massPairTarget(drawn, { mass1Solar: 35, mass2Solar: 35 }).acceptance().value).toBeCloseTo(0.5, 4)
  })

  it('gives the analytic volume of a horizon within 1 % from injections of other masses and redshifts', () => {
    const drawn = createPriorSet({
      name: 'wide',
      parameters: {
        mass_1_source: uniform({ minimum: 28, maximum: 39 }),
        mass_2_source: uniform({ minimum: 23, maximum: 34 }),
        redshift: uniformComovingVolume({ minimum: 0, maximum: 1.5 }),
      },
      constraints: { mass_ratio: { maximum: 1 } },
    })
    const injections = toySearch(drawn, massPairTarget(drawn, { mass1Solar: 33, mass2Solar: 28 }), {
      count: 40_000,
      seed: 8,
    })
    const { volumeGpc3, warnings, effectiveFound } = sensitiveVolume(injections, {
      thresholds: [1 / 1.3],
      totalVolumeGpc3: observableVolumeGpc3({ maximumRedshift: 1.5 }),
    })
    expect(warnings).toEqual([])
    expect(effectiveFound[0]).toBeGreaterThan(10_000)
    expect(Math.abs(volumeGpc3[0]! / observableVolumeGpc3({ maximumRedshift: 1.3 }) - 1)).toBeLessThan(0.01)
  })

  it('refuses masses out of order, not drawn, and sets without masses of the source', async () => {
    const drawn = await readPriorSet('aframe-end-o3-rates-and-pops')
    expect(() => massPairTarget(drawn, { mass1Solar: 20, mass2Solar: 35 })).toThrow(/the heavier first, got 20 and 35/)
    expect(() => massPairTarget(drawn, { mass1Solar: 900, mass2Solar: 35 })).toThrow(/only 5 to 100/)
    const challenge = await readPriorSet('mlgwsc1-set1')
    expect(() => massPairTarget(challenge, { mass1Solar: 35, mass2Solar: 35 })).toThrow(
      /to have mass_1_source, got mass_1/,
    )
  })
})
