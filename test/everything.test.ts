import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exampleFiles, runQuad } from './quad-process.ts'

/** A bank and a training as small as still find mergers; `quad train` on examples/training has larger ones. */
const small = `
seed = 1

[model]
kind = "coincidence"
templates = 4
components = 3
step = 1
times = 1

[data]
kind = "candidates"
sampleRate = 1024
pieceDuration = 256
noiseDays = 0.024
signalDays = 0.024

[data.bank]
prior = "mlgwsc1-set1"
draws = 300
minimumMatch = 0.9
triggerMatch = 0.8
basisSize = 48
basisTolerance = 1e-3
templateDuration = 4
minimumFrequency = 25
maximumFrequency = 448

[data.search]
threshold = 5
psdSegment = 4
gateThreshold = 50

[optimizer]
kind = "adamw"

[schedule]
kind = "one-cycle"
learningRate = 4e-3
momentum = false

[training]
steps = 300
batch = 64
averageDecay = 0.99
threads = 1

[evaluation]
every = 150
batches = 4
monitor = false
`

const merger = 1_126_259_462.42

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quadrupole-everything-'))
  await writeFile(join(folder, 'small.toml'), small)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Runs the built quad in the folder, offline as all of it is, and gives what it writes on stdout. */
async function quad(command: string, ...more: readonly string[]): Promise<string> {
  const { exit, stdout, stderr } = await runQuad([...command.split(' '), ...more], { folder })
  expect([exit, exit === 0 || stderr]).toEqual([0, true])
  return stdout
}

const textOf = (path: string): Promise<string> => readFile(join(folder, path), 'utf8')

describe('from noise to a distance', { timeout: 600_000 }, () => {
  it('trains a detector in simulated noise', async () => {
    const { steps, scores } = JSON.parse(await quad('train small.toml --out model --json'))
    expect(steps).toBe(300)
    expect(scores.auroc).toBeGreaterThan(0.85)
    // it tells signals from noise no worse than the SNR does
    expect(scores.distanceGain1000).toBeGreaterThan(0.9)
    const card = JSON.parse(await textOf('model/model.json'))
    expect(card).toMatchObject({
      kind: 'coincidence',
      detectors: ['H1', 'L1'],
      sampleRate: 1024,
      training: { seed: 1 },
    })
    expect(card.candidates.signals).toBeGreaterThan(100)
    expect(await textOf('model/index.html')).toContain('</html>')
  })

  it('measures its background by time slides of real strain', async () => {
    const said = await quad(
      'background',
      ...exampleFiles,
      '--model',
      'model',
      '--days',
      '0.006',
      '--exclude',
      `${merger}`,
    )
    expect(said).toMatch(/^0\.006\d* days of background, [^\n]*\nWritten to model\/background.json\n$/)
    const { livetimeSeconds, source } = JSON.parse(await textOf('model/background.json'))
    expect(livetimeSeconds).toBeGreaterThanOrEqual(518.4)
    expect(source).toMatchObject({ kind: 'time slides', stretches: 1, excluded: 1 })
  })

  it('finds GW150914 in real strain, louder than all of that, and reports it', async () => {
    const outcome = JSON.parse(
      await quad('search', ...exampleFiles, '--model', 'model', '--far', '1e6', '--out', 'report', '--json'),
    )
    const [event, ...others] = outcome.events
    expect(Math.abs(event.gpsTime - merger)).toBeLessThan(0.015)
    expect(event.detectors).toEqual(['H1', 'L1'])
    expect(['limit', 'extrapolated']).toContain(event.farKind)
    const { livetimeSeconds } = JSON.parse(await textOf('model/background.json'))
    expect(event.far).toBeLessThanOrEqual(31_557_600 / livetimeSeconds)
    expect(event.snrs.H1).toBeGreaterThan(14)
    expect(event.snrs.L1).toBeGreaterThan(9)
    for (const other of others) expect(other.statistic).toBeLessThan(event.statistic)
    expect(outcome.livetime).toBeGreaterThan(25)
    const page = await textOf('report/index.html')
    for (const said of ['1126259462.4', '</html>']) expect(page).toContain(said)
    expect(page.match(/<svg/g)!.length).toBeGreaterThan(4)
    expect(JSON.parse(await textOf('report/search.json')).outcome).toEqual(outcome)
  })

  it('searches a data set with injections and one without, and gives a distance at a false-alarm rate', async () => {
    const run =
      'challenge run --set 1 --seed 11 --days 0.02 --background-days 0.04 --model model --out challenge --json'
    const said = await quad(run)
    const outcome = JSON.parse(said)
    expect(outcome).toMatchObject({ set: 1, seed: 11, livetime: { foreground: 1728, background: 3456 } })
    expect(outcome.injections).toBeGreaterThan(50)
    expect(outcome.events.foreground).toBeGreaterThan(outcome.events.background / 2)
    const [first] = outcome.distances
    // 1,000 a month are 1.3 in so short a background; set 1 is searched to about 2 Gpc at such a rate
    expect(first).toMatchObject({ falseAlarmsPerMonth: 1000, backgroundEvents: 1 })
    expect(first.sensitiveDistance).toBeGreaterThan(800)
    expect(first.sensitiveDistance).toBeLessThan(3500)
    expect(await textOf('challenge/challenge.json')).toBe(said)
    expect((await stat(join(folder, 'challenge/foreground.hdf'))).size).toBeGreaterThan(1000)
    expect(await textOf('challenge/report/index.html')).toContain('</html>')
    // all of it is there already: the same run again only puts it together
    expect(await quad(run)).toBe(said)
  })
})
