import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SegmentSet } from '../../data/index.ts'
import { type OpenSearchStrainOptions, openSearchStrain, type SearchStrain } from './search-strain.ts'
import { aframeTones, at, gwoscTone, type ToneSpan, tone, toneAmplitude } from './testing/tone-files.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quadrupole-strain-faults-'))
})
afterAll(() => rm(folder, { recursive: true }))

const seconds = 24

/** Opens H1 with what a function does to it, beside L1 as it should be. */
async function openSpoilt(
  spoil: (values: Float64Array) => void,
  { rate = 2048, ...more }: Partial<OpenSearchStrainOptions> & { readonly rate?: number } = {},
): Promise<SearchStrain> {
  const paths = [
    await aframeTones(folder, 'h.hdf5', [{ detector: 'H1', from: 0, seconds, sampleRate: rate, spoil }]),
    await gwoscTone(folder, 'l.hdf5', { detector: 'L1', from: 0, seconds, sampleRate: 2048 }),
  ]
  return openSearchStrain(paths, { detectors: ['H1', 'L1'], sampleRate: 2048, minDuration: 1, ...more })
}

const shown = ({ stretches }: SearchStrain, decimals = 4): readonly string[] =>
  stretches.map(({ stretch: { span } }) =>
    [span.start, span.end].map(time => time.minus(at(0)).toFixed(decimals)).join(' to '),
  )

const remarksOf = ({ remarks }: SearchStrain) => remarks.map(remark => remark.replaceAll(folder, 'DIR'))

/** Expects stretches to hold the tones and nothing of what was done to them. */
async function expectClean({ stretches }: SearchStrain, tolerance = 1e-13): Promise<void> {
  for (const { stretch } of stretches) {
    const values = await stretch.read(stretch.span)
    const start = stretch.span.start.minus(at(0))
    const count = values.length / 2
    const wrong = values.findIndex((value, i) => {
      const expected = tone(i < count ? 'H1' : 'L1', start + (i % count) / stretch.sampleRate)
      return !(Math.abs(value - expected) <= tolerance * toneAmplitude)
    })
    expect(wrong).toBe(-1)
  }
}

describe('samples that no detector measured', () => {
  it.each([
    ['NaN', (values: Float64Array) => values.fill(Number.NaN, 6 * 2048, 8 * 2048), 'is NaN or infinite', '6', '8'],
    [
      'an infinity',
      (values: Float64Array) => values.fill(Number.NEGATIVE_INFINITY, 12_288, 12_289),
      'is NaN or infinite',
      '6',
      '6.000488281',
    ],
    ['a flat line', (values: Float64Array) => values.fill(0, 6 * 2048, 8 * 2048), 'does not change', '6', '8'],
    ['clipping', (values: Float64Array) => values.fill(5e-21, 6 * 2048, 6 * 2048 + 16), 'is clipped', '6', '6.0078125'],
    [
      'silence',
      (values: Float64Array) =>
        values.forEach((value, n) => {
          if (n >= 12_288 && n < 16_384) values[n] = value / 100
        }),
      'is far below its level',
      '6',
      '8',
    ],
  ] as const)('as %s are cut out and told with their times', async (_, spoil, complaint, from, to) => {
    const strain = await openSpoilt(values => void spoil(values))
    const [start, end] = [from, to].map(text => at(Number(text)))
    const remark = `H1 ${complaint} at GPS ${start} to ${end} (${join(folder, 'h.hdf5')})`
    expect(strain.remarks).toEqual([remark])
    expect(strain.stretches.map(({ remarks }) => remarks)).toEqual([[remark], [remark]])
    expect(strain.stretches[0]!.stretch.span.start).toEqual(at(0))
    expect(strain.stretches[0]!.stretch.span.end).toEqual(at(6))
    // The next sample whose time is a whole nanosecond.
    expect(strain.stretches[1]!.stretch.span.start).toEqual(at(Math.ceil(Number(to) * 512 - 1e-4) / 512))
    expect(strain.stretches[1]!.stretch.span.end).toEqual(at(seconds))
    expect(strain.leftOut).toHaveLength(1)
    await expectClean(strain)
    strain.close()
  })

  it('have no part in any sample that is made of others', async () => {
    const strain = await openSpoilt(
      values => {
        values[8 * 4096] = Number.NaN
        values.fill(1, 16 * 4096, 17 * 4096)
      },
      { rate: 4096 },
    )
    expect(shown(strain, 2)).toEqual(['0.03 to 7.97', '8.03 to 15.97', '17.03 to 23.97'])
    await expectClean(strain, 2e-4)
    expect(remarksOf(strain)).toEqual([
      'H1 is NaN or infinite at GPS 1238205085 to 1238205085.000244141 (DIR/h.hdf5)',
      'H1 does not change at GPS 1238205093 to 1238205094 (DIR/h.hdf5)',
    ])
    strain.close()
  })

  it('are told together where they are many', async () => {
    const strain = await openSpoilt(values => {
      for (let n = 0; n < 20; n++) values[n * 2048 + 1024] = Number.NaN
    })
    expect(strain.leftOut).toHaveLength(20)
    expect(remarksOf(strain)[0]).toMatch(
      /^H1 is NaN or infinite at GPS 1238205077.5 to 1238205077.500488281, .* and 12 more \(0.00976562 s in all\) \(DIR\/h.hdf5\)$/,
    )
    expect(remarksOf(strain)[1]).toMatch(
      /^stretches shorter than 1 s are left out, at GPS 1238205077 to 1238205077.5, /,
    )
    expect(shown(strain)).toEqual(['19.5020 to 24.0000'])
    strain.close()
  })

  it('may leave nothing to search, which is told', async () => {
    const strain = await openSpoilt(values => void values.fill(0))
    expect(strain.stretches).toEqual([])
    expect(remarksOf(strain)).toEqual(['H1 does not change at GPS 1238205077 to 1238205101 (DIR/h.hdf5)'])
    strain.close()
    const short = await openSpoilt(() => undefined, { minDuration: 25 })
    expect(short.stretches).toEqual([])
    expect(short.remarks).toEqual(['stretches shorter than 25 s are left out, at GPS 1238205077 to 1238205101'])
    short.close()
  })

  it('are what the options say', async () => {
    const strain = await openSpoilt(values => void values.fill(0, 6 * 2048, 7 * 2048), {
      quality: { padding: 1, vetoes: SegmentSet.of([{ start: at(12), end: at(13) }]) },
    })
    expect(shown(strain)).toEqual(['0.0000 to 5.0000', '8.0000 to 12.0000', '13.0000 to 24.0000'])
    strain.close()
  })
})

describe('flags and faults of several files', () => {
  const hanford: ToneSpan = { detector: 'H1', from: 0, seconds: 12, sampleRate: 4096 }
  const livingston: ToneSpan = { detector: 'L1', from: 0, seconds, sampleRate: 2048 }
  const search = { detectors: ['H1', 'L1'], sampleRate: 2048, minDuration: 1 }

  it('cut what fails a test out of all files, and more around faults where that is asked for', async () => {
    const flags = (length: number, failing: readonly number[], bit: number) =>
      Uint32Array.from({ length }, (_, n) => (failing.includes(n) ? 127 & ~bit : 127))
    const paths = [
      await gwoscTone(folder, 'flag-1.hdf5', hanford, flags(12, [4, 5], 2)),
      // The same data once more from 10 s on, flagged in what the first has too.
      await gwoscTone(folder, 'flag-2.hdf5', { ...hanford, from: 10, seconds: 14 }, flags(14, [0, 13], 4)),
      await gwoscTone(folder, 'flag-3.hdf5', { ...hanford, from: 13, seconds: 4 }, flags(4, [2], 2)),
      await gwoscTone(folder, 'flag-l.hdf5', livingston, flags(24, [18], 1)),
    ]
    const strain = await openSearchStrain(paths, search)
    expect(shown(strain, 2)).toEqual([
      '0.03 to 3.97',
      '6.03 to 9.97',
      '11.03 to 14.97',
      '16.03 to 18.00',
      '19.00 to 22.97',
    ])
    expect(remarksOf(strain)).toEqual([
      'H1 in DIR/flag-2.hdf5 is the same as in other files and taken from these at GPS 1238205087 to 1238205089',
      'H1 in DIR/flag-3.hdf5 is the same as in other files and taken from these at GPS 1238205090 to 1238205094',
      'H1 fails CBC_CAT1 at GPS 1238205081 to 1238205083, 1238205092 to 1238205093 (3 s in all) (DIR/flag-1.hdf5 and 1 more)',
      'H1 fails CBC_CAT2 at GPS 1238205087 to 1238205088, 1238205100 to 1238205101 (2 s in all) (DIR/flag-2.hdf5)',
      'L1 fails DATA at GPS 1238205095 to 1238205096 (DIR/flag-l.hdf5)',
    ])
    expect(strain.stretches.map(({ remarks }) => remarks.length)).toEqual([1, 2, 2, 2, 2])
    await expectClean(strain, 2e-4)
    strain.close()
  })

  it('reach from the end of one file into the next', async () => {
    const spoil = (values: Float64Array) => void values.fill(Number.NaN, values.length - 2048)
    const paths = [
      await gwoscTone(folder, 'reach-1.hdf5', { ...hanford, spoil }),
      await gwoscTone(folder, 'reach-2.hdf5', { ...hanford, from: 12 }),
      await gwoscTone(folder, 'reach-l.hdf5', livingston),
    ]
    const strain = await openSearchStrain(paths, { ...search, quality: { padding: 1 } })
    expect(shown(strain, 2)).toEqual(['0.03 to 10.47', '13.03 to 23.97'])
    await expectClean(strain, 2e-4)
    strain.close()
  })
})
