import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChallengeOutcome } from '../challenge/challenge-run.ts'
import { challengeVerdict, writeChallengeReport } from './challenge-report.ts'
import { exampleBackground, exampleSensitivity } from './testing/example-search.ts'

const outcome: ChallengeOutcome = {
  set: 1,
  seed: 9,
  psds: ['aLIGO design', 'aLIGO design'],
  search: { threshold: 6, ranking: 'network SNR' },
  livetime: { foreground: 864_000, background: 864_000 },
  injections: 31_900,
  events: { foreground: 99_000, background: 91_234 },
  distances: [
    {
      falseAlarmsPerMonth: 1000,
      attainedPerMonth: 999,
      threshold: 7.1234567,
      sensitiveDistance: 3012.34,
      sensitiveDistanceError: 13.21,
      interpolatedDistance: 3012.4,
      backgroundEvents: 334,
    },
    {
      falseAlarmsPerMonth: 10,
      attainedPerMonth: 9,
      threshold: 7.9,
      sensitiveDistance: 2801.91,
      sensitiveDistanceError: 13.9,
      interpolatedDistance: 2802,
      backgroundEvents: 4,
    },
    { falseAlarmsPerMonth: 1, lowestPerMonth: 3 },
  ],
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quadrupole-challenge-report-'))
})
afterAll(() => rm(folder, { recursive: true }))
const read = (...path: readonly string[]) => readFile(join(folder, ...path), 'utf8')
const textOf = (page: string) =>
  page
    .replaceAll(/<svg.*?<\/svg>/gs, '')
    .replaceAll(/<[^>]+>/g, '|')
    .replaceAll(/\|+/g, '|')

describe('the report of a challenge’s data set', () => {
  beforeAll(() =>
    writeChallengeReport(join(folder, 'full'), {
      outcome,
      background: exampleBackground(),
      sensitivity: exampleSensitivity(),
      model: 'example-model',
      modelCard: { limits: 'Black holes alone.' },
    }),
  )

  it('has page, figures, numbers and manifest, and no figure of events', async () => {
    expect((await readdir(join(folder, 'full'))).sort()).toEqual([
      'background.svg',
      'challenge-report.json',
      'efficiency-by-masses.svg',
      'efficiency-by-snr.svg',
      'index.html',
      'manifest.json',
      'sensitive-distance.svg',
    ])
    const page = await read('full', 'index.html')
    expect(/(src|href)="(?!data:|[\w-]+\.(svg|json)")/.exec(page)?.[0]).toBeUndefined()
    expect(page.match(/<figure>/g)).toHaveLength(4)
    expect(JSON.parse(await read('full', 'manifest.json'))).toMatchObject({ command: 'quad challenge run', seed: 9 })
  })

  it('has the distances of the outcome beside the published ones, and says what is not resolved', async () => {
    const text = textOf(await read('full', 'index.html'))
    for (const row of [
      '|1,000|3012.3 ± 13.2 Mpc|7.12346|334 background events are louder|–|–|',
      '|10|2801.9 ± 13.9 Mpc|7.9|4 background events are louder|2551 ± 8|2772 ± 8|',
      '|1|not resolved|–|the background resolves 3 a month at the lowest|2492 ± 8|2632 ± 8|',
      '|with injections|10 d|864000|31900|99000|',
      'Limits: Black holes alone.',
    ])
      expect([row, text.includes(row)]).toEqual([row, true])
    const data = JSON.parse(await read('full', 'challenge-report.json'))
    expect(data.outcome).toEqual(outcome)
    expect(data.sensitivity).toEqual(JSON.parse(JSON.stringify(exampleSensitivity())))
  })

  it('leaves out what there is no sensitivity for', async () => {
    const set2: ChallengeOutcome = { ...outcome, set: 2 }
    await writeChallengeReport(join(folder, 'bare'), { outcome: set2, background: exampleBackground(), model: 'x' })
    const page = await read('bare', 'index.html')
    expect(page.match(/<figure>/g)).toHaveLength(1)
    expect(page.includes('PyCBC')).toBe(false)
  })
})

describe('challengeVerdict', () => {
  it('gives the distance at the lowest rate, what is published for it, and what is out of reach', () => {
    expect(challengeVerdict(outcome, exampleSensitivity())).toMatchInlineSnapshot(`
      [
        "At 10 false alarms a month the search sees to 2801.9 ± 13.9 Mpc, by the official rules of MLGWSC-1, data set 1.",
        "At the same rate: PyCBC (published) 2551 ± 8 Mpc and best network (published) 2772 ± 8 Mpc.",
        "The background is too short for 1 a month.",
      ]
    `)
    expect(challengeVerdict({ ...outcome, distances: [{ falseAlarmsPerMonth: 1 }] })).toMatchInlineSnapshot(`
      [
        "No distance can be given: the background holds too few events for any of the rates asked for.",
      ]
    `)
  })
})
