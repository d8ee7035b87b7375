import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exponential, randomKey } from '../../core/index.ts'
import type { SensitivityOutcome } from '../outcome/sensitivity-outcome.ts'
import { efficiencyByBins, efficiencyByCells } from '../recovery/efficiency.ts'
import { writeSearchReport } from './search-report.ts'
import { sensitivitySection, sensitivityVerdict } from './sensitivity-section.ts'
import { exampleBackground, exampleOutcome } from './testing/example-search.ts'

const background = exampleBackground()

function example(): SensitivityOutcome {
  const snrs = exponential(randomKey(7), 800).map(value => 4 + 4 * value)
  const statistics = snrs.map((snr, i) => (snr > 5 ? snr + (i % 5) - 2 : -Infinity))
  const heavier = exponential(randomKey(8), 800).map(value => Math.min(150, 8 + 20 * value))
  const lighter = heavier.map((mass, i) => 5 + (mass - 5) * ((i % 97) / 97))
  const edges = [5, 9.87, 19.5, 38.5, 76, 150].map(edge => edge * (1 + 1e-9))
  const at = (perYear: number, distanceMpc: number, effectiveFound: number) => ({
    perYear,
    volumeGpc3: (4 / 3) * Math.PI * (distanceMpc / 1000) ** 3,
    volumeErrorGpc3: 0.1,
    distanceMpc,
    distanceErrorMpc: 31,
    effectiveFound,
    isTold: effectiveFound >= 3,
  })
  const population = { description: 'binaries', coverage: 0.8, meanWeight: [0.79, 0.02] as const, warnings: [] }
  return {
    injections: {
      prior: 'a <prior>',
      seed: 1,
      count: 800,
      rejected: 1200,
      minimumSnr: 4,
      band: [20, 448],
      spacing: 24,
      passes: 12,
      window: 0.2,
      recovered: 700,
      timeErrors: { median: 0.0042, ninetieth: 0.0311 },
    },
    livetime: 1500,
    rates: [
      { perYear: 365.25, threshold: 8, kind: 'counted', found: 320 },
      { perYear: 36.525, threshold: 12, kind: 'counted', found: 120 },
      { perYear: 1, lowestPerYear: 36.525 },
    ],
    populations: [
      { ...population, name: '35-35', distances: [at(365.25, 1204, 140), at(36.525, 1011, 61)] },
      { ...population, name: '20-10', distances: [at(365.25, 612, 12), at(36.525, 333, 1.4)] },
    ],
    efficiency: {
      bySnr: [
        { perYear: 365.25, bins: efficiencyByBins(snrs, [4, 6, 8, 10, 14, 20, 30], { statistics, threshold: 8 }) },
        { perYear: 36.525, bins: efficiencyByBins(snrs, [4, 6, 8, 10, 14, 20, 30], { statistics, threshold: 12 }) },
      ],
      byMasses: {
        perYear: 365.25,
        cells: efficiencyByCells([heavier, lighter], [edges, edges], { statistics, threshold: 8 }),
      },
    },
    warnings: ['Take care.'],
    search: exampleOutcome(background),
  }
}

describe('sensitivitySection', () => {
  const text = sensitivitySection(example())
    .replaceAll(/<[^>]+>/g, '|')
    .replaceAll(/\|+/g, '|')

  it('has a row for each rate, with distances, what they are worth, and what is not told', () => {
    expect(text).toContain('|365|8, counted|320 of 800|1204 ± 31 Mpc (N 140)|612 ± 31 Mpc (N 12)|')
    expect(text).toContain('|36.5|12, counted|120 of 800|1011 ± 31 Mpc (N 61)|too few found|')
    expect(text).toContain('|1|not told|–|–|–|')
    expect(text).toContain('800 signals of a &lt;prior&gt; put into 25 min of strain in 12 passes.')
    expect(text).toContain('1,200 draws of a lower network SNR were not injected and count as missed')
    expect(text).toContain('4.2 ms in the median, nine of ten by less than 31.1 ms')
  })

  it('says in words how far the search sees at the lowest rate told', () => {
    expect(sensitivityVerdict(example())).toEqual([
      'With false alarms 36.5 times a year, the lowest rate told here, 120 of 800 injected signals are found, which makes a ' +
        'sensitive distance of 1011 ± 31 Mpc to binaries.',
    ])
    const nothing = { ...example(), rates: [{ perYear: 1, lowestPerYear: 36.525 }], populations: [] }
    expect(sensitivityVerdict(nothing)).toEqual([expect.stringMatching(/the background tells no rate/)])
  })
})

describe('the report of a measurement', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'quadrupole-sensitivity-report-'))
    const measured = example()
    await writeSearchReport(folder, { outcome: measured.search, background, views: [], measured })
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('has its section, verdict, warnings, figures in rates a year, and its numbers beside it', async () => {
    expect(await readdir(folder)).toEqual(
      expect.arrayContaining(['sensitive-distance.svg', 'efficiency-by-snr.svg', 'efficiency-by-masses.svg']),
    )
    const page = await readFile(join(folder, 'index.html'), 'utf8')
    for (const part of [
      '<h1>Sensitivity and search of H1 and L1',
      'Take care.',
      '<h2>Sensitivity</h2>',
      'Sensitive distance',
    ])
      expect([part, page.includes(part)]).toEqual([part, true])
    expect(page.includes('NaN')).toBe(false)
    const distances = await readFile(join(folder, 'sensitive-distance.svg'), 'utf8')
    expect(distances).toContain('false alarms per year')
    const { measured, figures } = JSON.parse(await readFile(join(folder, 'search.json'), 'utf8'))
    expect(measured.populations[0].distances[1].distanceMpc).toBe(1011)
    expect(measured.search).toBeUndefined()
    // Of what is too little to be told there is no point.
    expect(figures['sensitive-distance'].models.map((each: { distances: object[] }) => each.distances.length)).toEqual([
      2, 1,
    ])
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))
    expect(manifest).toMatchObject({
      command: 'quad sensitivity',
      seed: 1,
      configuration: { populations: ['35-35', '20-10'] },
    })
  })
})
