import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { createWorkerPool, silentProgress } from '../../core/index.ts'
import { runSteps } from '../../run/index.ts'
import { storedTemplates } from '../candidates/candidate-file.ts'
import { keptSamples } from '../matched-filter/candidate.ts'
import { snrRanking } from '../ranking/ranking.ts'
import { challengeOutcome, challengeSteps, outcomeJson, readPieces } from './challenge-run.ts'
import { challengePlan } from './plan.ts'
import type { ChallengeSearch } from './stretch-steps.ts'

const folder = await mkdtemp(join(tmpdir(), 'quadrupole-challenge-'))
const pool = createWorkerPool({ size: 2 })
afterAll(async () => {
  await pool.close()
  await rm(folder, { recursive: true })
})

const plan = await challengePlan({ set: 1, seed: 2, durationSeconds: 10_061 + 300 })

/** The largest sample of 64 s every 1,024 s: of noise as of signals, but a function of the data. */
function loudestSamples(): ChallengeSearch & { readonly searched: string[] } {
  const searched: string[] = []
  return {
    searched,
    ranking: snrRanking(),
    candidates: {
      bank: { templates: [{ mass1Solar: 10, mass2Solar: 10, spin1z: 0, spin2z: 0 }] },
      configuration: { kind: 'loudest sample' },
      async *candidates({ read, span, sampleRate }) {
        searched.push(span.start.toString())
        const duration = span.end.minus(span.start)
        for (let seconds = 0; seconds < duration; seconds += 1024) {
          const end = span.start.plus(Math.min(duration, seconds + 64))
          const chunk = await read({ start: span.start.plus(seconds), end })
          const sample = chunk.reduce((best, value, i) => (Math.abs(value) > Math.abs(chunk[best]!) ? i : best), 0)
          const samples = chunk.length / 2
          const time = span.start.plus(seconds + (sample % samples) / sampleRate)
          const snr = Math.abs(chunk[sample]!) * 1e21
          yield {
            sample,
            lag: 0,
            template: 0,
            snrs: [snr, 0],
            snr,
            consistency: [1, 1],
            templates: new Int32Array(storedTemplates),
            consistencies: new Float32Array(2 * storedTemplates),
            series: new Float32Array(4 * storedTemplates * keptSamples),
            times: [time, time],
          }
        }
      },
    },
  }
}

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
