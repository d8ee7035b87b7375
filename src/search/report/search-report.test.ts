import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBackground } from '../background/background.ts'
import { falseAlarmRate } from '../background/false-alarm-rate.ts'
import type { SearchOutcome } from '../outcome/search-outcome.ts'
import { viewedEvents, writeSearchReport } from './search-report.ts'
import { searchVerdict } from './search-verdict.ts'
import {
  emptyOutcome,
  exampleBackground,
  exampleOutcome,
  exampleSensitivity,
  exampleView,
} from './testing/example-search.ts'

const background = exampleBackground()
const outcome = exampleOutcome(background)
const view = exampleView()

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quadrupole-report-'))
})
afterAll(() => rm(folder, { recursive: true }))

const read = (...path: readonly string[]) => readFile(join(folder, ...path), 'utf8')
/** Texts of a page that are not in figures, without tags. */
const textOf = (page: string) =>
  page
    .replaceAll(/<svg.*?<\/svg>/gs, '')
    .replaceAll(/<[^>]+>/g, '|')
    .replaceAll(/\|+/g, '|')

describe('the report of a search with a signal', () => {
  beforeAll(() =>
    writeSearchReport(join(folder, 'deep/full'), {
      outcome,
      background,
      views: [view],
      sensitivity: exampleSensitivity(),
      modelCard: { name: 'example-model', description: 'A network.', limits: 'None known.', training: { seed: 7 } },
    }),
  )

  it('has the page, every figure, the numbers and the manifest, and nothing else', async () => {
    expect((await readdir(join(folder, 'deep/full'))).sort()).toEqual([
      'background.svg',
      'cumulative-events.svg',
      'efficiency-by-masses.svg',
      'efficiency-by-snr.svg',
      'event-1-output.svg',
      'event-1-spectrogram.svg',
      'event-1-strain.svg',
      'index.html',
      'manifest.json',
      'search.json',
      'sensitive-distance.svg',
    ])
  })

  it('is a page that needs nothing from outside, whose figures all have names and descriptions', async () => {
    const page = await read('deep/full/index.html')
    // Not `toMatch`, which would print the page.
    expect(/(src|href)="(?!data:|[\w-]+\.(svg|json)")/.exec(page)?.[0]).toBeUndefined()
    expect(/<script|@import|url\((?!#)/.exec(page)?.[0]).toBeUndefined()
    expect(page.match(/<figure>/g)).toHaveLength(8)
    expect(page.match(/<svg aria-label="[^"]+"[^>]*role="img"[^>]*><desc>[^<]+<\/desc>/g)).toHaveLength(8)
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('has the numbers of the outcome in its table of events, as many as there are', async () => {
    const page = await read('deep/full/index.html')
    const [, significance, signals] = /<h2>Events<\/h2>.*?<tbody>(.*?)<\/tbody>.*?<tbody>(.*?)<\/tbody>/s.exec(page)!
    const [sure, seen] = [significance!, signals!].map(rows => rows.split('</tr>').slice(0, -1))
    expect([sure!.length, seen!.length]).toEqual([outcome.events.length, outcome.events.length])
    outcome.events.forEach((event, i) => {
      const [, place, gps, utc, statistic, far, , kind] = textOf(sure![i]!).split('|')
      expect(Number(place)).toBe(i + 1)
      expect(Number(gps)).toBeCloseTo(event.gpsTime, 3)
      expect(utc).toBe(event.utc.replace('T', ' ').replace('Z', ''))
      expect(Number(statistic)).toBeCloseTo(event.statistic, 2)
      const shown = far!.replaceAll(',', '').replace(/ × 10(.+)/, (_, power: string) => {
        const digits = [...power].map(c => '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(c)).map(at => (at === 0 ? '-' : String(at - 1)))
        return `e${digits.join('')}`
      })
      expect(Math.abs(Number(shown) / event.far - 1)).toBeLessThan(0.005)
      expect(kind).toBe(event.farKind)
      expect(textOf(seen![i]!).split('|').slice(1, -1)).toEqual([
        String(i + 1),
        ...[event.snr, event.snrs.H1!, event.snrs.L1!].map(snr => snr.toFixed(2)),
        '1.03',
        '0.97',
        '38.5 + 32.1',
        '0.10, -0.20',
      ])
    })
  })

  it('states the verdict, what was searched and left out, warnings, and the model’s card', async () => {
    const text = textOf(await read('deep/full/index.html'))
    for (const sentence of searchVerdict(outcome)) expect(text.includes(sentence)).toBe(true)
    for (const part of [
      '10736 s',
      'H1 fails the test CBC_CAT1.',
      'L1 is flat for 0.2 s from GPS 1126256064 on.',
      'False-alarm rates of 1 event are extrapolated',
      'In one stretch the noise spectrum is estimated from little data (64 s)',
      'A network.',
      'Limits: None known.',
      'training.seed|7',
      'search.psdSegment|8',
      '0123456789abcdef',
    ])
      expect([part, text.includes(part)]).toEqual([part, true])
  })

  it('has the outcome in its data, and behind each figure the numbers that it shows', async () => {
    const data = JSON.parse(await read('deep/full/search.json'))
    expect(data.outcome).toEqual(JSON.parse(JSON.stringify(outcome)))
    const { background: rates, 'cumulative-events': cumulative, 'event-1-strain': strain } = data.figures
    expect(rates.events.map(({ far }: { far: number }) => far)).toEqual(outcome.events.map(({ far }) => far))
    for (const kind of ['counted', 'extrapolated'])
      rates[kind].statistic.forEach((statistic: number, i: number) => {
        // Numbers have seven digits: just below an event that counts, just above where the tail begins.
        const exact = falseAlarmRate(background, statistic + (kind === 'counted' ? -1e-6 : 1e-6)).perYear
        expect(Math.abs(rates[kind].perYear[i] / exact - 1)).toBeLessThan(1e-3)
      })
    expect(cumulative.eventYears[0]).toBeCloseTo(1 / outcome.events[0]!.far, -5)
    expect(cumulative.observed.at(-1)).toBe(outcome.events.length)
    expect(strain.whitened.H1).toHaveLength(view.whitened.H1!.length)
    expect(strain.whitened.L1[100]).toBeCloseTo(view.whitened.L1![100]!, 5)
    expect(data.figures['sensitive-distance'].published[1].distances[2].distanceMpc).toBe(2632)
    expect(Object.keys(data.figures)).toHaveLength(8)
  })

  it('lays the detectors over each other by the delay, turned where they face away from each other', async () => {
    const { overlaid } = JSON.parse(await read('deep/full/search.json')).figures['event-1-strain']
    const { times } = outcome.events[0]!
    expect(overlaid).toMatchObject([{ detector: 'L1', sign: -1 }])
    expect(overlaid[0].delay).toBeCloseTo(times.H1! - times.L1!, 9)
    // Two loud copies of one signal under unit noise.
    expect(overlaid[0].coefficient).toBeGreaterThan(0.6)
  })

  it('says in its manifest what was searched with', async () => {
    const manifest = JSON.parse(await read('deep/full/manifest.json'))
    expect(manifest).toMatchObject({ command: 'quad search', configuration: { model: { hash: '0123456789abcdef' } } })
  })

  it('has the same bytes twice', async () => {
    const again = { outcome, background, views: [view], sensitivity: exampleSensitivity() }
    await writeSearchReport(join(folder, 'one'), again)
    await writeSearchReport(join(folder, 'two'), again)
    for (const name of await readdir(join(folder, 'one')))
      expect([name, (await read('one', name)) === (await read('two', name))]).toEqual([name, true])
  })
})

describe('the report of a search', () => {
  const pageOf = async (name: string, source: Parameters<typeof writeSearchReport>[1]) => {
    await writeSearchReport(join(folder, name), source)
    return read(name, 'index.html')
  }

  it('that found nothing says so, with the background and the expectation', async () => {
    const page = await pageOf('empty', { outcome: emptyOutcome(), background, views: [] })
    expect(textOf(page).includes('Nothing was found in 2 h 59 min of H1 and L1: no moment was loud enough')).toBe(true)
    expect(page.match(/<figure>/g)).toHaveLength(2)
    expect(page.includes('NaN')).toBe(false)
  })

  it('that records only rare events compares no more than these with noise, and says so', async () => {
    const maximumRate = 3000
    const events = outcome.events.filter(({ far }) => far <= maximumRate)
    const recorded = { ...outcome, events, config: { maximumRate } }
    const text = textOf(await pageOf('recorded', { outcome: recorded, background, views: [] }))
    expect(text.includes('Only events are told that noise makes 8.21 times a day or less often.')).toBe(true)
    const { perYear, observed } = JSON.parse(await read('recorded', 'search.json')).figures['cumulative-events']
    expect(perYear.at(-1)).toBeLessThanOrEqual(maximumRate)
    expect(observed.at(-1)).toBe(events.filter(({ far }) => far <= perYear.at(-1)).length)

    const rare = { ...emptyOutcome(), config: { maximumRate: 365.25 }, livetime: 20 }
    const page = await pageOf('rare', { outcome: rare, background, views: [] })
    expect(textOf(page).includes('no event is so loud that noise makes one like it once a day or less often')).toBe(
      true,
    )
    // In 20 s noise makes none of these: there is nothing to compare.
    expect(page.match(/<figure>/g)).toHaveLength(1)
  })

  it('of one detector, without views, background events or a livetime is written all the same', async () => {
    const nothing = createBackground(new Float64Array(0), { livetimeSeconds: 100 })
    const alone: SearchOutcome = {
      ...emptyOutcome(),
      livetime: 0,
      stretches: [{ start: 10, end: 20, detectors: ['H1'], livetime: 0, remarks: ['too short'] }],
    }
    const page = await pageOf('alone', { outcome: alone, background: nothing, views: [] })
    const text = textOf(page)
    for (const part of [
      'Nothing was searched',
      'Only one detector was searched',
      'holds only 0 events',
      'too few events to fit its tail',
    ])
      expect([part, text.includes(part)]).toEqual([part, true])
    expect(page.includes('<figure>')).toBe(false)
  })

  it('shows of a view what there is: one detector, a short stretch, an output that is not finite in places', async () => {
    const { H1 } = view.whitened
    const short = {
      ...view,
      start: -0.1,
      whitened: { H1: H1!.slice(4900, 5250) },
      output: { times: Float64Array.of(0, 1, 2), values: Float64Array.of(-Infinity, 2, 3) },
    }
    await writeSearchReport(join(folder, 'short'), { outcome, background, views: [short] })
    const names = (await readdir(join(folder, 'short'))).filter(name => name.startsWith('event'))
    expect(names.sort()).toEqual(['event-1-output.svg', 'event-1-spectrogram.svg', 'event-1-strain.svg'])
    const { figures } = JSON.parse(await read('short', 'search.json'))
    expect(figures['event-1-output'].values).toEqual([null, 2, 3])
    expect(figures['event-1-strain'].overlaid).toEqual([])
    expect((await read('short', 'event-1-strain.svg')).includes('NaN')).toBe(false)
  })

  it('has no way in for hostile names', async () => {
    const bad = `<script>alert("x")</script>'&`
    const hostile: SearchOutcome = {
      ...outcome,
      events: outcome.events.map(event => ({ ...event, detectors: ['H1', bad], snrs: { H1: 5, [bad]: 4 } })),
      stretches: [{ start: 0, end: 999, detectors: ['H1', bad], livetime: 999, remarks: [bad] }],
      remarks: [bad],
      background: { livetime: 1e7, source: { [bad]: bad } },
      model: { name: bad, folder: bad, hash: bad },
      config: { [bad]: { [bad]: bad } },
    }
    const turned = { ...view, whitened: { H1: view.whitened.H1!, [bad]: view.whitened.L1! } }
    const sensitivity = { ...exampleSensitivity(), models: [{ ...exampleSensitivity().models[0]!, model: bad }] }
    const page = await pageOf('hostile', {
      outcome: { ...hostile, events: hostile.events.map(e => ({ ...e, times: { H1: e.gpsTime, [bad]: e.gpsTime } })) },
      background,
      views: [turned],
      sensitivity,
      modelCard: { description: bad, limits: bad, [bad]: bad },
    })
    expect(page.includes('<script')).toBe(false)
    for (const name of await readdir(join(folder, 'hostile')))
      if (name.endsWith('.svg'))
        expect([name, (await read('hostile', name)).includes('<script')]).toEqual([name, false])
  })

  it('lists a hundred events of a thousand and tells where the others are', async () => {
    const many = { ...outcome, events: Array.from({ length: 1000 }, () => outcome.events[3]!) }
    const page = await pageOf('many', { outcome: many, background, views: [] })
    expect(textOf(page).includes('The 100 loudest of 1,000 events')).toBe(true)
    expect(JSON.parse(await read('many', 'search.json')).outcome.events).toHaveLength(1000)
  })

  it('says what stands in the way where the folder can not be made', async () => {
    await writeFile(join(folder, 'file'), '')
    const written = writeSearchReport(join(folder, 'file/report'), { outcome, background, views: [] })
    await expect(written).rejects.toMatchObject({ code: 'io' })
  })
})

describe('viewedEvents', () => {
  it('are the loudest whose rate is low enough, up to a limit', () => {
    const { events } = outcome
    expect(viewedEvents(outcome)).toEqual(events.filter(({ far }) => far <= 365.25))
    expect(viewedEvents(outcome)).toHaveLength(3)
    expect(viewedEvents(outcome, { limit: 2 })).toEqual(events.slice(0, 2))
    expect(viewedEvents(outcome, { maximumFar: 1 })).toEqual(events.slice(0, 1))
    expect(viewedEvents(outcome, { maximumFar: 1e9, limit: 99 })).toEqual(events)
    expect(viewedEvents(emptyOutcome())).toEqual([])
  })
})
