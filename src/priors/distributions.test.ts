import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { randomKey } from '../core/index.ts'
import {
  cosine,
  type Distribution,
  delta,
  gaussian,
  interpolated,
  logNormal,
  logUniform,
  powerLaw,
  sine,
  smoothDensity,
  triangular,
  truncatedGaussian,
  uniform,
  uniformAngle,
  uniformComovingVolume,
  uniformInVolume,
  uniformSourceFrame,
} from './index.ts'
import { integrate, kolmogorovSmirnov } from './testing/statistics.ts'

const golden = JSON.parse(readFileSync(new URL('./fixtures/priors.json', import.meta.url), 'utf8')) as {
  readonly distributions: readonly Golden[]
  readonly cosmological: readonly Golden[]
}

interface Golden {
  readonly kind: string
  readonly options: object
  readonly reference: string
  readonly x: number[]
  readonly logProb: number[]
  readonly cdf: number[]
  readonly p: number[]
  readonly quantile: number[]
}

const constructors: Readonly<Record<string, (options: never) => Distribution>> = {
  uniform,
  'log-uniform': logUniform,
  'power-law': powerLaw,
  'uniform-in-volume': uniformInVolume,
  sine,
  cosine,
  'uniform-angle': uniformAngle,
  gaussian,
  'truncated-gaussian': truncatedGaussian,
  'log-normal': logNormal,
  triangular,
  interpolated,
  'uniform-comoving-volume': uniformComovingVolume,
  'uniform-source-frame': uniformSourceFrame,
}

const made = ({ kind, options }: Golden): Distribution => constructors[kind]!(options as never)

const battery: readonly Distribution[] = [
  uniform({ minimum: -3, maximum: 7 }),
  uniformAngle(),
  uniformAngle({ minimum: -Math.PI / 2, period: Math.PI }),
  logUniform({ minimum: 5, maximum: 250 }),
  powerLaw({ index: -2.35, minimum: 5, maximum: 100 }),
  powerLaw({ index: -1 + 1e-9, minimum: 5, maximum: 100 }),
  powerLaw({ index: 5.5, minimum: 5, maximum: 100 }),
  powerLaw({ index: 1, minimum: 0, maximum: 4 }),
  powerLaw({ index: 0, minimum: 0, maximum: 4 }),
  uniformInVolume({ minimum: 130, maximum: 350 }),
  sine(),
  sine({ minimum: 0.3, maximum: 1.1 }),
  cosine(),
  gaussian({ mean: 1.4, standardDeviation: 0.2 }),
  truncatedGaussian({ mean: 35, standardDeviation: 5, minimum: 20, maximum: 41 }),
  truncatedGaussian({ mean: 0, standardDeviation: 1, minimum: 4, maximum: 6 }),
  logNormal({ logMean: Math.log(35), logStandardDeviation: 0.1 }),
  triangular({ minimum: 1, mode: 2.5, maximum: 4 }),
  triangular({ minimum: 1, mode: 2.5, maximum: 2.5 }),
  triangular({ minimum: 1, mode: 1, maximum: 2.5 }),
  interpolated({ x: [0, 1, 1.5, 4, 6], density: [0, 2, 2, 0.5, 1] }),
  interpolated({ x: [0, 1, 2, 3], density: [1, 0, 0, 1] }),
  smoothDensity({ minimum: 0.1, maximum: 3, density: x => x ** 2 * Math.exp(-x) }),
  uniformComovingVolume({ minimum: 0, maximum: 2 }),
  uniformSourceFrame({ minimum: 0, maximum: 2, rateIndex: 2.7 }),
  uniformSourceFrame({ minimum: 100, maximum: 5000, parameter: 'luminosity_distance' }),
  uniformComovingVolume({ minimum: 100, maximum: 1000, parameter: 'comoving_distance' }),
]

const named = battery.map((distribution, i) => [`${i} ${distribution.kind}`, distribution] as const)

describe.each(named)('%s', (_, distribution) => {
  const { minimum, maximum } = distribution.support
  const from = Number.isFinite(minimum) && minimum !== 0 ? minimum : distribution.quantile(1e-12)
  const to = Number.isFinite(maximum) ? maximum : distribution.quantile(1 - 1e-12)

  it('has a density whose integral is 1 within 1e-6', () => {
    const edge = Number.isFinite(distribution.logProb(from)) ? 0 : 1e-12 * (to - from)
    const whole = integrate(x => Math.exp(distribution.logProb(x)), from + edge, to - edge)
    expect(Math.abs(whole - 1)).toBeLessThan(1e-6)
  })

  it('has a cdf that is the integral of its density, within 1e-6', () => {
    let [last, below] = [from, distribution.cdf(from)]
    for (const x of [0.1, 0.37, 0.62, 0.93].map(distribution.quantile)) {
      below += integrate(at => Math.exp(distribution.logProb(at)), last, x, 1000)
      expect(Math.abs(below - distribution.cdf(x))).toBeLessThan(1e-6)
      last = x
    }
  })

  it('has a quantile that inverts its cdf, within 1e-12', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), p => {
        expect(Math.abs(distribution.cdf(distribution.quantile(p)) - p)).toBeLessThan(1e-12)
      }),
      { seed: 1, numRuns: 300 },
    )
  })

  it('ends at the bounds of its support', () => {
    expect(distribution.quantile(0)).toBe(minimum)
    expect(distribution.quantile(1)).toBe(maximum)
    expect(distribution.cdf(minimum)).toBe(0)
    expect(distribution.cdf(maximum)).toBe(1)
    expect(distribution.quantile(-0.1)).toBeNaN()
    expect(distribution.quantile(1.1)).toBeNaN()
    expect(distribution.logProb(NaN)).toBeNaN()
  })

  it('draws what its cdf says, within the support, by the test of Kolmogorov and Smirnov', () => {
    const draws = distribution.sample(randomKey(12), 50_000)
    expect(kolmogorovSmirnov(draws, distribution.cdf)).toBeLessThan(1.95)
    expect(draws.every(x => x >= minimum && x <= maximum)).toBe(true)
    expect(draws.slice(0, 500).every(x => distribution.logProb(x) > -Infinity)).toBe(true)
  })

  it('draws any stretch alone', () => {
    const key = randomKey(3)
    expect(distribution.sample(key, 20, { offset: 4000 })).toEqual(distribution.sample(key, 4020).slice(4000))
  })
})

describe('agrees with bilby and SciPy', () => {
  const close = (found: number, wanted: number, tolerance: number, floor = 0): boolean =>
    Math.abs(found - wanted) <= tolerance * Math.max(Math.abs(wanted), floor)

  it.each(golden.distributions.map((row, i) => [i, row.kind, row.reference, row] as const))(
    'in golden values %d of %s by %s, to 1e-10',
    (_, __, ___, row) => {
      const distribution = made(row)
      row.logProb.forEach((wanted, i) => {
        expect(close(distribution.logProb(row.x[i]!), wanted, 1e-10, 1)).toBe(true)
      })
      row.cdf.forEach((wanted, i) => {
        expect(close(distribution.cdf(row.x[i]!), wanted, 1e-10, 1e-3)).toBe(true)
      })
      row.quantile.forEach((wanted, i) => {
        expect(close(distribution.quantile(row.p[i]!), wanted, 1e-10, 1e-3)).toBe(true)
      })
    },
  )

  it.each(golden.cosmological.map((row, i) => [i, row.kind, row] as const))(
    'and with Astropy in %d, %s, to 1e-6',
    (_, __, row) => {
      const distribution = made(row)
      row.x.forEach((x, i) => {
        expect(Math.abs(distribution.logProb(x) - row.logProb[i]!)).toBeLessThan(1e-6)
        expect(Math.abs(distribution.cdf(x) - row.cdf[i]!)).toBeLessThan(1e-6)
        expect(close(distribution.quantile(row.cdf[i]!), x, 1e-6)).toBe(true)
      })
    },
  )
})

describe('a density', () => {
  it('is zero outside the support', () => {
    for (const distribution of battery) {
      const { minimum, maximum } = distribution.support
      if (distribution.kind === 'uniform-angle') continue
      if (Number.isFinite(minimum)) {
        expect(distribution.logProb(minimum - 1e-3)).toBe(-Infinity)
        expect(distribution.cdf(minimum - 1e-3)).toBe(0)
      }
      if (Number.isFinite(maximum)) {
        expect(distribution.logProb(maximum + 1e-3)).toBe(-Infinity)
        expect(distribution.cdf(maximum + 1e-3)).toBe(1)
      }
    }
  })

  it('is finite in the far tails of an unbounded distribution', () => {
    expect(gaussian({ mean: 0, standardDeviation: 1 }).logProb(60)).toBeCloseTo(-1800.919, 3)
    expect(logNormal({ logMean: 0, logStandardDeviation: 1 }).logProb(0)).toBe(-Infinity)
    expect(powerLaw({ index: -3, minimum: 2, maximum: Infinity }).cdf(4)).toBeCloseTo(0.75, 14)
    expect(powerLaw({ index: -3, minimum: 2, maximum: Infinity }).quantile(1)).toBe(Infinity)
  })

  it('of a power law goes over into that of the log-uniform distribution', () => {
    const bounds = { minimum: 5, maximum: 100 }
    for (const index of [-1 - 1e-13, -1 + 1e-13])
      for (const x of [5, 17, 99])
        expect(powerLaw({ index, ...bounds }).logProb(x)).toBeCloseTo(logUniform(bounds).logProb(x), 10)
  })

  it('of an angle is that of any of its representatives', () => {
    const angle = uniformAngle()
    expect(angle.logProb(-0.1)).toBe(angle.logProb(2 * Math.PI - 0.1))
    expect(angle.cdf(-Math.PI / 2)).toBeCloseTo(0.75, 14)
  })

  it('of a fixed value is a probability', () => {
    const fixed = delta({ peak: 0.3 })
    expect([fixed.logProb(0.3), fixed.logProb(0.31), fixed.cdf(0.3), fixed.cdf(0.2)]).toEqual([0, -Infinity, 1, 0])
    expect([...fixed.sample(randomKey(1), 2)]).toEqual([0.3, 0.3])
  })
})

describe('arguments', () => {
  it.each([
    [() => uniform({ minimum: 50, maximum: 10 }), 'priors.uniform: expected minimum below maximum, got 50 and 10'],
    [() => uniform({ minimum: 0, maximum: Infinity }), 'priors.uniform: expected a finite maximum, got Infinity'],
    [() => uniformAngle({ period: 0 }), 'priors.uniformAngle: expected a positive period, got 0'],
    [() => powerLaw({ index: -2, minimum: 0, maximum: 1 }), 'minimum of 0 needs an index above -1'],
    [() => powerLaw({ index: 2, minimum: 1, maximum: Infinity }), 'maximum of Infinity needs an index below -1'],
    [() => logUniform({ minimum: -1, maximum: 1 }), 'expected minimum of at least 0'],
    [() => sine({ minimum: 0, maximum: 4 }), 'priors.sine: expected maximum of at most 3.14'],
    [() => cosine({ minimum: -2 }), 'priors.cosine: expected minimum of at least -1.57'],
    [() => gaussian({ mean: 0, standardDeviation: -1 }), 'expected a positive standardDeviation, got -1'],
    [
      () => truncatedGaussian({ mean: 0, standardDeviation: 1, minimum: 50, maximum: 60 }),
      'expected an interval that holds some probability, got [50, 60]',
    ],
    [() => logNormal({ logMean: NaN, logStandardDeviation: 1 }), 'expected a finite logMean, got NaN'],
    [() => triangular({ minimum: 0, mode: 2, maximum: 1 }), 'expected a mode within [0, 1], got 2'],
    [() => delta({ peak: Infinity }), 'expected a finite peak'],
    [() => interpolated({ x: [0, 1, 1], density: [1, 1, 1] }), 'got x[2] = 1'],
    [() => interpolated({ x: [0, 1], density: [1, -1] }), 'got density[1] = -1'],
    [() => interpolated({ x: [0], density: [1] }), 'got 1 x and 1 densities'],
    [() => interpolated({ x: [0, 1], density: [0, 0] }), 'got densities of 0'],
    [() => smoothDensity({ minimum: 0, maximum: 1, density: x => x - 0.5 }), 'expected a density of at least 0'],
    [() => smoothDensity({ minimum: 0, maximum: 1, density: () => 0 }), 'expected a positive integral, got 0'],
    [() => uniformComovingVolume({ minimum: -1, maximum: 1 }), 'uniformComovingVolume: expected minimum of at least 0'],
    [
      () => uniformSourceFrame({ minimum: 0, maximum: 1, parameter: 'mass_1' }),
      'expected a distribution of redshift or comoving_distance or luminosity_distance',
    ],
  ])('are refused where they are wrong (%#)', (make, message) => {
    expect(make).toThrow(message)
  })
})
