import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { QuadrupoleError } from '../core/index.ts'
import { GpsTime } from '../gw/index.ts'
import { dataErrorReason } from './data-error.ts'
import { openStrain, readStrain, strainPiece } from './read-strain.ts'
import { writeGwoscFile } from './testing/gwosc-file.ts'

const hanford = fileURLToPath(new URL('../../examples/data/H-H1_GWOSC_4KHZ_R1-1126259447-32.hdf5', import.meta.url))

describe('openStrain on the GWOSC file of GW150914', () => {
  it('tells what the file holds without a format named', async () => {
    const file = await openStrain(hanford)
    expect(file.format).toBe('GWOSC HDF5')
    expect(file.pieces).toHaveLength(1)
    const piece = strainPiece(file)
    expect(piece.channel).toBe('H1:STRAIN')
    expect(piece.sampleRate).toBe(4096)
    expect(`${piece.span.start} ${piece.span.end}`).toBe('1126259447 1126259479')
    expect(piece.usable).toEqual(piece.span)
    expect(piece.quality?.names).toEqual([
      'DATA',
      'CBC_CAT1',
      'CBC_CAT2',
      'CBC_CAT3',
      'BURST_CAT1',
      'BURST_CAT2',
      'BURST_CAT3',
    ])
    expect([...piece.quality!.bits]).toEqual(Array.from({ length: 32 }, () => 127))
    expect([...piece.injections!.bits]).toEqual(Array.from({ length: 32 }, () => 31))
    file.close()
  })

  it('reads the samples h5py reads', async () => {
    const { values, length, t0 } = await readStrain(hanford)
    expect(length).toBe(131_072)
    expect(t0.toString()).toBe('1126259447')
    // h5py 3.16.0: strain[:3], strain[-1], strain[54321]
    expect([...values.slice(0, 3), values.at(-1), values[54_321]]).toEqual([
      9.067308911592338e-21, 2.011788705634489e-20, 3.7129047219582815e-20, 7.764568284598941e-20,
      2.790083671622866e-20,
    ])
  })

  it('reads the samples of a span', async () => {
    const start = GpsTime.parse('1126259462.25')
    const end = GpsTime.parse('1126259462.5')
    const [part, whole] = await Promise.all([readStrain(hanford, { span: { start, end } }), readStrain(hanford)])
    expect(part.t0.toString()).toBe('1126259462.25')
    expect(part.values).toEqual(whole.crop({ start, end }).values)
    expect(part.length).toBe(1024)
  })
})

describe('readStrain', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'quadrupole-data-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const noise = Float64Array.from({ length: 4096 }, (_, n) => 1e-21 * Math.sin(n * n))

  /** Message and reason of the error of reading a file, with the folder left out. */
  async function failure(name: string): Promise<string> {
    try {
      await readStrain(join(folder, name))
    } catch (error) {
      if (!(error instanceof QuadrupoleError)) throw error
      return `${error.code}/${dataErrorReason(error)} ${error.message.replaceAll(folder, 'DIR')}`
    }
    throw new Error('no error')
  }

  it('refuses a file that is not there', async () => {
    expect(await failure('absent.hdf5')).toMatchInlineSnapshot(
      `"io/missing data.openStrain: DIR/absent.hdf5 does not exist; pass the path of a strain file"`,
    )
    expect(await failure('.')).toMatchInlineSnapshot(
      `"io/missing data.openStrain: DIR is a folder; pass the path of a strain file"`,
    )
  })

  it('refuses an empty file', async () => {
    await writeFile(join(folder, 'empty.hdf5'), '')
    expect(await failure('empty.hdf5')).toMatchInlineSnapshot(
      `"io/empty data.openStrain: DIR/empty.hdf5 is empty (0 bytes); fetch it again"`,
    )
  })

  it('refuses a file that is not HDF5', async () => {
    await writeFile(join(folder, 'text.hdf5'), '<html>404</html>'.repeat(99))
    expect(await failure('text.hdf5')).toMatchInlineSnapshot(
      `"format/unknown data.openStrain: DIR/text.hdf5 is in no format known here; expected GWOSC HDF5, PyCBC/MLGWSC-1 HDF5, GWpy/aframe HDF5 or cogwheel NPZ"`,
    )
  })

  it('refuses a truncated file, wherever it was cut', async () => {
    const bytes = await readFile(hanford)
    for (const [name, length] of [
      ['half.hdf5', 500_000],
      ['nearly.hdf5', bytes.length - 1],
      ['start.hdf5', 50],
    ] as const)
      await writeFile(join(folder, name), bytes.subarray(0, length))
    expect(await failure('half.hdf5')).toMatchInlineSnapshot(
      `"format/truncated data.Hdf5File.open: DIR/half.hdf5 is truncated: it has 500000 of 1040781 bytes; fetch it again"`,
    )
    expect(await failure('nearly.hdf5')).toMatchInlineSnapshot(
      `"format/truncated data.Hdf5File.open: DIR/nearly.hdf5 is truncated: it has 1040780 of 1040781 bytes; fetch it again"`,
    )
    expect(await failure('start.hdf5')).toMatchInlineSnapshot(
      `"format/truncated data.Hdf5File.open: DIR/start.hdf5 is truncated: it has 50 of 1040781 bytes; fetch it again"`,
    )
  })

  it('refuses a file with wrong bytes inside', async () => {
    const bytes = await readFile(hanford)
    await writeFile(join(folder, 'damaged.hdf5'), bytes.fill(0x55, 500_000, 500_100))
    expect(await failure('damaged.hdf5')).toMatchInlineSnapshot(
      `"format/damaged data.Hdf5File: DIR/damaged.hdf5 is damaged: strain/Strain can't be read (filter returned failure during read); fetch it again"`,
    )
  })

  it('refuses HDF5 of a layout it does not know', async () => {
    const without = ['strain/Strain', 'meta/GPSstart', 'meta/Duration', 'meta/Detector']
    await writeGwoscFile(join(folder, 'known.hdf5'), { strain: noise })
    expect((await readStrain(join(folder, 'known.hdf5'))).values).toEqual(noise)
    await writeGwoscFile(join(folder, 'bare.hdf5'), { strain: noise, without, groups: ['quality', 'quality/simple'] })
    expect(await failure('bare.hdf5')).toMatchInlineSnapshot(
      `"format/unknown data.openStrain: DIR/bare.hdf5 is HDF5 of a layout unknown here, with quality, quality/simple, quality/simple/DQmask; expected GWOSC HDF5, PyCBC/MLGWSC-1 HDF5, GWpy/aframe HDF5 or cogwheel NPZ"`,
    )
  })

  it('refuses a GWOSC file that lacks a dataset, naming it', async () => {
    for (const dataset of ['strain/Strain', 'meta/GPSstart', 'meta/Detector'])
      await writeGwoscFile(join(folder, `${dataset.replace('/', '-')}.hdf5`), { strain: noise, without: [dataset] })
    expect(await failure('strain-Strain.hdf5')).toMatchInlineSnapshot(
      `"format/layout data.Hdf5File: DIR/strain-Strain.hdf5 has no dataset strain/Strain; it holds meta, meta/Detector, meta/Duration, meta/GPSstart, quality, quality/simple, quality/simple/DQmask, strain"`,
    )
    expect(await failure('meta-GPSstart.hdf5')).toMatchInlineSnapshot(
      `"format/layout data.Hdf5File: DIR/meta-GPSstart.hdf5 has no dataset meta/GPSstart; it holds meta, meta/Detector, meta/Duration, quality, quality/simple, quality/simple/DQmask, strain, strain/Strain"`,
    )
    expect(await failure('meta-Detector.hdf5')).toMatchInlineSnapshot(
      `"format/layout data.Hdf5File: DIR/meta-Detector.hdf5 has no dataset meta/Detector; it holds meta, meta/Duration, meta/GPSstart, quality, quality/simple, quality/simple/DQmask, strain, strain/Strain"`,
    )
  })

  it('refuses a file whose length contradicts its duration', async () => {
    await writeGwoscFile(join(folder, 'short.hdf5'), { strain: noise, duration: 2 })
    expect(await failure('short.hdf5')).toMatchInlineSnapshot(
      `"format/layout data.openStrain: DIR/short.hdf5 contradicts itself: 4096 samples, each 0.000244140625 s, are not 2 s (meta/Duration); fetch it again"`,
    )
  })

  it('refuses NaN, infinite and flat strain, saying when', async () => {
    const nan = noise.map((value, n) => (n >= 1024 && n < 1124 ? Number.NaN : value))
    await writeGwoscFile(join(folder, 'nan.hdf5'), { strain: nan })
    await writeGwoscFile(join(folder, 'all-nan.hdf5'), { strain: noise.map(() => Number.NaN) })
    await writeGwoscFile(join(folder, 'infinite.hdf5'), {
      strain: noise.map((value, n) => (n === 7 || n === 9 ? -1 / 0 : value)),
    })
    await writeGwoscFile(join(folder, 'flat.hdf5'), { strain: noise.map((value, n) => (n >= 2048 ? 0 : value)) })
    expect(await failure('nan.hdf5')).toMatchInlineSnapshot(
      `"data/not-finite data.readStrain: DIR/nan.hdf5: strain is NaN or infinite in GPS 1126259447.25 to 1126259447.274414063 (100 of 4096 samples); choose a stretch without it"`,
    )
    expect(await failure('all-nan.hdf5')).toMatchInlineSnapshot(
      `"data/not-finite data.readStrain: DIR/all-nan.hdf5: strain is NaN or infinite in GPS 1126259447 to 1126259448 (4096 of 4096 samples); choose a stretch without it"`,
    )
    expect(await failure('infinite.hdf5')).toMatchInlineSnapshot(
      `"data/not-finite data.readStrain: DIR/infinite.hdf5: strain is NaN or infinite in GPS 1126259447.001708984 to 1126259447.001953125 (1 of 4096 samples) and in 1 more stretch(es), 2 samples in all; choose a stretch without it"`,
    )
    expect(await failure('flat.hdf5')).toMatchInlineSnapshot(
      `"data/flat data.readStrain: DIR/flat.hdf5: strain does not change in GPS 1126259447.5 to 1126259448 (2048 of 4096 samples); choose a stretch without it"`,
    )
  })

  it('refuses a span that the file does not hold', async () => {
    const span = { start: GpsTime.fromSeconds(1_126_259_470), end: GpsTime.fromSeconds(1_126_259_480) }
    await expect(readStrain(hanford, { span })).rejects.toMatchObject({ code: 'data', details: { reason: 'times' } })
  })
})
