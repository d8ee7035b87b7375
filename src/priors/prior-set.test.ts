import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { randomKey } from '../core/index.ts'
import { flatLambdaCdm, luminosityDistanceMpc, planck15 } from '../gw/index.ts'
import {
  createPriorSet,
  delta,
  logDensityRatio,
  logUniform,
  type PriorSet,
  type PriorSetSource,
  powerLaw,
  readPriorSet,
  sine,
  uniform,
  uniformComovingVolume,
  uniformSourceFrame,
} from './index.ts'
import { integrate, kolmogorovSmirnov } from './testing/statistics.ts'

const golden = JSON.parse(readFileSync(new URL('./fixtures/priors.json', import.meta.url), 'utf8')) as {
  readonly conversions: readonly Record<string, number>[]
  readonly joint: readonly { readonly row: Record<string, number>; readonly logProb: number }[]
  readonly injections: Readonly<Record<string, number[]>>
}

const masses = { mass_1: uniform({ minimum: 10, maximum: 50 }), mass_2: uniform({ minimum: 10, maximum: 50 }) }
const heavierFirst = { mass_ratio: { maximum: 1 } }
const ordered = createPriorSet({ name: 'ordered', parameters: masses, constraints: heavierFirst })

const lighter = {
  given: ['mass_1'],
  at: ({ mass_1: maximum }: Readonly<Record<string, number>>) => powerLaw({ index: 1, minimum: 5, maximum: maximum! }),
}
const heavier = powerLaw({ index: -2.35, minimum: 5, maximum: 100 })

describe('a prior set', () => {
  it('draws rows that are functions of the key and their number alone', () => {
    const key = randomKey(8)
    const conditional = createPriorSet({ name: 'conditional', parameters: { mass_1: heavier, mass_2: lighter } })
    for (const set of [ordered, conditional]) {
      const all = set.sample(key, 500)
      const part = set.sample(key, 100, { offset: 250 })
      for (const [name, column] of Object.entries(all.columns))
        expect(part.columns[name]).toEqual(column.slice(250, 350))
      expect(part.attempts).toEqual(all.attempts.slice(250, 350))
    }
  })

  it('draws a parameter alike whatever others there are', () => {
    const key = randomKey(8)
    const more = createPriorSet({ name: 'more', parameters: { theta_jn: sine(), ...masses } })
    const fewer = createPriorSet({ name: 'fewer', parameters: masses })
    expect(more.sample(key, 50).columns.mass_1).toEqual(fewer.sample(key, 50).columns.mass_1)
    expect(more.sample(key, 50).columns.mass_1).not.toEqual(more.sample(key, 50).columns.mass_2)
  })

  it('keeps constraints and counts what it rejects for them', () => {
    const { columns, attempts, rejected } = ordered.sample(randomKey(1), 20_000)
    expect(columns.mass_ratio!.every(q => q > 0.2 && q <= 1)).toBe(true)
    expect(attempts.reduce((sum, count) => sum + count, 0)).toBe(20_000 + rejected)
    // Half are rejected: as many in all as are kept, within four standard deviations (of a geometric law, sqrt(2) each).
    expect(Math.abs(rejected - 20_000)).toBeLessThan(4 * Math.sqrt(2 * 20_000))
    // The heavier of two uniform variates has their cdf squared.
    const square = (m: number) => ((m - 10) / 40) ** 2
    expect(kolmogorovSmirnov(columns.mass_1!, square)).toBeLessThan(1.95)
    expect(kolmogorovSmirnov(columns.mass_2!, m => 1 - ((50 - m) / 40) ** 2)).toBeLessThan(1.95)
  })

  it('has a density that counts the constraints: twice that of the square for its half', () => {
    expect(ordered.acceptance().value).toBeCloseTo(0.5, 9)
    expect(ordered.logProb({ mass_1: 40, mass_2: 20 })).toBeCloseTo(Math.log(2 / 1600), 8)
    expect(ordered.logProb({ mass_1: 20, mass_2: 40 })).toBe(-Infinity)
    expect(ordered.logProb({ mass_1: 60, mass_2: 40 })).toBe(-Infinity)
    expect(ordered.logProb({ mass_1: NaN, mass_2: 40 })).toBeNaN()
  })

  it('has a density whose integral is 1, with a curved constraint', () => {
    const set = createPriorSet({
      name: 'chirp',
      parameters: { mass_1: heavier, mass_2: lighter },
      constraints: { chirp_mass: { minimum: 8, maximum: 20 } },
    })
    const kept = (mass1: number): number => {
      const density = (mass2: number) => Math.exp(set.logProb({ mass_1: mass1, mass_2: mass2 }))
      return integrate(density, 5, mass1, 100)
    }
    expect(integrate(kept, 5 + 1e-9, 100, 200)).toBeCloseTo(1, 2)
    const { value, error } = set.acceptance()
    const { rejected } = set.sample(randomKey(4), 20_000)
    const deviation = Math.sqrt((value * (1 - value)) / (20_000 + rejected))
    expect(Math.abs(20_000 / (20_000 + rejected) - value)).toBeLessThan(4 * deviation)
    expect(error).toBeLessThan(1e-6)
  })

  it('draws again what depends on what a constraint rejects', () => {
    const set = createPriorSet({
      name: 'dependent',
      parameters: { mass_1: uniform({ minimum: 5, maximum: 100 }), mass_2: lighter },
      constraints: { mass_1: { maximum: 20 } },
    })
    const { columns } = set.sample(randomKey(2), 5000)
    expect(columns.mass_2!.every((m, i) => m <= columns.mass_1![i]!)).toBe(true)
    expect(set.acceptance().value).toBeCloseTo(15 / 95, 12)
  })

  it('estimates the acceptance of a constraint on many parameters', () => {
    const unit = uniform({ minimum: 0, maximum: 1 })
    const set = createPriorSet({
      name: 'spins',
      parameters: { mass_ratio: unit, chi_1: unit, chi_2: unit },
      constraints: { chi_eff: { maximum: 0.25 } },
    })
    const { value, error } = set.acceptance()
    const draws = createPriorSet({ name: 'all', parameters: set.parameters }).sample(randomKey(3), 50_000).columns
    const share = draws.chi_eff!.filter(chi => chi <= 0.25).length / 50_000
    expect(Math.abs(value - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / 50_000))
    expect(error).toBeLessThan(1e-4)
  })

  it('agrees with the joint density of bilby where a mass depends on another, to 1e-10', async () => {
    const aframe = await readPriorSet('aframe-end-o3-rates-and-pops')
    const { redshift: _, ...others } = aframe.parameters
    const set = createPriorSet({ name: 'without redshift', parameters: others })
    expect(golden.joint.length).toBeGreaterThan(10)
    for (const { row, logProb } of golden.joint) expect(Math.abs(set.logProb(row) - logProb)).toBeLessThan(1e-10)
    expect(set.acceptance()).toEqual({ value: 1, error: 0 })
  })

  it('derives what is missing of a row, and ignores what is not its own', () => {
    const set = createPriorSet({
      name: 'source',
      parameters: {
        mass_1_source: uniform({ minimum: 5, maximum: 100 }),
        redshift: uniform({ minimum: 0, maximum: 2 }),
      },
    })
    const direct = set.logProb({ mass_1_source: 30, redshift: 0.5 })
    expect(set.logProb({ mass_1: 45, redshift: 0.5, snr: 12 })).toBeCloseTo(direct, 12)
    expect([...set.logProbOf({ mass_1: Float64Array.of(45), redshift: Float64Array.of(0.5) })]).toEqual([direct])
    expect(() => set.logProb({ mass_1: 45 })).toThrow(
      "priors.logProb: 'source': 'mass_1_source' is not known and does not follow from what is",
    )
  })
})

describe('what follows from parameters', () => {
  const fixed = (values: Readonly<Record<string, number>>, source: Partial<PriorSetSource> = {}) =>
    createPriorSet({
      name: 'fixed',
      parameters: Object.fromEntries(Object.entries(values).map(([name, peak]) => [name, delta({ peak })])),
      ...source,
    }).sample(randomKey(1), 1).columns

  const pick = (row: Readonly<Record<string, number>>, ...names: string[]) =>
    Object.fromEntries(names.map(name => [name, row[name]!]))

  it('agrees with bilby and PyCBC, to 1e-12', () => {
    for (const row of golden.conversions) {
      const derived = fixed(pick(row, 'mass_1', 'mass_2', 'a_1', 'a_2', 'tilt_1', 'tilt_2', 'luminosity_distance'))
      const names = ['chirp_mass', 'total_mass', 'mass_ratio', 'symmetric_mass_ratio', 'chi_1', 'chi_2', 'chi_eff']
      for (const name of [...names, 'chirp_distance'])
        expect(Math.abs(derived[name]![0]! / row[name]! - 1), name).toBeLessThan(1e-12)
    }
  })

  it('goes back: component masses of chirp mass and ratio, distance of chirp distance, source frame and detectors', () => {
    for (const row of golden.conversions) {
      const close = (found: Float64Array | undefined, wanted: number) =>
        expect(Math.abs(found![0]! / wanted - 1)).toBeLessThan(1e-12)
      const { mass_1, luminosity_distance } = fixed(pick(row, 'chirp_mass', 'mass_ratio', 'chirp_distance'))
      close(mass_1, row.mass_1_of_chirp_mass!)
      close(luminosity_distance, row.luminosity_distance!)
      close(fixed(pick(row, 'mass_1_source', 'redshift')).mass_1, row.mass_1!)
      close(fixed(pick(row, 'mass_1', 'redshift')).mass_1_source, row.mass_1_source!)
      close(fixed(pick(row, 'total_mass', 'mass_ratio')).mass_2, row.mass_2!)
      const distance = row.planck15_luminosity_distance!
      close(
        fixed({ mass_1_source: 30, luminosity_distance: luminosityDistanceMpc(row.redshift!, planck15) }).redshift,
        row.redshift!,
      )
      expect(Math.abs(fixed(pick(row, 'redshift')).luminosity_distance![0]! / distance - 1)).toBeLessThan(1e-6)
    }
  })

  it('uses the cosmology that is given', () => {
    const dust = flatLambdaCdm({ name: 'dust', hubbleConstant: 70, matterDensity: 1 })
    // Einstein and de Sitter: 2 c / H0 (1 + z - sqrt(1 + z)).
    const expected = ((2 * 299_792.458) / 70) * (4 - 2)
    expect(fixed({ redshift: 3 }, { cosmology: dust }).luminosity_distance![0]).toBeCloseTo(expected, 6)
  })
})

describe('the population of MLGWSC-1 data set 1', () => {
  const official = golden.injections

  it('is that of the official injections, parameter by parameter', async () => {
    const set1 = await readPriorSet('mlgwsc1-set1')
    const drawn = set1.sample(randomKey(11), 10_000).columns
    for (const name of Object.keys(official)) {
      const sorted = drawn[name]!.slice().sort()
      const cdf = (x: number): number => sorted.filter(value => value <= x).length / sorted.length
      expect(kolmogorovSmirnov(official[name]!, cdf), name).toBeLessThan(1.95)
    }
  })

  it('derives the chirp mass and the luminosity distance of each official injection, to 1e-9', async () => {
    const { logProbOf } = await readPriorSet('mlgwsc1-set1')
    const given = ['mass_1', 'mass_2', 'chirp_distance', 'ra', 'dec', 'theta_jn', 'psi', 'phase']
    const columns = Object.fromEntries(given.map(name => [name, Float64Array.from(official[name]!)]))
    const fixed = { chi_1: new Float64Array(264), chi_2: new Float64Array(264) }
    expect(logProbOf({ ...columns, ...fixed }).every(Number.isFinite)).toBe(true)
    for (let i = 0; i < 264; i++) {
      const row = Object.fromEntries(given.slice(0, 3).map(name => [name, delta({ peak: official[name]![i]! })]))
      const derived = createPriorSet({ name: 'row', parameters: row }).sample(randomKey(1), 1).columns
      for (const name of ['chirp_mass', 'luminosity_distance'])
        expect(Math.abs(derived[name]![0]! / official[name]![i]! - 1)).toBeLessThan(1e-9)
    }
  })

  it('has luminosity distances from 669 to 6,888 Mpc and the moments of its formulas', async () => {
    const set1 = await readPriorSet('mlgwsc1-set1')
    const { columns } = set1.sample(randomKey(5), 50_000)
    const { chirp_mass, chirp_distance, luminosity_distance } = columns
    const mean = (column: Float64Array) => column.reduce((sum, x) => sum + x, 0) / column.length
    expect(Math.min(...luminosity_distance!)).toBeGreaterThan(669)
    expect(Math.max(...luminosity_distance!)).toBeLessThan(6888)
    const ends = { ...set1.parameters, mass_1: delta({ peak: 50 }), mass_2: delta({ peak: 50 }) }
    const far = createPriorSet({ name: 'far', parameters: { ...ends, chirp_distance: delta({ peak: 350 }) } })
    expect(far.sample(randomKey(1), 1).columns.luminosity_distance![0]).toBeCloseTo(6888, 0)
    // <d> = 3/4 (b^4 - a^4) / (b^3 - a^3), within four standard errors.
    const expected = (0.75 * (350 ** 4 - 130 ** 4)) / (350 ** 3 - 130 ** 3)
    expect(Math.abs(mean(chirp_distance!) - expected)).toBeLessThan((4 * 55) / Math.sqrt(50_000))
    const grid = Array.from({ length: 400 }, (_, i) => 10 + (i + 0.5) / 10)
    const chirpMasses = grid.flatMap(m1 => grid.map(m2 => (m1 * m2) ** 0.6 / (m1 + m2) ** 0.2))
    expect(Math.abs(mean(chirp_mass!) - mean(Float64Array.from(chirpMasses)))).toBeLessThan(
      (4 * 7.6) / Math.sqrt(50_000),
    )
  })
})

describe('the ratio of densities', () => {
  const intrinsic = { mass_1_source: heavier, mass_2_source: uniform({ minimum: 5, maximum: 100 }) }
  const bounds = { minimum: 0, maximum: 2 }
  const drawn = createPriorSet({
    name: 'drawn',
    parameters: { ...intrinsic, redshift: uniformComovingVolume(bounds) },
  })

  it('holds the redshift as well as the masses: its mean is 1 and it makes means of the target', () => {
    const target = createPriorSet({
      name: 'target',
      parameters: {
        ...intrinsic,
        mass_1_source: logUniform({ minimum: 5, maximum: 100 }),
        redshift: uniformSourceFrame(bounds),
      },
      constraints: { mass_ratio: { maximum: 1 } },
    })
    const { columns } = drawn.sample(randomKey(6), 20_000)
    const weights = logDensityRatio(target, drawn, columns).map(Math.exp)
    const meanOf = (values: Float64Array) => values.reduce((sum, x) => sum + x, 0) / values.length
    const error = (values: Float64Array) => {
      const mean = meanOf(values)
      return Math.sqrt(meanOf(values.map(x => (x - mean) ** 2)) / values.length)
    }
    expect(Math.abs(meanOf(weights) - 1)).toBeLessThan(4 * error(weights))
    const redshifts = weights.map((weight, i) => weight * columns.redshift![i]!)
    const wanted = meanOf(target.sample(randomKey(7), 20_000).columns.redshift!)
    expect(Math.abs(meanOf(redshifts) - wanted)).toBeLessThan(5 * error(redshifts))
  })

  const refused = (target: PriorSet) => () => logDensityRatio(target, drawn, drawn.sample(randomKey(1), 2).columns)

  it('is refused where parameters differ, or where there are no draws', () => {
    const redshift = uniformComovingVolume(bounds)
    const { mass_2_source: _, ...one } = intrinsic
    expect(refused(createPriorSet({ name: 'one', parameters: { ...one, redshift } }))).toThrow(
      "priors.logDensityRatio: 'one' to 'drawn': expected the same parameters in both; mass_2_source is in one only",
    )
    const far = uniformComovingVolume({ minimum: 0, maximum: 3 })
    expect(refused(createPriorSet({ name: 'far', parameters: { ...intrinsic, redshift: far } }))).toThrow(
      'redshift of the target lies in [0, 3], draws only in [0, 2]',
    )
    const fixed = delta({ peak: 0.1 })
    expect(refused(createPriorSet({ name: 'fixed', parameters: { ...intrinsic, redshift: fixed } }))).toThrow(
      'redshift has one value in one set and a density in the other',
    )
  })
})

describe('a wrong prior set is refused', () => {
  const refused = (source: Omit<PriorSetSource, 'name'>) => () => createPriorSet({ name: 'wrong', ...source })

  it.each([
    [{ parameters: { mass_2: lighter } }, "mass_2 depends on 'mass_1', which is no parameter of it"],
    [
      { parameters: { mass_2: lighter, mass_1: { given: ['mass_2'], at: () => heavier } } },
      'mass_2 depends on mass_1 depends on mass_2; break the circle',
    ],
    [{ parameters: { ...masses, chirp_mass: heavier } }, 'chirp_mass follows from mass_1 and mass_2'],
    [
      { parameters: { ...masses, mass_ratio: uniform({ minimum: 0, maximum: 1 }) } },
      "can't be drawn too; leave one out",
    ],
    [
      { parameters: masses, constraints: { chi_eff: { maximum: 1 } } },
      "got 'chi_eff', which does not follow from them",
    ],
    [{ parameters: masses, constraints: { mass_ratio: {} } }, 'expected a minimum or a maximum, in order'],
    [{ parameters: masses, constraints: { mass_ratio: { minimum: 2, maximum: 1 } } }, 'got 2 and 1'],
  ])('%#', (source, message) => {
    expect(refused(source)).toThrow(message)
  })

  it('where nothing keeps its constraints', () => {
    const set = createPriorSet({ name: 'none', parameters: masses, constraints: { total_mass: { minimum: 101 } } })
    expect(() => set.sample(randomKey(1), 1)).toThrow(
      "priors.sample: 'none': 10000 draws of a row were rejected; widen the constraints on total_mass",
    )
    expect(() => set.acceptance()).toThrow('no draw can keep the constraints')
  })
})
