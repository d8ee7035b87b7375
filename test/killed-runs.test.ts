import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { foldIn, randomKey, uniform } from '../src/core/index.ts'
import { exampleFiles, type QuadRun, runQuad, treeOf } from './quad-process.ts'

/** Kills of each command, ten in all; ten of each with `npm run test:kills`. */
const kills = process.env.KILLS === 'all' ? undefined : { train: 2, background: 2, search: 3, challenge: 3 }

/** A search, a bank and a network as small as they can be, and a training that is not over at once. */
const tiny = `
seed = 3

[model]
kind = "coincidence"
templates = 4
components = 2
step = 1
times = 1
consistency = true

[data]
kind = "candidates"
sampleRate = 1024
pieceDuration = 48
noiseDays = 1e-3
signalDays = 1e-3
glitchesPerHour = 60

[data.bank]
draws = 60
minimumMatch = 0.9
basisSize = 32
templateDuration = 4
minimumFrequency = 25
maximumFrequency = 448

[data.search]
threshold = 4.5
psdSegment = 2
gateThreshold = 50

[optimizer]
kind = "adamw"

[schedule]
kind = "constant"
learningRate = 1e-2

[training]
steps = 160
batch = 16
threads = 1
averageDecay = 0.9
checkpointEvery = 20
logEvery = 10

[evaluation]
every = 40
batches = 2
monitor = "loss"
goal = "lowest"
`

const runs = {
  train: { args: ['train', '../../tiny.toml', '--out', 'out', '--json'], again: ['--resume'] },
  background: {
    args: ['background', ...exampleFiles, '--model', '../../model', '--days', '0.004', '--out', 'out/background.json'],
    again: [],
  },
  search: { args: ['search', ...exampleFiles, '--model', '../../model', '--out', 'out', '--json'], again: [] },
  challenge: {
    args: 'challenge run --set 1 --seed 5 --days 0.003 --model ../../model --out out --json'.split(' '),
    again: [],
  },
} as const

type Command = keyof typeof runs

/** What a run leaves and says: files by their paths, as base64, and what it writes on stdout. */
type Outcome = Readonly<Record<string, string>>

let folder: string
/** Runs that nobody killed. */
const whole = new Map<Command, { readonly outcome: Outcome; readonly milliseconds: number }>()

async function runWhole(command: Command): Promise<string> {
  const where = await freshFolder(command, 'whole')
  const run = await runQuad(runs[command].args, { folder: where })
  whole.set(command, { outcome: await outcomeOf(run, where), milliseconds: run.milliseconds })
  return join(where, 'out')
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quadrupole-killed-'))
  await writeFile(join(folder, 'tiny.toml'), tiny)
  await cp(await runWhole('train'), join(folder, 'model'), { recursive: true })
  await cp(await runWhole('background'), join(folder, 'model'), { recursive: true })
}, 600_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A folder to run a command in, two below that of the model. */
async function freshFolder(command: Command, name: string): Promise<string> {
  const fresh = join(folder, command, name)
  await rm(fresh, { recursive: true, force: true })
  await mkdir(join(fresh, 'out'), { recursive: true })
  return fresh
}

async function outcomeOf({ exit, stdout, stderr }: QuadRun, where: string): Promise<Outcome> {
  expect([exit, exit === 0 || stderr]).toEqual([0, true])
  const files = [...(await treeOf(join(where, 'out')))].map(([path, bytes]) => [path, bytes.toString('base64')])
  return { ...Object.fromEntries(files), stdout }
}

/** A run that is killed after a while and run again; the while is made shorter until the kill comes before the end. */
async function killedRun(command: Command, milliseconds: number): Promise<Outcome> {
  const { args, again } = runs[command]
  for (let killAfter = milliseconds; ; killAfter *= 0.8) {
    const where = await freshFolder(command, 'killed')
    const { exit } = await runQuad(args, { folder: where, killAfter })
    if (exit !== null) continue
    return outcomeOf(await runQuad([...args, ...again], { folder: where }), where)
  }
}

describe('killed at random and run again', () => {
  it.each(Object.keys(runs) as Command[])(
    '%s ends with every byte of a run that was not',
    {
      timeout: 900_000,
    },
    async command => {
      if (!whole.has(command)) await runWhole(command)
      const { outcome, milliseconds } = whole.get(command)!
      const count = kills?.[command] ?? 10
      for (const [i, place] of uniform(foldIn(randomKey(9), command), count).entries()) {
        const killed = await killedRun(command, (milliseconds * (i + place)) / count)
        expect(Object.keys(killed)).toEqual(Object.keys(outcome))
        for (const [path, bytes] of Object.entries(killed))
          expect([path, bytes === outcome[path]]).toEqual([path, true])
      }
    },
  )
})
