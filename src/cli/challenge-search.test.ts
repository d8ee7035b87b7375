import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as h5wasm from 'h5wasm/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readChallengeEvents, readStrain } from '../data/index.ts'
import { type SeriesContent, writeSeriesFile } from '../data/testing/series-file.ts'
import { challengePlan, challengeStrain, injectionColumns } from '../search/index.ts'
import { runCli } from './program.ts'

const inRepository = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const model = inRepository('models/bbh')
const background = inRepository('src/search/challenge/fixtures/mlgwsc1/set1-background-events.hdf')
const official = inRepository('../shared/data/mlgwsc1')

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quadrupole-cli-'))
})
afterAll(() => rm(folder, { recursive: true }))

const at = (name: string) => join(folder, name)

async function challenge(...args: string[]) {
  const written = { stdout: '', stderr: '' }
  const stream = (name: 'stdout' | 'stderr') => ({
    write(text: string) {
      written[name] += text.replaceAll(folder, 'DIR')
      return true
    },
  })
  const exit = await runCli(['challenge', ...args], { stdout: stream('stdout'), stderr: stream('stderr') })
  return { exit, ...written }
}

/** What a command prints as JSON, once it has ended well. */
async function json(...args: string[]) {
  const { exit, stdout, stderr } = await challenge(...args, '--json')
  expect({ exit, stderr: exit === 0 ? '' : stderr }).toEqual({ exit: 0, stderr: '' })
  return JSON.parse(stdout)
}

/** Data in the official layout. */
const dataset = (detector: string, start: number, values: Float64Array): SeriesContent => ({
  dataset: `${detector}/${start}`,
  values,
  attributes: { start_time: start, delta_t: 1 / 2048 },
})

async function writeColumns(path: string, columns: Readonly<Record<string, Float64Array>>) {
  await h5wasm.ready
  const file = new h5wasm.File(path, 'w')
  for (const [name, data] of Object.entries(columns)) file.create_dataset({ name, data })
  file.close()
}

describe('quad challenge search', () => {
  it('finds in a data file what a run finds in the same data, and its events score the same', async () => {
    const run = ['run', '--set', '1', '--seed', '8', '--days', `${128 / 86_400}`, '--model', model, '--out', at('run')]
    const { distances, events } = await json(...run)
    const streamed = await readChallengeEvents(at('run/foreground.hdf'))
    expect(events.foreground).toBeGreaterThan(0)

    const plan = await challengePlan({ set: 1, seed: 8, durationSeconds: 128 })
    const [piece] = plan.pieces
    const { start } = piece!
    for (const [name, withSignals] of [
      ['foreground', true],
      ['background', false],
    ] as const) {
      const rows = await challengeStrain(plan, { withSignals }).read(piece!)
      const detectors = ['H1', 'L1'].map((detector, i) =>
        dataset(detector, start.seconds, rows.slice((i * rows.length) / 2, ((i + 1) * rows.length) / 2)),
      )
      await writeSeriesFile(at(`${name}-data.hdf`), detectors)
    }
    const out = at('events/foreground.hdf')
    const search = ['search', at('foreground-data.hdf'), '--model', model, '--out', out]
    expect(await json(...search)).toEqual({
      events: streamed.time.length,
      duration: 128,
      stretches: 1,
      remarks: [],
      search: 'coincidence on candidates',
      out: 'DIR/events/foreground.hdf',
    })
    expect(await readChallengeEvents(out)).toEqual(streamed)
    const planned = await challenge(...search, '--dry-run')
    expect(planned.stdout).toContain('1 of 1 steps done')

    // Injections of the official file lie outside of the data too.
    const { tc, ...others } = injectionColumns(plan.injections.flat())
    const twice = (values: Float64Array, shift = 0) => Float64Array.from([...values, ...values.map(x => x + shift)])
    const columns = Object.fromEntries(Object.entries(others).map(([name, values]) => [name, twice(values)]))
    await writeColumns(at('injections.hdf'), { tc: twice(tc, 1000), ...columns })
    const files = ['--injections', at('injections.hdf'), '--foreground', out, '--background', at('run/background.hdf')]
    const score = await json('score', ...files, '--data', at('foreground-data.hdf'))
    expect(score['fg-events'][0]).toEqual([...streamed.time])
    expect(score['missed-indices'].length + new Set(score['found-indices']).size).toBe(tc.length)
    // The run also says how many background events are louder, and what their tail gives.
    expect(score.distances).toEqual(
      distances.map(({ backgroundEvents: _, extrapolated: __, ...each }: Record<string, unknown>) => each),
    )
  })

  it('refuses wrong use with an exit code and a line of its own', async () => {
    const failed = async (...args: string[]) => {
      const { exit, stderr } = await challenge('search', ...args)
      return `${exit} ${stderr.trim()}`
    }
    const out = ['--out', at('none.hdf')]
    expect(await failed('absent.hdf')).toMatchInlineSnapshot(`"2 error: required option '--out <FILE>' not specified"`)
    expect(await failed('absent.hdf', ...out)).toMatchInlineSnapshot(
      `"2 error: quad challenge search: expected what searches; give --model DIR, or --set N for plain matched filtering"`,
    )
    expect(await failed('absent.hdf', ...out, '--set', '3')).toMatchInlineSnapshot(
      `"2 error: quad challenge search: expected data set 1 or 2, got '3'"`,
    )
    expect(await failed('absent.hdf', ...out, '--set', '1', '--ranking', 'network')).toMatchInlineSnapshot(
      `"2 error: quad challenge search: --ranking network needs a network; give --model DIR"`,
    )
    expect(await failed('absent.hdf', ...out, '--model', model, '--threshold', '0')).toMatchInlineSnapshot(
      `"2 error: quad challenge search: expected a positive SNR, got '0'"`,
    )
    expect(await failed('absent.hdf', ...out, '--model', model)).toMatchInlineSnapshot(
      `"10 error: data.openStrain: absent.hdf does not exist; pass the path of a strain file"`,
    )
    expect(existsSync(at('none.hdf'))).toBe(false)
  })

  it.skipIf(!existsSync(official))(
    'finds an official signal in official noise: skipped without ../shared/data/mlgwsc1',
    async () => {
      const noiseFile = join(official, 'set1-noise-128s.hdf')
      await h5wasm.ready
      const signals = new h5wasm.File(join(official, 'set1-signals.hdf'), 'r')
      // Of network SNR 8.8; put 60 s into the noise, and its merger with it.
      const signal = ['H1', 'L1'].map(detector => signals.get(`${detector}/120`) as h5wasm.Dataset)
      const attribute = (name: string) => Number(signal[0]!.attrs[name]!.value)
      const detectors = []
      for (const [i, channel] of ['H1', 'L1'].entries()) {
        const { t0, values } = await readStrain(noiseFile, { channel })
        const strain = values.slice()
        for (const [n, value] of (signal[i]!.value as Float64Array).entries()) strain[60 * 2048 + n]! += value
        detectors.push({ channel, start: t0.seconds, strain })
      }
      const merger = detectors[0]!.start + 60 + attribute('tc') - attribute('start_time')
      const columns = ['distance', 'mass1', 'mass2'].map(name => [name, Float64Array.of(attribute(name))] as const)
      signals.close()
      await writeColumns(at('one.hdf'), { tc: Float64Array.of(merger), ...Object.fromEntries(columns) })
      await writeSeriesFile(
        at('one-foreground.hdf'),
        detectors.map(({ channel, start, strain }) => dataset(channel, start, strain)),
      )
      const found = await json('search', at('one-foreground.hdf'), '--model', model, '--out', at('fg.hdf'))
      expect(found.duration).toBe(128)
      const { time, stat } = await readChallengeEvents(at('fg.hdf'))
      const loudest = stat.indexOf(Math.max(...stat))
      expect(Math.abs(time[loudest]! - merger)).toBeLessThan(0.01)
      const events = ['--foreground', at('fg.hdf'), '--background', background]
      const score = await json('score', '--injections', at('one.hdf'), ...events, '--data', at('one-foreground.hdf'))
      expect(score['true-positive-event-indices']).toEqual([loudest])
    },
  )
})
