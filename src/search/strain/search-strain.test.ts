import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { QuadrupoleError } from '../../core/index.ts'
import { dataErrorReason } from '../../data/index.ts'
import { type OpenSearchStrainOptions, openSearchStrain, type SearchStrain } from './search-strain.ts'
import type { StrainStretch } from './stretch.ts'
import {
  aframeTones,
  at,
  challengeTones,
  cogwheelTones,
  gwoscTone,
  type ToneSpan,
  tone,
  toneAmplitude,
  toneSamples,
  toneStart,
} from './testing/tone-files.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quadrupole-search-strain-'))
})
afterAll(() => rm(folder, { recursive: true }))

const options = { detectors: ['H1', 'L1'], sampleRate: 1024, minDuration: 2 }
const open = (paths: readonly string[], more: Partial<OpenSearchStrainOptions> = {}) =>
  openSearchStrain(paths, { ...options, ...more })

/** Whole seconds from `toneStart` at least, without edges that a filter takes. */
const shown = ({ stretches }: SearchStrain): readonly string[] =>
  stretches.map(
    ({ stretch: { span } }) => `${span.start.minus(at(0)).toFixed(2)} to ${span.end.minus(at(0)).toFixed(2)}`,
  )

async function refusal(promise: Promise<SearchStrain>): Promise<string> {
  const error = await promise.then(
    strain => new Error(`nothing thrown, but stretches at ${shown(strain).join(', ')}`),
    thrown => thrown,
  )
  if (!(error instanceof QuadrupoleError)) throw error
  return `${dataErrorReason(error) ?? error.code}: ${error.message.replaceAll(folder, 'DIR')}`
}

/** Expects a stretch to hold the tones: `tolerance` of their amplitude where it was resampled. */
async function expectTones(stretch: StrainStretch, tolerance = 2e-4): Promise<void> {
  const { span, sampleRate, detectors } = stretch
  const values = await stretch.read(span)
  const count = values.length / detectors.length
  expect(count).toBe(span.end.minus(span.start) * sampleRate)
  const start = span.start.minus(at(0))
  let worst = 0
  for (const [row, detector] of detectors.entries())
    for (let n = 0; n < count; n++)
      worst = Math.max(worst, Math.abs(values[row * count + n]! - tone(detector, start + n / sampleRate)))
  expect(worst).toBeLessThan(tolerance * toneAmplitude)
}

const span = (detector: string, from: number, seconds: number, sampleRate = 1024): ToneSpan => ({
  detector,
  from,
  seconds,
  sampleRate,
})

describe('sample rates', () => {
  it.each([
    [1024, 4096, 16_384],
    [1024, 1024, 2048],
    [2048, 4096, 2048],
    [2048, 16_384, 4096],
    [1024, 5000, 1024],
  ])('%i Hz is made of H1 at %i and L1 at %i Hz', async (sampleRate, first, second) => {
    const paths = [
      await gwoscTone(folder, `rate-h-${first}.hdf5`, span('H1', 0, 6, first)),
      await aframeTones(folder, `rate-l-${second}.hdf5`, [span('L1', 1, 6, second)]),
    ]
    const strain = await open(paths, { sampleRate })
    expect(strain.stretches).toHaveLength(1)
    const { stretch, remarks } = strain.stretches[0]!
    expect(remarks).toEqual([])
    const [start, end] = [stretch.span.start.minus(at(0)), stretch.span.end.minus(at(0))]
    // Samples of the rate itself lose nothing, others half of the filter: 52 of the working rate's periods.
    expect(start).toBeGreaterThanOrEqual(1)
    expect(start).toBeLessThan(second === sampleRate ? 1.001 : 1.11)
    expect(end).toBeLessThanOrEqual(6)
    expect(end).toBeGreaterThan(first === sampleRate ? 5.999 : 5.89)
    await expectTones(stretch)
    strain.close()
  })

  it('below that of the search are refused', async () => {
    const h = await gwoscTone(folder, 'slow-h.hdf5', span('H1', 0, 4, 1024))
    const l = await gwoscTone(folder, 'slow-l.hdf5', span('L1', 0, 4, 4096))
    expect(await refusal(open([h, l], { sampleRate: 2048 }))).toMatchInlineSnapshot(
      `"times: search.openSearchStrain: H1 in DIR/slow-h.hdf5 is sampled at 1024 Hz, but the search works at 2048 Hz; pass data of 2048 Hz or more, or use a model of a lower rate"`,
    )
    const odd = await aframeTones(folder, 'odd.hdf5', [span('H1', 0, 4, 4000.5)])
    expect(await refusal(open([odd, l]))).toMatchInlineSnapshot(
      `"times: search.openSearchStrain: H1 in DIR/odd.hdf5 is sampled at 4000.5000000000005 Hz, expected a whole number of Hz"`,
    )
  })

  it('may change within a detector: nothing reaches across', async () => {
    const paths = [
      await gwoscTone(folder, 'change-2.hdf5', span('H1', 6, 6, 2048)),
      await gwoscTone(folder, 'change-1.hdf5', span('H1', 0, 6, 4096)),
      await gwoscTone(folder, 'change-l.hdf5', span('L1', 0, 12, 1024)),
    ]
    const strain = await open(paths)
    expect(shown(strain)).toEqual(['0.05 to 5.95', '6.05 to 11.95'])
    for (const { stretch, remarks } of strain.stretches) {
      await expectTones(stretch)
      expect(remarks.map(remark => remark.replaceAll(folder, 'DIR'))).toEqual([
        'H1 is not searched across GPS 1238205083: its sample rate changes from 4096 to 2048 Hz (from DIR/change-1.hdf5 ' +
          'to DIR/change-2.hdf5)',
      ])
    }
    expect(strain.remarks).toEqual(strain.stretches[0]!.remarks)
    strain.close()
  })
})

describe('samples between those of the grid', () => {
  it.each([1024, 4096])('are brought to it at %i Hz, each detector from its own', async sampleRate => {
    const paths = [
      await aframeTones(folder, 'off-h.hdf5', [{ ...span('H1', 0.599853515625, 6, sampleRate) }]),
      await challengeTones(folder, 'off-l.hdf5', [{ ...span('L1', 0.1, 6, sampleRate) }]),
    ]
    const strain = await open(paths)
    const { stretch } = strain.stretches[0]!
    // A GPS time in float64 seconds is right to 0.12 microseconds.
    await expectTones(stretch, 4e-4)
    expect(stretch.span.start.nanoseconds % 1_953_125n).toBe(0n)
    strain.close()
  })
})

describe('files of a detector', () => {
  const seconds = [0, 3, 6, 9] as const

  it('may come in any order; read across them is what one file gives, to the bit', async () => {
    const all = toneSamples(span('H1', 0, 12, 4096))
    const parts = await Promise.all(
      seconds.map(from => {
        const spoil = (values: Float64Array) => values.set(all.subarray(from * 4096, (from + 3) * 4096))
        return gwoscTone(folder, `part-${from}.hdf5`, { ...span('H1', from, 3, 4096), spoil })
      }),
    )
    const whole = await gwoscTone(folder, 'whole-h.hdf5', span('H1', 0, 12, 4096))
    const other = await gwoscTone(folder, 'whole-l.hdf5', span('L1', 0, 12, 4096))
    const one = await open([whole, other])
    const many = await open([parts[2]!, other, parts[0]!, parts[3]!, parts[1]!])
    expect(shown(many)).toEqual(['0.05 to 11.95'])
    const [first, second] = [one, many].map(strain => strain.stretches[0]!.stretch)
    expect(second!.span).toEqual(first!.span)
    expect(await second!.read(second!.span)).toEqual(await first!.read(first!.span))
    await expectTones(second!)
    expect(many.remarks).toEqual([])
    one.close()
    many.close()
  })

  it('are read to the same bits however they are cut', async () => {
    const paths = [
      ...(await Promise.all(seconds.map(from => gwoscTone(folder, `cut-${from}.hdf5`, span('H1', from, 3, 4096))))),
      await aframeTones(folder, 'cut-l.hdf5', [span('L1', 0.1, 12, 16_384)]),
    ]
    const strain = await open(paths)
    const { stretch } = strain.stretches[0]!
    const whole = await stretch.read(stretch.span)
    const count = whole.length / 2
    for (const length of [0.7, 1, 5, 64]) {
      const pieces: Float64Array[] = []
      for await (const piece of stretch.chunks(length)) pieces.push(piece)
      for (const row of [0, 1]) {
        const joined = pieces.flatMap(piece => [
          ...piece.subarray((row * piece.length) / 2, ((row + 1) * piece.length) / 2),
        ])
        expect(joined).toEqual([...whole.subarray(row * count, (row + 1) * count)])
      }
    }
    await fc.assert(
      fc.asyncProperty(fc.nat(count - 1), fc.integer({ min: 1, max: 3000 }), async (from, length) => {
        const to = Math.min(count, from + length)
        const timeOf = (sample: number) => stretch.span.start.plus(sample / 1024)
        const part = await stretch.read({ start: timeOf(from), end: timeOf(to) })
        expect(part.subarray(0, to - from)).toEqual(whole.subarray(from, to))
        expect(part.subarray(to - from)).toEqual(whole.subarray(count + from, count + to))
      }),
      { numRuns: 20 },
    )
    await expect(stretch.read({ start: stretch.span.start, end: stretch.span.end.plus(1) })).rejects.toThrow(
      /^search.StrainStretch.read: GPS .* is not within GPS/,
    )
    await expect(stretch.read({ start: stretch.span.start, end: stretch.span.start })).rejects.toThrow(/no sample/)
    strain.close()
  })

  it('that have the same samples are taken once, rounded to single precision or not', async () => {
    const l = await gwoscTone(folder, 'same-l.hdf5', span('L1', 0, 12))
    const first = await gwoscTone(folder, 'same-1.hdf5', span('H1', 0, 8))
    const spoil = (values: Float64Array): void => {
      for (const [n, value] of values.entries()) values[n] = Math.fround(value * 1e20) / 1e20
    }
    const second = await aframeTones(folder, 'same-2.hdf5', [{ ...span('H1', 5, 7), spoil }])
    const strain = await open([second, first, l, first])
    expect(shown(strain)).toEqual(['0.00 to 12.00'])
    await expectTones(strain.stretches[0]!.stretch)
    expect(strain.remarks.map(remark => remark.replaceAll(folder, 'DIR'))).toEqual([
      'H1 in DIR/same-1.hdf5 is the same as in other files and taken from these at GPS 1238205077 to 1238205085',
      'H1 in DIR/same-2.hdf5 is the same as in other files and taken from these at GPS 1238205082 to 1238205085',
    ])
    strain.close()
  })

  it('that say different things of the same time are refused', async () => {
    const l = await gwoscTone(folder, 'differ-l.hdf5', span('L1', 0, 12))
    const first = await gwoscTone(folder, 'differ-1.hdf5', span('H1', 0, 8))
    const refused = async (second: ToneSpan) =>
      refusal(open([first, await aframeTones(folder, 'differ-2.hdf5', [second]), l]))
    const spoil = (sample: number, value: number) => (values: Float64Array) => {
      values[sample]! += value
    }
    expect(await refused({ ...span('H1', 5, 7), spoil: spoil(1024, 1e-25) })).toMatchInlineSnapshot(
      `"times: search.openSearchStrain: DIR/differ-1.hdf5 and DIR/differ-2.hdf5 both hold H1 at GPS 1238205082 to 1238205085, and differ from GPS 1238205083 on; leave one out"`,
    )
    expect(await refused({ ...span('H1', 5, 7), spoil: spoil(0, Number.NaN) })).toMatchInlineSnapshot(
      `"times: search.openSearchStrain: DIR/differ-1.hdf5 and DIR/differ-2.hdf5 both hold H1 at GPS 1238205082 to 1238205085, and differ from GPS 1238205082 on; leave one out"`,
    )
    expect(await refused(span('H1', 5, 7, 4096))).toMatchInlineSnapshot(
      `"times: search.openSearchStrain: DIR/differ-1.hdf5 and DIR/differ-2.hdf5 both hold H1 at GPS 1238205082 to 1238205085, at 1024 Hz and at 4096 Hz; leave one out"`,
    )
    expect(await refused(span('H1', 5.0001, 7))).toMatchInlineSnapshot(
      `"times: search.openSearchStrain: DIR/differ-1.hdf5 and DIR/differ-2.hdf5 both hold H1 at GPS 1238205082.000099897 to 1238205085, sampled at different moments; leave one out"`,
    )
  })

  it('may be more than are kept open, over gaps', async () => {
    const paths = await Promise.all(
      Array.from({ length: 14 }, (_, i) =>
        gwoscTone(folder, `many-${i}.hdf5`, span('H1', i < 7 ? 3 * i : 3 * i + 5, 3)),
      ),
    )
    const strain = await open([...paths, await gwoscTone(folder, 'many-l.hdf5', span('L1', 0, 60))])
    expect(shown(strain)).toEqual(['0.00 to 21.00', '26.00 to 47.00'])
    const all = strain.stretches.map(({ stretch }) => stretch)
    await Promise.all([...all, ...all].map(stretch => expectTones(stretch, 1e-14)))
    expect(strain.remarks).toEqual([
      'H1 has no samples at GPS 1238205098 to 1238205103',
      'L1 is left out at GPS 1238205124 to 1238205137: H1 has no data then',
    ])
    expect(strain.stretches.map(({ remarks }) => remarks)).toEqual([[strain.remarks[0]], [strain.remarks[0]]])
    expect(strain.leftOut).toEqual([{ detector: 'H1', kind: 'missing', span: { start: at(21), end: at(26) } }])
    strain.close()
  })
})

describe('detectors', () => {
  it('of the challenge are both in one file, in pieces', async () => {
    const path = await challengeTones(folder, 'challenge.hdf', [
      span('H1', 0, 10, 2048),
      span('L1', 0, 10, 2048),
      span('L1', 30, 8, 2048),
      span('H1', 30, 8, 2048),
      span('H1', 60, 1, 2048),
      span('L1', 60, 1, 2048),
    ])
    const strain = await open([path], { sampleRate: 2048 })
    expect(shown(strain)).toEqual(['0.00 to 10.00', '30.00 to 38.00'])
    for (const { stretch } of strain.stretches) await expectTones(stretch, 1e-14)
    expect(strain.remarks).toEqual([
      `H1 has no samples at GPS 1238205087 to 1238205107, 1238205115 to 1238205137 (42 s in all)`,
      `L1 has no samples at GPS 1238205087 to 1238205107, 1238205115 to 1238205137 (42 s in all)`,
      'stretches shorter than 2 s are left out, at GPS 1238205137 to 1238205138',
    ])
    strain.close()
  })

  it('come in the order that is asked for', async () => {
    const path = await challengeTones(folder, 'order.hdf', [span('H1', 0, 4), span('L1', 0, 4)])
    const strain = await open([path], { detectors: ['L1', 'H1'] })
    expect(strain.stretches[0]!.stretch.detectors).toEqual(['L1', 'H1'])
    await expectTones(strain.stretches[0]!.stretch, 1e-14)
    strain.close()
  })

  it('that are not searched are left aside, even at rates that could not be', async () => {
    const paths = [
      await gwoscTone(folder, 'aside-h.hdf5', span('H1', 0, 8)),
      await aframeTones(folder, 'aside-lv.hdf5', [
        span('L1', 0, 8),
        span('V1', 3, 8, 512),
        { ...span('H1', 0, 8), dataset: 'PEM' },
      ]),
    ]
    const strain = await open(paths)
    expect(shown(strain)).toEqual(['0.00 to 8.00'])
    expect(strain.remarks.map(remark => remark.replaceAll(folder, 'DIR'))).toEqual([
      'DIR/aside-lv.hdf5: PEM is of no detector and left aside',
      'DIR/aside-lv.hdf5: the data of V1 are left aside; searched are H1 and L1',
    ])
    strain.close()
  })

  it('that are missing are told, with those there are', async () => {
    const h = await gwoscTone(folder, 'only-h.hdf5', span('H1', 0, 8))
    const v = await gwoscTone(folder, 'only-v.hdf5', span('V1', 0, 8, 512))
    expect(await refusal(open([h]))).toMatchInlineSnapshot(
      `"detectors: search.openSearchStrain: the search needs H1 and L1, but there are only data of H1 (DIR/only-h.hdf5); pass files of L1 too"`,
    )
    expect(await refusal(open([v, h]))).toMatchInlineSnapshot(
      `"detectors: search.openSearchStrain: the search needs H1 and L1, but there are only data of V1 (DIR/only-v.hdf5), H1 (DIR/only-h.hdf5); pass files of L1 too"`,
    )
    expect(await refusal(open([v]))).toMatchInlineSnapshot(
      `"detectors: search.openSearchStrain: the search needs H1 and L1, but there are only data of V1 (DIR/only-v.hdf5); pass files of H1 and L1 too"`,
    )
  })

  it('are told where a file does not', async () => {
    const h = await challengeTones(folder, 'pycbc-h.hdf', [span('H1', 0, 8)], { layout: 'pycbc' })
    const l = await challengeTones(folder, 'pycbc-l.hdf', [span('L1', 0, 8)], { layout: 'pycbc' })
    const both = await challengeTones(folder, 'both.hdf', [span('H1', 0, 8), span('L1', 0, 8)])
    expect(await refusal(open([h, l]))).toMatchInlineSnapshot(
      `"detectors: search.openSearchStrain: DIR/pycbc-h.hdf does not say which detector its data (data) are of; pass it as H1=DIR/pycbc-h.hdf or L1=DIR/pycbc-h.hdf"`,
    )
    const strain = await open([`H1=${h}`, `L1=${l}`])
    expect(strain.paths).toEqual([h, l])
    await expectTones(strain.stretches[0]!.stretch, 1e-14)
    strain.close()
    // Of a file that names several, the one that is named.
    const mixed = await open([`H1=${both}`, `L1=${l}`])
    expect(mixed.remarks).toEqual([])
    await expectTones(mixed.stretches[0]!.stretch, 1e-14)
    mixed.close()
    expect(await refusal(open([`V1=${both}`, both]))).toMatchInlineSnapshot(
      `"detectors: search.openSearchStrain: DIR/both.hdf was passed as data of V1, but says that it holds H1:STRAIN, L1:STRAIN; pass it as it is, or another file"`,
    )
    const two = await aframeTones(folder, 'two.hdf5', [
      { ...span('H1', 0, 8), dataset: 'H1:CLEAN' },
      { ...span('H1', 0, 8), dataset: 'H1:RAW' },
    ])
    expect(await refusal(open([two, `L1=${l}`]))).toMatchInlineSnapshot(
      `"detectors: search.openSearchStrain: DIR/two.hdf5 has two channels of H1: H1:CLEAN and H1:RAW; pass a file with one"`,
    )
  })

  it('that were never on at the same time are refused', async () => {
    const h = await gwoscTone(folder, 'apart-h.hdf5', span('H1', 0, 8))
    const l = await gwoscTone(folder, 'apart-l.hdf5', span('L1', 8, 8))
    expect(await refusal(open([h, l]))).toMatchInlineSnapshot(
      `"times: search.openSearchStrain: the detectors have no data of the same time: H1 at GPS 1238205077 to 1238205085, L1 at GPS 1238205085 to 1238205093; pass files of the same time"`,
    )
  })
})

describe('files', () => {
  it('of cogwheel are used inside their tapers, brought to the grid', async () => {
    const path = await cogwheelTones(folder, 'event.npz', { from: 0.599853515625, seconds: 32, sampleRate: 1024 })
    const strain = await open([path])
    expect(shown(strain)).toEqual(['4.65 to 28.55'])
    await expectTones(strain.stretches[0]!.stretch)
    expect(strain.remarks).toEqual(
      ['H1', 'L1'].map(
        detector =>
          `${detector} is tapered at GPS 1238205077.599853516 to 1238205081.599853516, 1238205105.599853516 to ` +
          `1238205109.599853516 (8 s in all) (${path})`,
      ),
    )
    strain.close()
  })

  it('that are missing, empty, truncated, damaged or no strain are refused by name', async () => {
    const good = await gwoscTone(folder, 'good.hdf5', span('H1', 0, 8))
    const bytes = await readFile(good)
    const refused = async (name: string, content: Uint8Array | string) => {
      await writeFile(join(folder, name), content)
      return refusal(open([good, join(folder, name)]))
    }
    expect(await refusal(open([good, join(folder, 'absent.hdf5')]))).toMatchInlineSnapshot(
      `"missing: data.openStrain: DIR/absent.hdf5 does not exist; pass the path of a strain file"`,
    )
    expect(await refused('empty.hdf5', '')).toMatchInlineSnapshot(
      `"empty: data.openStrain: DIR/empty.hdf5 is empty (0 bytes); fetch it again"`,
    )
    expect(await refused('text.hdf5', 'time,strain\n0,1e-21\n')).toMatchInlineSnapshot(
      `"unknown: data.openStrain: DIR/text.hdf5 is in no format known here; expected GWOSC HDF5, PyCBC/MLGWSC-1 HDF5, GWpy/aframe HDF5 or cogwheel NPZ"`,
    )
    expect(await refused('short.hdf5', bytes.subarray(0, bytes.length - 4096))).toMatch(
      /^truncated: data.Hdf5File.open: DIR\/short.hdf5 is truncated: it has \d+ of \d+ bytes; fetch it again$/,
    )
    const npz = await readFile(await cogwheelTones(folder, 'whole.npz', { from: 0, seconds: 32, sampleRate: 1024 }))
    expect(await refused('damaged.npz', npz.fill(1, npz.length / 2, npz.length / 2 + 9))).toMatchInlineSnapshot(
      `"damaged: data.openZip: DIR/damaged.npz is damaged: the checksum of strain.npy is wrong; fetch it again"`,
    )
  })

  it('are checked and read with progress, until it is enough', async () => {
    const paths = await Promise.all(
      ['H1', 'L1'].map(detector => gwoscTone(folder, `progress-${detector}.hdf5`, span(detector, 0, 8))),
    )
    let [checked, read] = [0, 0]
    const strain = await open(paths, {
      onCheck: seconds => {
        checked += seconds
      },
      onProgress: seconds => {
        read += seconds
      },
    })
    expect(checked).toBe(16)
    for await (const _ of strain.stretches[0]!.stretch.chunks(3)) expect(read % 3).toBe(0)
    expect(read).toBe(8)
    strain.close()
    const { stretch } = strain.stretches[0]!
    await expect(stretch.read(stretch.span)).rejects.toThrow(/is read after close; close it last$/)
    const controller = new AbortController()
    const stopped = open(paths, { signal: controller.signal, onCheck: () => controller.abort(new Error('enough')) })
    await expect(stopped).rejects.toThrow('enough')
  })

  it('must be some, and options what they can be', async () => {
    const path = join(folder, 'any')
    const refused = (more: Partial<OpenSearchStrainOptions>, paths = [path]) => refusal(open(paths, more))
    expect(await refused({}, [])).toBe(
      'argument: search.openSearchStrain: expected at least one file of strain, got none',
    )
    expect(await refused({ detectors: ['H1', 'H1'] })).toMatch(/^argument: .*expected detectors that differ/)
    expect(await refused({ detectors: [] })).toMatch(/^argument: .*expected detectors that differ/)
    expect(await refused({ sampleRate: 1024.5 })).toMatch(/^argument: .*sampleRate must be/)
    expect(await refused({ minDuration: Number.NaN })).toMatch(/^argument: .*minDuration must be/)
    expect(await refused({ passBand: 1 })).toMatch(/^argument: .*passBand must be/)
    expect(await refused({ attenuation: 20 })).toMatch(/^argument: .*attenuation must be/)
    expect(toneStart).toBe(1_238_205_077)
  })
})
