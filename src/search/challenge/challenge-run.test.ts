import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { canonicalJson, createWorkerPool, silentProgress } from '../../core/index.ts'
import { runSteps } from '../../run/index.ts'
import { challengeOutcome, challengeSteps, outcomeJson, readPieces } from './challenge-run.ts'
import { challengePlan } from './plan.ts'
import type { ChallengeSearch } from './stretch-steps.ts'
import { loudestSamples } from './testing/loudest-samples.ts'

const folder = await mkdtemp(join(tmpdir(), 'quadrupole-challenge-'))
const pool = createWorkerPool({ size: 2 })
afterAll(async () => {
  await pool.close()
  await rm(folder, { recursive: true })
})

const plan = await challengePlan({ set: 1, seed: 2, durationSeconds: 10_061 + 300 })

it('a cancelled run goes on with what is missing, to the same events', async () => {
  const run = async (name: string, search: ChallengeSearch, stopAfter = Infinity) => {
    const stop = new AbortController()
    let finished = 0
    const progress = {
      begin: (work: string) => ({
        ...silentProgress.begin(work),
        finish: () => {
          if (work.endsWith('search') && ++finished >= stopAfter) setTimeout(() => stop.abort(), 200)
        },
      }),
    }
    const steps = challengeSteps(plan, { search, withSignals: true })
    const options = { cache: join(folder, name), pool, concurrency: 1, progress, signal: stop.signal }
    return runSteps(steps, options)
  }
  const [cut, resumed, whole] = [loudestSamples(), loudestSamples(), loudestSamples()]
  // The second piece is long enough to be running when the run is stopped, or done: either way the same comes out.
  await run('a', cut, 1).catch(() => undefined)
  const again = await run('a', resumed)
  const once = await run('b', whole)
  expect(whole.searched).toHaveLength(2)
  expect(resumed.searched).not.toContain(plan.pieces[0]!.start.toString())
  const eventFiles = (folders: readonly string[]) =>
    Promise.all(folders.map(path => readFile(join(path, 'events.hdf'), 'base64')))
  expect(await eventFiles(again)).toEqual(await eventFiles(once))

  const events = await readPieces(again)
  expect(events.time.length).toBe(Math.ceil(10_061 / 1024) + Math.ceil(300 / 1024))
  const { outcome, score } = challengeOutcome({
    plan,
    backgroundPlan: plan,
    search: resumed,
    foreground: events,
    background: events,
  })
  expect(outcome.livetime).toEqual({ foreground: 10_361, background: 10_361 })
  expect(outcome.injections).toBe(plan.injections.flat().length)
  expect(score.far).toHaveLength(events.time.length)
  expect(JSON.parse(outcomeJson(outcome)).distances).toHaveLength(4)
})

it('steps say the same of themselves as they did when long runs were made: their outcomes are found again', () => {
  const [step] = challengeSteps(plan, { search: loudestSamples(), withSignals: false })
  const { found } = step!.after
  const said = [found!, step!].map(({ name, version, configuration, seed, inputs }) =>
    JSON.stringify(canonicalJson({ name, version, configuration, seed, inputs })),
  )
  expect(said).toMatchInlineSnapshot(`
    [
      "{"configuration":{"piece":{"end":"1238215138","start":"1238205077"},"search":{"kind":"loudest sample"},"set":1,"withSignals":false},"inputs":[],"name":"set1-background-1238205077-candidates","seed":2,"version":"1"}",
      "{"configuration":{"ranking":{"ranking":"network SNR"}},"inputs":[],"name":"set1-background-1238205077-events","version":"1"}",
    ]
  `)
})
