import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from './program.ts'

const inPackage = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const files = ['H-H1', 'L-L1'].map(site => inPackage(`examples/data/${site}_GWOSC_4KHZ_R1-1126259447-32.hdf5`))

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quadrupole-cli-sensitivity-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function sensitivity(...args: readonly string[]) {
  const written = { stdout: '', stderr: '' }
  const stream = (name: 'stdout' | 'stderr') => ({
    write(text: string) {
      written[name] += text
      return true
    },
  })
  const exit = await runCli(['sensitivity', ...args], { stdout: stream('stdout'), stderr: stream('stderr') })
  return { exit, stdout: written.stdout, stderr: written.stderr.replaceAll(folder, 'DIR') }
}

/** Exit code and message of a command that must fail, with nothing on stdout and nothing left behind. */
async function failed(...args: readonly string[]): Promise<string> {
  const { exit, stdout, stderr } = await sensitivity(...args, '--out', join(folder, 'none'))
  expect(stdout).toBe('')
  expect(await readdir(folder)).not.toContain('none')
  return `${exit} ${stderr.trim()}`
}

describe('quad sensitivity', () => {
  it('plans without searching', async () => {
    const { exit, stdout, stderr } = await sensitivity(
      ...files,
      '--count',
      '40',
      '--dry-run',
      '--out',
      join(folder, 'plan'),
    )
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    expect(stdout).toMatchInlineSnapshot(`
      "strain-1126259447-05078125  1.2 s
      0 of 1 steps done, about 1.2 s to go
      then about 39 passes with signals, planned when the strain is searched
      "
    `)
    expect(await readdir(folder)).not.toContain('plan')
  })

  it('refuses counts, seeds, spacings, SNRs and rates that are none', async () => {
    const wrong = [
      ['--count', '0'],
      ['--count', '2.5'],
      ['--seed', '-1'],
      ['--spacing', 'long'],
      ['--spacing', '0'],
      ['--minimum-snr', '-3'],
      ['--far', '365.25,none'],
      ['--spacing', '2'],
    ]
    const messages: string[] = []
    for (const args of wrong) messages.push(await failed(...files, ...args))
    expect(messages).toMatchInlineSnapshot(`
      [
        "2 error: quad sensitivity: expected a positive number of injections, got '0'",
        "2 error: quad sensitivity: expected a positive number of injections, got '2.5'",
        "2 error: quad sensitivity: expected an integer seed from 0 to 2^53 - 1, got '-1'",
        "2 error: quad sensitivity: expected a positive number of seconds, got 'long'",
        "2 error: quad sensitivity: expected a positive number of seconds, got '0'",
        "2 error: quad sensitivity: expected an SNR of 0 or more, got '-3'",
        "2 error: quad sensitivity: expected positive numbers of false alarms a year, with commas, got '365.25,none'",
        "2 error: search.measureSensitivity: expected a spacing of at least 8 s, which templates last, got 2: signals would be seen in each other's filters",
      ]
    `)
  })

  it('refuses priors that can not be injected or weighted, before anything is searched', async () => {
    const write = async (name: string, text: string) => {
      const path = join(folder, name)
      await writeFile(path, `name = "mine"\n[parameters]\n${text}`)
      return path
    }
    const rest = 'chi_1 = 0\nchi_2 = 0\ntheta_jn = { distribution = "sine" }\nphase = 0\npsi = 0\n'
    const light = await write(
      'light.toml',
      `mass_1 = 1.4\nmass_2 = 1.3\nluminosity_distance = { distribution = "uniform", minimum = 10, maximum = 90 }\n` +
        `ra = 0\ndec = 0\n${rest}`,
    )
    expect(await failed(...files, '--injections', light)).toMatch(
      /^3 error: search.drawInjections: 'mine' can't be injected: a signal of 1.40 \+ 1.30 solar masses may last 1\d\d s/,
    )
    const nowhere = await write('nowhere.toml', `mass_1 = 30\nmass_2 = 20\nluminosity_distance = 500\n${rest}`)
    expect(await failed(...files, '--injections', nowhere)).toMatchInlineSnapshot(
      `"3 error: search.drawInjections: 'mine' can't be injected: it has no ra, dec; give the prior all that places a source in the sky: ra, dec, psi"`,
    )
    const fixed = await write(
      'fixed.toml',
      `mass_1 = 30\nmass_2 = 20\nluminosity_distance = 500\nra = 0\ndec = 0\n${rest}`,
    )
    expect(await failed(...files, '--injections', fixed)).toMatchInlineSnapshot(
      `"3 error: search.sourceFrame: 'mine' can't be weighted as a population: mass_1 has one value, which is no density; draw masses and distance apart from all else"`,
    )
    expect(await failed(...files, '--injections', 'absent.toml')).toMatch(
      /^10 error: priors.readPriorSet: .*absent.toml/,
    )
    expect(await failed(...files, '--population', 'mlgwsc1-set2')).toMatch(
      /^3 error: search.readSourcePopulation: expected 'mlgwsc1-set2' to have mass_1_source/,
    )
    expect(await failed(...files, '--population', '20-35')).toMatch(/^2 error: .*the heavier first, got 20 and 35/)
  })

  it('refuses a model without a background, one detector alone, and no files', async () => {
    await cp(inPackage('models/bbh'), join(folder, 'model'), { recursive: true })
    await rm(join(folder, 'model/background.json'))
    expect(await failed(...files, '--model', join(folder, 'model'))).toMatch(
      /^3 error: search.measureSensitivity: the model in DIR\/model has no background.json, .*quad background$/,
    )
    expect(await failed(files[0]!)).toMatch(/^24 error: search.openSearchStrain: the search needs H1 and L1/)
    const { exit } = await sensitivity()
    expect(exit).toBe(2)
  })
})
