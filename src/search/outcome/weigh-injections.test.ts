import { describe, expect, it } from 'vitest'
import { exponential, randomKey } from '../../core/index.ts'
import { createPriorSet, uniform } from '../../priors/index.ts'
import { createBackground } from '../background/background.ts'
import { observableVolumeGpc3 } from '../volume/observable-volume.ts'
import { sourceFrame } from '../volume/source-frame.ts'
import { readSourcePopulation } from '../volume/source-population.ts'
import { sensitivityWarnings } from './sensitivity-warnings.ts'
import { rateThresholds, weighInjections } from './weigh-injections.ts'

const tenDays = 864_000

describe('rateThresholds', () => {
  it('gives what the background counts, and the lowest such rate where others are below it', () => {
    // Half of the loudest are far from exponential: nothing is extrapolated.
    const statistics = Float64Array.from({ length: 300 }, (_, i) => (i < 250 ? i / 100 : 3 ** (i - 245)))
    const background = createBackground(statistics, { livetimeSeconds: tenDays })
    expect(background.tail!.isExponential).toBe(false)
    const rates = rateThresholds(background, [365.25, 1, 3652.5, 10])
    expect(rates.map(({ perYear }) => perYear)).toEqual([3652.5, 365.25, 36.525, 10, 1])
    // (N + 1) / T: 99 background events, 9 and none are louder.
    expect(rates.slice(0, 3)).toEqual([
      { perYear: 3652.5, threshold: statistics[200], kind: 'counted' },
      { perYear: 365.25, threshold: statistics[290], kind: 'counted' },
      { perYear: 36.525, threshold: statistics[299], kind: 'counted' },
    ])
    expect(rates.slice(3)).toEqual([
      { perYear: 10, lowestPerYear: 36.525 },
      { perYear: 1, lowestPerYear: 36.525 },
    ])
  })

  it('says which are extrapolated, where the loudest are exponential', () => {
    const background = createBackground(exponential(randomKey(3), 5000), { livetimeSeconds: tenDays })
    const rates = rateThresholds(background, [365.25, 1])
    expect(rates.map(rate => 'kind' in rate && rate.kind)).toEqual(['counted', 'extrapolated'])
  })
})

/** A toy search of binaries about 30 + 30 solar masses: finds what is nearer than redshift 0.3 at 10 a day, 0.2 at one. */
async function toy({ maximum = 3000 } = {}) {
  const prior = createPriorSet({
    name: 'near 30 + 30',
    parameters: {
      mass_1: uniform({ minimum: 22, maximum: 60 }),
      mass_2: uniform({ minimum: 20, maximum: 56 }),
      luminosity_distance: uniform({ minimum: 10, maximum }),
    },
    constraints: { mass_ratio: { minimum: 0.4, maximum: 1 } },
  })
  const all = prior.sample(randomKey(1), 3000).columns
  const { redshift } = sourceFrame(prior).drawsOf(all).columns
  const isInjected = redshift.map(z => (z < 0.4 ? 1 : 0))
  const part = (of: number) =>
    Object.fromEntries(
      Object.entries(all).map(([name, values]) => [name, values.filter((_, i) => isInjected[i] === of)]),
    )
  const kept = redshift.filter(z => z < 0.4)
  return {
    prior,
    columns: part(1),
    rejected: part(0),
    snrs: kept.map(z => 2 / z),
    statistics: kept.map(z => 1 / z),
    thresholds: [
      { perYear: 3652.5, threshold: 1 / 0.3, kind: 'counted' as const },
      { perYear: 365.25, threshold: 1 / 0.2, kind: 'counted' as const },
      { perYear: 1, lowestPerYear: 36.525 },
    ],
    populations: [await readSourcePopulation('30-30'), await readSourcePopulation('300-300')],
  }
}

const source = await toy()

describe('weighInjections', () => {
  const { rates, populations, efficiency } = weighInjections(source)

  it('has the volume of the horizon at each rate that is told, all draws counted', () => {
    const [found] = populations
    expect(found!.distances.map(({ perYear }) => perYear)).toEqual([3652.5, 365.25])
    ;[0.3, 0.2].forEach((maximumRedshift, i) => {
      const { volumeGpc3, volumeErrorGpc3, distanceMpc, isTold } = found!.distances[i]!
      expect(volumeErrorGpc3 / volumeGpc3).toBeLessThan(0.15)
      expect(Math.abs(volumeGpc3 - observableVolumeGpc3({ maximumRedshift }))).toBeLessThan(3 * volumeErrorGpc3)
      expect((4 / 3) * Math.PI * (distanceMpc / 1000) ** 3).toBeCloseTo(volumeGpc3, 9)
      expect(isTold).toBe(true)
    })
    expect(found!.warnings).toEqual([])
    expect(Math.abs(found!.meanWeight[0] - found!.coverage)).toBeLessThan(5 * found!.meanWeight[1])
    expect(rates[2]).toEqual({ perYear: 1, lowestPerYear: 36.525 })
    expect(efficiency.bySnr.map(({ perYear }) => perYear)).toEqual([3652.5, 365.25])
    // Statistics are half the SNR here: an SNR of 10 has redshift 0.2.
    const at = efficiency.bySnr[1]!.bins.filter(({ count }) => count > 0).map(({ from, efficiency: part }) => [
      from,
      part,
    ])
    expect(at.filter(([from]) => from! >= 10).every(([, part]) => part === 1)).toBe(true)
    expect(at.filter(([from]) => from! < 10).every(([, part]) => part === 0)).toBe(true)
    const cells = efficiency.byMasses!.cells
    expect(cells.reduce((sum, { count }) => sum + count, 0)).toBe(source.snrs.length)
  })

  it('tells no distance to a population of which nothing is drawn', () => {
    expect(populations[1]).toMatchObject({
      coverage: 0,
      distances: [{ volumeGpc3: 0, isTold: false }, { isTold: false }],
    })
  })

  it('warns where signals are found up to the largest distance drawn', async () => {
    const near = weighInjections({ ...(await toy({ maximum: 1450 })), populations: source.populations.slice(0, 1) })
    expect(near.populations[0]!.warnings).toEqual([
      expect.stringMatching(
        /of the weight found lies in the outermost 20th of the luminosity_distance .*draw from farther/,
      ),
    ])
  })

  it('has warnings that say which rates are not told and where little is found', () => {
    const background = createBackground(exponential(randomKey(3), 15), { livetimeSeconds: tenDays })
    const warnings = sensitivityWarnings({ rates, populations, background, prior: source.prior })
    expect(warnings).toEqual([
      'The background of 10 days tells no rate below 36.5 times a year: nothing is given at 1 a year. A longer background would tell more.',
      expect.stringMatching(
        /^At the lowest rate told, .* fewer than 100 equally weighted ones of 30-30 \(\d+\) and 300-300 \(0\)/,
      ),
    ])
  })
})
