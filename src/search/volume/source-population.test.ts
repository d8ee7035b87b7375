import { describe, expect, it } from 'vitest'
import { randomKey } from '../../core/index.ts'
import { luminosityDistanceMpc, planck15 } from '../../gw/index.ts'
import {
  createPriorSet,
  gaussian,
  type Priors,
  powerLaw,
  readPriorSet,
  uniform,
  uniformInVolume,
} from '../../priors/index.ts'
import { observableVolumeGpc3 } from './observable-volume.ts'
import { sensitiveVolume } from './sensitive-volume.ts'
import { sourceFrame } from './source-frame.ts'
import { coverageOf, populationLogWeights, readSourcePopulation } from './source-population.ts'

/** Priors of masses and distances as searches draw them, that hold sources about 35 + 20 solar masses to z = 0.4. */
const draws: Readonly<Record<string, Priors>> = {
  'component masses at the detectors and a chirp distance': {
    mass_1: uniform({ minimum: 24, maximum: 70 }),
    mass_2: uniform({ minimum: 13, maximum: 40 }),
    chirp_distance: uniform({ minimum: 1, maximum: 190 }),
  },
  'chirp mass, ratio and luminosity distance': {
    chirp_mass: powerLaw({ index: -1, minimum: 15, maximum: 45 }),
    mass_ratio: uniform({ minimum: 0.3, maximum: 1 }),
    luminosity_distance: uniformInVolume({ minimum: 10, maximum: 2600 }),
  },
  'total mass of the source, ratio and redshift': {
    total_mass_source: powerLaw({ index: 1, minimum: 38, maximum: 78 }),
    mass_ratio: uniform({ minimum: 0.3, maximum: 1 }),
    redshift: uniform({ minimum: 0, maximum: 0.45 }),
  },
  'the heavier mass, ratio and luminosity distance': {
    mass_1: powerLaw({ index: -0.5, minimum: 24, maximum: 70 }),
    mass_ratio: uniform({ minimum: 0.3, maximum: 1 }),
    luminosity_distance: uniform({ minimum: 10, maximum: 2600 }),
  },
}

describe('sources of draws', () => {
  it.for(Object.keys(draws))(
    'have the analytic volume of a horizon within three errors, each below a 30th of it, drawn as %s',
    async name => {
      const drawn = createPriorSet({
        name,
        parameters: draws[name]!,
        constraints: { mass_ratio: { minimum: 0.25, maximum: 1 } },
      })
      const population = await readSourcePopulation('35-20')
      const frame = sourceFrame(drawn)
      const { columns } = drawn.sample(randomKey(4), 20_000)
      const sources = frame.drawsOf(columns)
      const horizon = 0.4
      const { volumeGpc3, volumeErrorGpc3, warnings, meanWeight } = sensitiveVolume(
        {
          logWeights: populationLogWeights(population, sources),
          statistics: sources.columns.redshift.map(z => 1 / z),
          rejected: 0,
        },
        {
          thresholds: [1 / horizon],
          totalVolumeGpc3: population.totalVolumeGpc3,
          coverage: coverageOf(population, frame),
        },
      )
      // Neither more nor less is drawn of the population than what its coverage says.
      expect(warnings).toEqual([])
      expect(meanWeight![0]).toBeLessThan(0.9)
      const expected = observableVolumeGpc3({ maximumRedshift: horizon })
      expect(volumeErrorGpc3[0]! / expected).toBeLessThan(1 / 30)
      expect(Math.abs(volumeGpc3[0]! - expected)).toBeLessThan(3 * volumeErrorGpc3[0]!)
    },
  )

  it('have masses and redshifts that give back what was drawn', () => {
    const drawn = createPriorSet({
      name: 'seen',
      parameters: draws['component masses at the detectors and a chirp distance']!,
    })
    const { columns } = drawn.sample(randomKey(1), 20)
    const { mass_1_source: mass1, redshift } = sourceFrame(drawn).drawsOf(columns).columns
    for (let i = 0; i < 20; i++) {
      expect(mass1[i]! * (1 + redshift[i]!)).toBeCloseTo(columns.mass_1![i]!, 9)
      expect(luminosityDistanceMpc(redshift[i]!, planck15) / columns.luminosity_distance![i]!).toBeCloseTo(1, 9)
    }
  })

  it('have the density that finite differences of the coordinates give', () => {
    for (const [name, parameters] of Object.entries(draws)) {
      const drawn = createPriorSet({ name, parameters })
      const own = Object.keys(parameters)
      const at = [37, 21, 0.21] as const
      const coordinates = (point: readonly number[]) => {
        const [mass1, mass2, z] = point as [number, number, number]
        const [seen1, seen2] = [mass1 * (1 + z), mass2 * (1 + z)]
        const chirp = (seen1 * seen2) ** 0.6 / (seen1 + seen2) ** 0.2
        const distance = luminosityDistanceMpc(z, planck15)
        const all: Readonly<Record<string, number>> = {
          mass_1: seen1,
          mass_2: seen2,
          chirp_mass: chirp,
          mass_ratio: mass2 / mass1,
          total_mass_source: mass1 + mass2,
          redshift: z,
          luminosity_distance: distance,
          chirp_distance: distance * (1.4 / 2 ** 0.2 / chirp) ** (5 / 6),
        }
        return own.map(each => all[each]!)
      }
      const slopes = at.map((_, axis) => {
        const step = 1e-5 * at[axis]!
        const moved = (by: number) => coordinates(at.map((value, i) => (i === axis ? value + by : value)))
        const [up, down] = [moved(step), moved(-step)]
        return up.map((value, i) => (value - down[i]!) / (2 * step))
      })
      const [a, b, c] = slopes as [number[], number[], number[]]
      const determinant =
        a[0]! * (b[1]! * c[2]! - b[2]! * c[1]!) -
        a[1]! * (b[0]! * c[2]! - b[2]! * c[0]!) +
        a[2]! * (b[0]! * c[1]! - b[1]! * c[0]!)
      const values = Object.fromEntries(own.map((each, i) => [each, coordinates(at)[i]!]))
      const [density] = sourceFrame(drawn).logProbOf({
        mass_1_source: Float64Array.of(at[0]),
        mass_2_source: Float64Array.of(at[1]),
        redshift: Float64Array.of(at[2]),
      })
      expect(density).toBeCloseTo(drawn.logProb(values) + Math.log(Math.abs(determinant)), 6)
    }
  })

  it('are refused where masses and distances do not make a density of sources', async () => {
    const refusal = (parameters: Priors) => () => sourceFrame(createPriorSet({ name: 'wrong', parameters }))
    const { mass_1, mass_2, chirp_distance } = draws['component masses at the detectors and a chirp distance']!
    expect(refusal({ mass_1: mass_1!, mass_2: mass_2! })).toThrow(
      /'wrong' draws mass_1, mass_2: expected masses of one/,
    )
    const given = { given: ['chi_1'], at: () => uniform({ minimum: 1, maximum: 2 }) }
    expect(
      refusal({
        mass_1: mass_1!,
        mass_2: given,
        chirp_distance: chirp_distance!,
        chi_1: gaussian({ mean: 0, standardDeviation: 1 }),
      }),
    ).toThrow(/mass_2 depends on chi_1/)
    await expect(readSourcePopulation('mlgwsc1-set1')).rejects.toThrow(/'mlgwsc1-set1' to have mass_1_source/)
    await expect(readSourcePopulation('20-35')).rejects.toThrow(/the heavier first/)
  })

  it('cover as much of a population as lies where they are', async () => {
    const frame = sourceFrame(await readPriorSet('search-real-strain'))
    const [part, error] = coverageOf(await readSourcePopulation('35-35'), frame)
    // To a chirp distance of 300 Mpc, 35 + 35 solar masses are drawn to about z = 1.2; a constant rate has 0.45 of all to z = 2 there.
    expect(part).toBeGreaterThan(0.3)
    expect(part).toBeLessThan(0.6)
    expect(error).toBeLessThan(0.009)
    const [all] = coverageOf(await readSourcePopulation('aframe-end-o3-rates-and-pops'), frame)
    expect(all).toBeLessThan(part)
  })
})
