import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { QuadrupoleError, randomKey } from '../core/index.ts'
import { parsePriorSet, readPriorSet, shippedPriors } from './index.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quadrupole-priors-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const heading = 'name = "set"\n[parameters]\n'
const parsed = (text: string) => parsePriorSet(heading + text, { path: 'set.toml' })

const failure = (text: string): QuadrupoleError => {
  try {
    parsed(text)
  } catch (error) {
    if (error instanceof QuadrupoleError) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe('the prior sets of the package', () => {
  it('are those in its folder', async () => {
    const files = await readdir(new URL('../../priors/', import.meta.url))
    expect(files.sort()).toEqual(shippedPriors.map(name => `${name}.toml`).sort())
  })

  it.each(shippedPriors)('%s draws, has finite densities there, and what a search needs', async name => {
    const set = await readPriorSet(name)
    expect(set.name).toBe(name)
    expect(set.description).not.toBe('')
    const { columns } = set.sample(randomKey(1), 300)
    expect(set.logProbOf(columns).every(Number.isFinite)).toBe(true)
    const needed = ['mass_1', 'mass_2', 'chirp_mass', 'mass_ratio', 'chi_1', 'chi_2', 'luminosity_distance']
    for (const parameter of [...needed, 'ra', 'dec', 'psi', 'theta_jn', 'phase'])
      expect(columns[parameter]?.every(Number.isFinite), parameter).toBe(true)
    expect(columns.mass_2!.every((mass, i) => mass <= columns.mass_1![i]!)).toBe(true)
  })

  it('draw the same forever: a change of these numbers breaks what was made from them', async () => {
    const { columns } = await readPriorSet('mlgwsc1-set1').then(set => set.sample(randomKey(42), 3))
    expect([...columns.mass_1!].map(x => x.toFixed(6))).toMatchInlineSnapshot(`
      [
        "26.988445",
        "37.044017",
        "42.739613",
      ]
    `)
    expect([...columns.luminosity_distance!].map(x => x.toFixed(6))).toMatchInlineSnapshot(`
      [
        "3224.472997",
        "5038.872859",
        "3258.799145",
      ]
    `)
  })
})

describe('a prior file', () => {
  it('may hold every distribution', () => {
    const set = parsed(`
      mass_1 = { distribution = "log-uniform", minimum = 5, maximum = 100 }
      mass_2 = { distribution = "triangular", minimum = 1, mode = 3, maximum = "mass_1" }
      a_1 = { distribution = "interpolated", x = [0, 0.5, 1], density = [1, 2, 0] }
      a_2 = { distribution = "truncated-gaussian", mean = 0, standard_deviation = 0.3, minimum = 0, maximum = 1 }
      tilt_1 = { distribution = "sine", maximum = 1 }
      tilt_2 = 0
      luminosity_distance = { distribution = "uniform-source-frame", minimum = 10, maximum = 1000, rate_index = 2.7 }
      frequency = { distribution = "log-normal", log_mean = 5, log_standard_deviation = 0.1 }
      quality = { distribution = "gaussian", mean = 10, standard_deviation = 1 }
    `)
    const { columns } = set.sample(randomKey(2), 100)
    expect(set.logProbOf(columns).every(Number.isFinite)).toBe(true)
    expect(columns.mass_2!.every((mass, i) => mass <= columns.mass_1![i]!)).toBe(true)
    expect(columns.tilt_2!.every(angle => angle === 0)).toBe(true)
  })

  it('names its cosmology, which is that of Planck 2015 otherwise', () => {
    const distance = (cosmology: string) =>
      parsePriorSet(`name = "z"\n${cosmology}\n[parameters]\nredshift = 1`).sample(randomKey(1), 1).columns
        .luminosity_distance![0]!
    expect(distance('')).toBe(distance('cosmology = "Planck15"'))
    expect(distance('cosmology = "Planck18"')).not.toBe(distance(''))
    // Einstein and de Sitter.
    const dust = distance('cosmology = { hubble_constant = 70, matter_density = 1 }')
    expect(dust).toBeCloseTo(((2 * 299_792.458) / 70) * (2 - Math.SQRT2), 6)
    for (const wrong of ['"Planck"', '{ hubble_constant = -70, matter_density = 0.3 }'])
      expect(() => distance(`cosmology = ${wrong}`)).toThrow("set:2: cosmology: expected 'Planck15', 'Planck18' or {")
  })

  it('is read from a path, which is named where it is wrong', async () => {
    const path = join(folder, 'mine.toml')
    await writeFile(path, `${heading}mass_1 = { distribution = "uniform", minimum = 5 }\n`)
    await expect(readPriorSet(path)).rejects.toThrow(
      `${path}:3: parameters.mass_1.maximum: expected a number or the name of another parameter`,
    )
    await expect(readPriorSet(join(folder, 'none.toml'))).rejects.toThrow(
      'none.toml: no such file, nor a prior set of that name; known are mlgwsc1-set1',
    )
  })

  it.each([
    [
      'mass_1 = { distribution = "uniform", minimum = 5, maximun = 50 }',
      "set.toml:3: parameters.mass_1: unknown key 'maximun'; known are distribution, minimum, maximum",
    ],
    ['\nmas_1 = 3', "set.toml:4: parameters: unknown key 'mas_1'; known are mass_1, mass_2"],
    [
      'mass_1 = { distribution = "unifrom", minimum = 5, maximum = 50 }',
      'set.toml:3: parameters.mass_1.distribution: expected one of uniform, log-uniform, power-law',
    ],
    ['mass_1 = "10"', "set.toml:3: parameters.mass_1: expected a table, got '10'"],
    [
      'mass_1 = { distribution = "uniform", minimum = 50, maximum = 5 }',
      'set.toml:3: parameters.mass_1: priors.uniform: expected minimum below maximum, got 50 and 5',
    ],
    [
      'mass_2 = { distribution = "uniform", minimum = 5, maximum = "mass_1" }',
      "set.toml:2: parameters: priors.createPriorSet: 'set': mass_2 depends on 'mass_1', which is no parameter of it",
    ],
    ['mass_1 = 3\n[constraint]', "set.toml:4: unknown key 'constraint'; known are name, description, cosmology"],
    [
      'mass_1 = 3\n[constraints]\nmass_1 = { min = 3 }',
      "set.toml:5: constraints.mass_1: unknown key 'min'; known are minimum, maximum",
    ],
    ['mass_1 = 3\n[constraints]\nmass_2 = { minimum = 3 }', "got 'mass_2', which does not follow from them"],
    ['mass_1 = [1,', 'set.toml:3: unfinished array'],
    [
      'redshift = { distribution = "uniform-comoving-volume", minimum = -1, maximum = 2 }',
      'expected minimum of at least 0',
    ],
  ])('says where it is wrong: %s', (text, message) => {
    const error = failure(text)
    expect(error.code).toBe('config')
    expect(error.message).toContain(message)
  })

  it('says all that is wrong at once', () => {
    const { message } = failure('mass_1 = { distribution = "sine", maximum = true }\nmass_2 = "x"\nmas_3 = 1')
    expect(message.split('\n').map(line => line.slice(0, 35))).toEqual([
      'set.toml:3: parameters.mass_1.maxim',
      'set.toml:4: parameters.mass_2: expe',
      'set.toml:5: parameters: unknown key',
    ])
  })

  it('gives the one value that is left where bounds meet', () => {
    const set = parsed('mass_1 = 5\nmass_2 = { distribution = "uniform", minimum = 5, maximum = "mass_1" }')
    expect([...set.sample(randomKey(1), 2).columns.mass_2!]).toEqual([5, 5])
  })

  it('says so where a distribution has no room at a value of another parameter', () => {
    const set = parsed(
      'mass_1 = { distribution = "uniform", minimum = 3, maximum = 9 }\n' +
        'mass_2 = { distribution = "uniform", minimum = 5, maximum = "mass_1" }',
    )
    expect(() => set.sample(randomKey(1), 50)).toThrow('priors.uniform: expected minimum below maximum, got 5 and 3.')
  })
})
