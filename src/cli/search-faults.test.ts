import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readStrain } from '../data/index.ts'
import { writeSeriesFile } from '../data/testing/series-file.ts'
import type { TimeSeries } from '../gw/index.ts'
import type { SearchOutcome } from '../search/index.ts'
import { runCli } from './program.ts'

const paths = { H1: 'H-H1', L1: 'L-L1' } as const
type Detector = keyof typeof paths
const pathOf = (detector: Detector): string =>
  fileURLToPath(new URL(`../../examples/data/${paths[detector]}_GWOSC_4KHZ_R1-1126259447-32.hdf5`, import.meta.url))

const releasedModel = fileURLToPath(new URL('../../models/bbh', import.meta.url))

const start = 1_126_259_447
const merger = 1_126_259_462.42

let folder: string
const strain = {} as Record<Detector, TimeSeries>
/** The statistic of GW150914 in strain that nobody has spoilt. */
let unspoilt: SearchOutcome
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quadrupole-faults-'))
  for (const detector of ['H1', 'L1'] as const) strain[detector] = await readStrain(pathOf(detector))
  unspoilt = await searched(pathOf('H1'), pathOf('L1'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Runs the command line on in-memory streams; the temporary folder's name is left out. */
async function quad(...args: string[]) {
  const written = { stdout: '', stderr: '' }
  const stream = (name: 'stdout' | 'stderr') => ({
    write(text: string) {
      written[name] += text
      return true
    },
  })
  const exit = await runCli(args, { stdout: stream('stdout'), stderr: stream('stderr') })
  return { exit, stdout: written.stdout.replaceAll(folder, 'DIR'), stderr: written.stderr.replaceAll(folder, 'DIR') }
}

/** What a search of files comes to that must succeed. */
async function searched(...files: string[]): Promise<SearchOutcome> {
  const { exit, stdout, stderr } = await quad('search', ...files, '--out', join(folder, 'report'), '--json')
  expect([exit, stderr.match(/^error: .*/m)?.[0]]).toEqual([0, undefined])
  return JSON.parse(stdout)
}

/** Exit code and message of a search that must fail, and leaves no report. */
async function refused(...files: string[]): Promise<string> {
  const out = join(folder, 'refused')
  const { exit, stdout, stderr } = await quad('search', ...files, '--out', out, '--json')
  expect([stdout, existsSync(out)]).toEqual(['', false])
  expect(stderr.match(/\n/g)).toHaveLength(1)
  return `${exit} ${stderr.trim()}`
}

interface SpoiltFile {
  /** Seconds from the start of the example files. */
  readonly from?: number
  readonly to?: number
  readonly name?: string
  /** Hz. */
  readonly sampleRate?: number
}

/** What is done to strain in place; `at` gives the sample at some seconds from the start of the example files. */
type Spoil = (values: Float64Array, at: (seconds: number) => number) => void

/** Writes what a function makes of a detector's strain as a file. */
function spoilt(
  detector: Detector,
  spoil: Spoil = () => undefined,
  { from = 0, to = 32, name = 'spoilt', sampleRate = 4096 }: SpoiltFile = {},
): Promise<string> {
  const whole = strain[detector].sampleRate === sampleRate ? strain[detector] : strain[detector].resample(sampleRate)
  const values = whole.values.slice(Math.round(from * sampleRate), Math.round(to * sampleRate))
  spoil(values, seconds => Math.round((seconds - from) * sampleRate))
  return writeSeriesFile(join(folder, `${name}-${detector}.hdf5`), [
    { dataset: detector, values, attributes: { x0: start + from, dx: 1 / sampleRate } },
  ])
}

/** Adds a sine-Gaussian of quality 10 at 120 Hz, whose largest value is a million times the noise around it. */
const glitch =
  (seconds: number): Spoil =>
  (values, at) => {
    const [middle, width] = [at(seconds), (4096 * 10) / (Math.SQRT2 * 2 * Math.PI * 120)]
    for (let i = 0; i < values.length; i++)
      values[i]! +=
        1e-17 * Math.exp(-(((i - middle) / width) ** 2) / 2) * Math.sin((2 * Math.PI * 120 * (i - middle)) / 4096)
  }

/** Expects GW150914 and nothing else, its statistic within a part of that in strain that nobody has spoilt. */
function expectTheEvent({ events }: SearchOutcome, tolerance: number): void {
  expect(events).toHaveLength(1)
  const [{ gpsTime, statistic }] = events as [SearchOutcome['events'][number]]
  expect(Math.abs(gpsTime - merger)).toBeLessThan(0.01)
  expect(Math.abs(statistic / unspoilt.events[0]!.statistic - 1)).toBeLessThan(tolerance)
}

const gatesIn = ({ stretches }: SearchOutcome) =>
  stretches.flatMap(({ remarks }) => remarks.filter(remark => remark.includes('louder than any signal')))

describe('quad search finds GW150914, and nothing else,', () => {
  it('with a glitch louder than any signal in one detector, and says what was taken out', async () => {
    const out = await searched(await spoilt('H1', glitch(5)), pathOf('L1'))
    expectTheEvent(out, 0.05)
    expect(gatesIn(out)).toEqual([expect.stringMatching(/^H1: a glitch .* was taken out, GPS 112625945[01][\d.]* to /)])
    expect(unspoilt.livetime - out.livetime).toBeGreaterThan(1)
    expect(unspoilt.livetime - out.livetime).toBeLessThan(2.5)
  })

  it('with one in both at once, as light would travel', async () => {
    const files = [await spoilt('H1', glitch(24.007)), await spoilt('L1', glitch(24))]
    const { exit, stdout } = await quad('search', ...files, '--out', join(folder, 'report'))
    expect(exit).toBe(0)
    expect(stdout).toMatch(/^One event in 2[567] s of strain in 1 stretch/)
    expect(stdout).toContain('  1126259462.4')
    for (const detector of ['H1', 'L1'])
      expect(stdout).toMatch(new RegExp(`^Note: ${detector}: a glitch louder than any signal was taken out, GPS `, 'm'))
    const page = await readFile(join(folder, 'report/index.html'), 'utf8')
    expect(page).toContain('a glitch louder than any signal was taken out')
  })

  it('in clipped strain with gaps of NaN, which are cut out', async () => {
    const clipped = await spoilt('H1', (values, at) => {
      for (let i = at(6); i < at(6.1); i++) values[i] = 5e-18 * Math.sign(Math.sin(i / 10))
    })
    const gap = await spoilt('L1', (values, at) => void values.fill(Number.NaN, at(26), at(27.5)))
    const out = await searched(clipped, gap)
    expectTheEvent(out, 0.1)
    expect(out.remarks).toEqual([
      expect.stringMatching(
        /^H1 is clipped at GPS 1126259453 to 1126259453\.00\d*, .* and \d+ more \(0\.1\d* s in all\) \(/,
      ),
      expect.stringMatching(/^L1 is NaN or infinite at GPS 1126259473 to 1126259474.5 \(/),
      expect.stringMatching(/^stretches shorter than 8 s are left out, /),
    ])
    expect(out.stretches).toHaveLength(1)
  })

  it('where one detector has half the sample rate of the other', async () => {
    expectTheEvent(await searched(pathOf('H1'), await spoilt('L1', undefined, { sampleRate: 2048 })), 0.05)
  })

  it('in files that overlap, as in one file', async () => {
    const first = await spoilt('H1', undefined, { to: 18, name: 'first' })
    const second = await spoilt('H1', undefined, { from: 14, name: 'second' })
    const out = await searched(second, pathOf('L1'), first)
    expect([out.events, out.stretches.map(({ livetime }) => livetime)]).toEqual([
      unspoilt.events,
      unspoilt.stretches.map(({ livetime }) => livetime),
    ])
  })
})

describe('quad search', () => {
  it('finds nothing in a file that ends with the merger, and counts no livetime there', async () => {
    const out = await searched(await spoilt('H1', undefined, { to: 15.47 }), pathOf('L1'))
    expect(out.events).toEqual([])
    const [{ end }] = out.stretches as [SearchOutcome['stretches'][number]]
    expect(out.stretches).toHaveLength(1)
    expect(end).toBeLessThan(merger + 0.05)
    // What whitening can't see whole at either end.
    expect(end - start - out.livetime).toBeGreaterThan(2)
    expect(out.remarks).toEqual([
      expect.stringMatching(/^L1 is left out at GPS 1126259462.4\d* to 1126259479: H1 has no/),
    ])
  })

  it('says so where no strain is good', async () => {
    const nothing = await spoilt('H1', values => void values.fill(Number.NaN))
    const { exit, stdout } = await quad('search', nothing, pathOf('L1'), '--out', join(folder, 'report'))
    expect(exit).toBe(0)
    expect(stdout).toMatch(
      /^Nothing was found in 0 s of strain in 0 stretches\.\n\nNote: H1 is NaN or infinite at GPS /,
    )
    expect(await readFile(join(folder, 'report/index.html'), 'utf8')).toContain('H1 is NaN or infinite')
  })

  it.each([
    [
      'one detector alone',
      async () => [pathOf('H1')],
      /^24 error: .*the search needs H1 and L1, but there are only data of H1 .*; pass files of L1 too$/,
    ],
    ['no file', async () => [], /^2 error: quad search: expected files of strain, got none/],
    [
      'a file that was cut off',
      async () => {
        const cut = join(folder, 'cut.hdf5')
        await writeFile(cut, (await readFile(pathOf('H1'))).subarray(0, 700_000))
        return [cut, pathOf('L1')]
      },
      /^13 error: .*DIR\/cut.hdf5 is truncated: it has 700000 of 1040781 bytes; fetch it again$/,
    ],
    [
      'a sample rate below that of the model',
      async () => [pathOf('H1'), await spoilt('L1', undefined, { sampleRate: 512 })],
      /^23 error: .*512 Hz/,
    ],
    [
      'files that contradict each other',
      async () => {
        const other: Spoil = (values, at) => void values.fill(1e-21, at(16), at(17))
        return [pathOf('H1'), await spoilt('H1', other, { from: 10, to: 20 }), pathOf('L1')]
      },
      /^23 error: .*spoilt-H1.hdf5.*1126259463/,
    ],
  ])('refuses %s', async (_, files, said) => {
    expect(await refused(...(await files()))).toMatch(said)
  })
})

describe('quad background', () => {
  const background = async (...args: string[]) => {
    const out = join(folder, 'background.json')
    const run = await quad('background', ...args, '--model', releasedModel, '--out', out)
    return { ...run, isWritten: existsSync(out) }
  }

  it.each([
    ['one detector alone', async () => [pathOf('H1')], 24, /there are only data of H1 .*; pass files of L1 too/],
    [
      'strain too short to be slid',
      async () => [await spoilt('H1', undefined, { to: 12 }), pathOf('L1')],
      23,
      /search.slidBackground: 0 stretches of strain, 0.000 s in all, leave nothing that can be slid; give longer strain/,
    ],
    [
      'a time that is none',
      async () => [pathOf('H1'), pathOf('L1'), '--exclude', 'GW150914'],
      2,
      /expected seconds .* got 'GW150914'/,
    ],
    [
      'no days',
      async () => [pathOf('H1'), pathOf('L1'), '--days', '0'],
      2,
      /expected a positive number of days, got '0'/,
    ],
  ])('refuses %s', async (_, args, exit, said) => {
    const run = await background(...(await args()))
    expect([run.exit, run.stdout, run.isWritten]).toEqual([exit, '', false])
    expect(run.stderr).toMatch(said)
    expect(run.stderr.match(/^error: /gm)).toHaveLength(1)
  })

  it('says where strain gives less than was asked for', async () => {
    const { exit, stdout } = await background(pathOf('H1'), pathOf('L1'), '--exclude', String(merger))
    expect(exit).toBe(0)
    expect(stdout).toMatch(
      /^0\.0\d+ days of background, .*\nNote: this strain gives less than the 30\.00 days asked for\n/,
    )
  })
})

describe('quad challenge run', () => {
  it.each([
    [['--model', 'DIR/none'], 10, /can't read DIR\/none\/model.json: a model is a folder that quad train has left/],
    [['--model', 'DIR'], 3, /DIR\/model.json is no card of a model that searches: it is no JSON/],
    [['--ranking', 'network'], 2, /--ranking network needs a network; give --model DIR/],
    [['--set', '3'], 2, /expected data set 1 or 2, got '3'/],
    [['--threshold', 'NaN'], 2, /expected a positive SNR, got 'NaN'/],
    [['--model', releasedModel, '--out', 'DIR/model.json'], 10, /DIR\/model.json/],
  ] as const)('refuses %j', async (args, exit, said) => {
    await writeFile(join(folder, 'model.json'), 'nothing of the kind')
    const own = args.map(arg => arg.replace('DIR', folder))
    const fixed = ['--set', '1', '--seed', '1', '--days', '0.003', '--out', join(folder, 'out')]
    const run = await quad('challenge', 'run', ...fixed, ...own)
    expect([run.exit, run.stdout]).toEqual([exit, ''])
    expect(run.stderr).toMatch(said)
    expect(run.stderr.match(/^error: /gm)).toHaveLength(1)
  })
})
