import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { normal, randomKey } from '../../core/index.ts'
import { GpsTime, TimeSeries } from '../../gw/index.ts'
import { aligoDesignPsd } from '../noise/aligo-psd.ts'
import { noiseModel } from '../noise/noise-model.ts'
import { simulatedStrain } from '../noise/simulated-strain.ts'
import { checkQuality } from '../quality/quality-report.ts'
import { SegmentSet } from '../segments/segment-set.ts'
import { openStrainArchive } from '../strain-archive.ts'
import type { StrainSource } from '../strain-source.ts'
import { writeSeriesFile } from '../testing/series-file.ts'
import { trainingWindows } from './training-windows.ts'

const key = randomKey(11)
const sampleRate = 16
const start = 1_238_205_077
/** Sample n of the grid that begins at `start`. */
const at = (sample: number) => GpsTime.fromSeconds(start).plus(sample / sampleRate)
const spans = (pairs: readonly (readonly [number, number])[]) =>
  SegmentSet.of(pairs.map(([from, to]) => ({ start: at(from), end: at(to) })))

/** A source whose samples are their own numbers, with data of all detectors in the given stretches. */
const numbered = (pairs: readonly (readonly [number, number])[], detectors = ['H1']): StrainSource => ({
  detectors,
  sampleRate,
  coverage: () => spans(pairs),
  read(detector, { start: from, end }) {
    const first = Math.round(from.minus(at(0)) * sampleRate)
    const length = Math.round(end.minus(from) * sampleRate)
    const values = Float64Array.from({ length }, (_, n) => first + n)
    return new TimeSeries(values, { t0: from, sampleRate, channel: `${detector}:STRAIN` })
  },
})

const stretches = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 5 })), { minLength: 1, maxLength: 5 })
  .map(lengths => {
    let from = 0
    return lengths.map(([length, gap]) => {
      const stretch = [from, from + length] as const
      from += length + gap
      return stretch
    })
  })

describe('training windows', () => {
  it('are all legal windows, each as likely, and no others', () => {
    fc.assert(
      fc.property(stretches, stretches, fc.integer({ min: 1, max: 6 }), (covered, good, samples) => {
        const both = spans(covered).intersect(spans(good))
        const legal: number[] = []
        for (let n = 0; n < 100; n++) if (both.holds({ start: at(n), end: at(n + samples) })) legal.push(n)
        const make = () => trainingWindows(numbered(covered), { samples, good: new Map([['H1', spans(good)]]) })
        if (legal.length === 0) {
          expect(make).toThrow(/longest good stretch/)
          return
        }
        const windows = make()
        expect(windows.choices).toEqual([legal.length])
        const count = 60 * legal.length
        const drawn = windows.read(key, count).filter((_, n) => n % samples === 0)
        const counts = legal.map(first => drawn.filter(each => each === first).length)
        expect(counts.reduce((sum, each) => sum + each, 0)).toBe(count)
        // 60 expected each: beyond 25 is more than four standard deviations.
        expect(Math.min(...counts)).toBeGreaterThan(25)
        expect(Math.max(...counts)).toBeLessThan(100)
      }),
      { seed: 1, numRuns: 60 },
    )
  })

  it('are a function of the key and their number alone, and of each detector for itself', () => {
    const windows = trainingWindows(numbered([[0, 500]], ['H1', 'L1']), { samples: 8 })
    const all = windows.read(key, 100)
    expect(windows.read(key, 30, { offset: 50 })).toEqual(all.subarray(50 * 16, 80 * 16))
    const alone = trainingWindows(numbered([[0, 500]], ['L1']), { samples: 8 }).read(key, 100)
    for (let row = 0; row < 100; row++)
      expect(alone.subarray(row * 8, row * 8 + 8)).toEqual(all.subarray(row * 16 + 8, row * 16 + 16))
    const [h1, l1] = [0, 1].map(d => windows.starts(key, 400).map(times => times[d]!.minus(at(0)) * sampleRate))
    const centred = (values: readonly number[]) => values.map(value => value - 246)
    const product = centred(h1!).reduce((sum, value, i) => sum + value * centred(l1!)[i]!, 0)
    expect(Math.abs(product / (400 * (493 ** 2 / 12)))).toBeLessThan(0.2)
  })

  it('work with data of just their length, at rates that are no whole nanoseconds', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'quadrupole-windows-'))
    const values = normal(randomKey(1), 700)
    const path = await writeSeriesFile(join(folder, 'a.hdf5'), [
      { dataset: 'H1', values, attributes: { x0: start + 0.599854, dx: 1 / 880 } },
    ])
    const archive = await openStrainArchive([path])
    const exact = trainingWindows(archive, { samples: 700 })
    expect(exact.choices).toEqual([1])
    expect(exact.read(key, 2)).toEqual(Float64Array.of(...values, ...values))
    const windows = trainingWindows(archive, { samples: 699 }).read(key, 20)
    for (let row = 0; row < 20; row++) expect([values[0], values[1]]).toContain(windows[row * 699])
    archive.close()
    await rm(folder, { recursive: true })
  })

  it('are refused where there are none', () => {
    const make = (options: Parameters<typeof trainingWindows>[1]) => () => trainingWindows(numbered([[0, 50]]), options)
    expect(make({ samples: 51 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.trainingWindows: the longest good stretch of H1 has 50 samples, expected at least 51; pass more data or shorter windows]`,
    )
    expect(make({ samples: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.trainingWindows: expected a positive number of samples, got 0]`,
    )
    expect(make({ samples: 8, good: new Map() })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.trainingWindows: the longest good stretch of H1 has 0 samples, expected at least 8; pass more data or shorter windows]`,
    )
  })
})

describe('training windows of files with faults', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'quadrupole-windows-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('never touch bad data', async () => {
    const rate = 256
    const paths = await Promise.all(
      ['H1', 'L1'].map((detector, d) => {
        const values = normal(randomKey(d), 40 * rate, { standardDeviation: 1e-21 })
        values[5 * rate + 7] = Number.NaN
        values.fill(0, 20 * rate, 21 * rate)
        values[(30 + d) * rate] = Number.NEGATIVE_INFINITY
        return writeSeriesFile(join(folder, `${detector}.hdf5`), [
          { dataset: `${detector}/${start}`, values, attributes: { start_time: start, delta_t: 1 / rate } },
        ])
      }),
    )
    const archive = await openStrainArchive(paths)
    const { good } = checkQuality(archive)
    const windows = trainingWindows(archive, { samples: 4 * rate, good }).read(key, 300)
    expect(windows.every(value => Number.isFinite(value) && value !== 0)).toBe(true)
    archive.close()
  })
})

describe('training windows of simulated noise', () => {
  it('are stretches of it', () => {
    const model = noiseModel({ psd: aligoDesignPsd, sampleRate: 256, filterDuration: 1 })
    const segments = SegmentSet.of([{ start: GpsTime.parse('1238205077.001'), end: GpsTime.fromSeconds(start + 40) }])
    const source = simulatedStrain({ key, models: { H1: model, L1: model }, segments })
    const windows = trainingWindows(source, { samples: 1024 })
    expect(windows.choices).toEqual([40 * 256 - 1 - 1024 + 1, 40 * 256 - 1 - 1024 + 1])
    const [[first]] = windows.starts(key, 1) as [[GpsTime, GpsTime]]
    const { values } = source.read('H1', { start: first, end: first.plus(4) })
    expect(windows.read(key, 1).subarray(0, 1024)).toEqual(values)
    expect(() => source.read('H1', { start: first, end: first.plus(60) })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.simulatedStrain: GPS 1238205078.015625 to 1238205138.015625 does not lie in one of the segments]`,
    )
    expect(() => source.coverage('V1')).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.simulatedStrain: there is no noise of V1, only of H1, L1]`,
    )
    const faster = noiseModel({ psd: aligoDesignPsd, sampleRate: 512, filterDuration: 1 })
    expect(() =>
      simulatedStrain({ key, models: { H1: model, L1: faster }, segments }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.simulatedStrain: expected models of one sample rate, got 256 and 512 Hz]`,
    )
    expect(() => simulatedStrain({ key, models: {}, segments })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.simulatedStrain: expected a noise model of at least one detector, got none]`,
    )
  })
})
