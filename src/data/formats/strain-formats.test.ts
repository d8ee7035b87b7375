import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { QuadrupoleError } from '../../core/index.ts'
import { GpsTime } from '../../gw/index.ts'
import { rfft } from '../../tensor/fft/index.ts'
import { dataErrorReason } from '../data-error.ts'
import { openStrain, readStrain, strainPiece } from '../read-strain.ts'
import { npy, npyText, writeZip } from '../testing/npz-file.ts'
import { writeSeriesFile } from '../testing/series-file.ts'

const reference = fileURLToPath(new URL('../../../../shared/data', import.meta.url))
const start = 1_238_205_077

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quadrupole-formats-'))
})
afterAll(() => rm(folder, { recursive: true }))

const wave = (length: number, seed: number) => Float64Array.from({ length }, (_, n) => 1e-21 * Math.sin(seed * n * n))

async function failure(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => new Error('nothing thrown'),
    thrown => thrown,
  )
  if (!(error instanceof QuadrupoleError)) throw error
  return `${dataErrorReason(error)}: ${error.message.replaceAll(folder, 'DIR')}`
}

/** Every piece in a line. */
async function contents(path: string): Promise<readonly string[]> {
  const file = await openStrain(path)
  try {
    return file.pieces.map(
      ({ channel, sampleRate, span }) => `${file.format}: ${channel} ${span.start} ${span.end} at ${sampleRate} Hz`,
    )
  } finally {
    file.close()
  }
}

const challengePiece = (detector: string, gps: number, values: Float64Array) => ({
  dataset: `${detector}/${gps}`,
  values,
  attributes: { start_time: gps, delta_t: 1 / 256 },
})

describe('MLGWSC-1 files', () => {
  it('hold several pieces of several detectors, each read lazily and in order of time', async () => {
    const path = await writeSeriesFile(join(folder, 'challenge.hdf'), [
      challengePiece('L1', start + 100, wave(512, 2)),
      challengePiece('L1', start, wave(1024, 1)),
      challengePiece('H1', start, wave(1024, 3)),
    ])
    expect(await contents(path)).toEqual([
      'PyCBC/MLGWSC-1 HDF5: H1:STRAIN 1238205077 1238205081 at 256 Hz',
      'PyCBC/MLGWSC-1 HDF5: L1:STRAIN 1238205077 1238205081 at 256 Hz',
      'PyCBC/MLGWSC-1 HDF5: L1:STRAIN 1238205177 1238205179 at 256 Hz',
    ])
    expect((await readStrain(path, { channel: 'H1' })).values).toEqual(wave(1024, 3))
    const span = { start: GpsTime.fromSeconds(start + 101), end: GpsTime.fromSeconds(start + 102) }
    const part = await readStrain(path, { channel: 'L1:STRAIN', span })
    expect(part.values).toEqual(wave(512, 2).subarray(256))
    expect(part.t0.toString()).toBe('1238205178')

    expect(await failure(readStrain(path))).toMatchInlineSnapshot(
      `"detectors: data.strainPiece: DIR/challenge.hdf holds H1:STRAIN, L1:STRAIN; pass one of them as channel"`,
    )
    expect(await failure(readStrain(path, { channel: 'V1' }))).toMatchInlineSnapshot(
      `"detectors: data.strainPiece: DIR/challenge.hdf has no channel V1; it holds H1:STRAIN, L1:STRAIN"`,
    )
    expect(await failure(readStrain(path, { channel: 'L1' }))).toMatchInlineSnapshot(
      `"times: data.strainPiece: DIR/challenge.hdf has 2 pieces of L1:STRAIN: GPS 1238205077 to 1238205081, GPS 1238205177 to 1238205179; pass a span within one"`,
    )
    const gap = { start: span.start.plus(-50), end: span.end }
    expect(await failure(readStrain(path, { channel: 'L1', span: gap }))).toMatchInlineSnapshot(
      `"times: data.strainPiece: no piece of L1:STRAIN in DIR/challenge.hdf holds GPS 1238205128 to 1238205179; there are GPS 1238205077 to 1238205081, GPS 1238205177 to 1238205179"`,
    )
  })

  it('are refused with overlapping pieces or without samples', async () => {
    const overlapping = await writeSeriesFile(join(folder, 'overlap.hdf'), [
      challengePiece('H1', start, wave(1024, 1)),
      challengePiece('H1', start + 3, wave(1024, 1)),
    ])
    expect(await failure(openStrain(overlapping))).toMatchInlineSnapshot(
      `"layout: data.openStrain: DIR/overlap.hdf contradicts itself: two pieces of H1:STRAIN overlap from GPS 1238205080 to 1238205081; make it again"`,
    )
    const still = await writeSeriesFile(join(folder, 'still.hdf'), [
      { dataset: 'H1/0', values: wave(9, 1), attributes: { start_time: 0, delta_t: 0 } },
    ])
    expect(await failure(openStrain(still))).toMatchInlineSnapshot(
      `"layout: data.openStrain: DIR/still.hdf: H1/0 has 9 samples, each 0 s; expected positive numbers"`,
    )
  })
})

describe('single series of PyCBC, GWpy and aframe', () => {
  it('are told apart by their attributes', async () => {
    const pycbc = { dataset: 'data', values: wave(64, 1), attributes: { start_time: start, delta_t: 1 / 2048 } }
    expect(await contents(await writeSeriesFile(join(folder, 'pycbc.hdf'), [pycbc]))).toEqual([
      'PyCBC/MLGWSC-1 HDF5: data 1238205077 1238205077.03125 at 2048 Hz',
    ])
    const attributes = { x0: start + 0.5, dx: 1 / 2048 }
    const path = await writeSeriesFile(join(folder, 'background.hdf5'), [
      { dataset: 'H1', values: wave(64, 1), attributes },
      { dataset: 'L1:GDS-CALIB', values: Float32Array.from(wave(64, 2)), attributes },
    ])
    expect(await contents(path)).toEqual([
      'GWpy/aframe HDF5: H1:STRAIN 1238205077.5 1238205077.53125 at 2048 Hz',
      'GWpy/aframe HDF5: L1:GDS-CALIB 1238205077.5 1238205077.53125 at 2048 Hz',
    ])
    expect((await readStrain(path, { channel: 'L1' })).values).toEqual(
      Float64Array.from(Float32Array.from(wave(64, 2))),
    )
  })
})

describe('cogwheel archives', () => {
  const length = 64 * 16
  const series = ['H', 'V'].map((_, row) => wave(length, row + 1).map(value => value))

  /** Members of an archive with the spectra of the series, or of changed content. */
  const archive = (changes: Readonly<Record<string, Uint8Array>> = {}): Readonly<Record<string, Uint8Array>> => {
    const spectra = series.map(values => rfft(values, length))
    const strain = Float64Array.from(
      spectra.flatMap(({ re, im }) => [...re].flatMap((value, k) => [value / 64, im[k]! / 64])),
    )
    const frequencies = Float64Array.from({ length: length / 2 + 1 }, (_, k) => k / 16)
    return {
      'detector_names.npy': npyText('VH'),
      'tgps.npy': npy('<f8', [], Float64Array.of(start + 10.7)),
      'tcoarse.npy': npy('<f8', [], Float64Array.of(10)),
      'frequencies.npy': npy('<f8', [frequencies.length], frequencies),
      'strain.npy': npy('<c16', [2, frequencies.length], strain),
      ...changes,
    }
  }

  it.each([false, true])('are read, deflated: %s', async deflate => {
    const path = await writeZip(join(folder, 'event.npz'), archive(), { deflate })
    expect(await contents(path)).toEqual([
      'cogwheel NPZ: H1:STRAIN 1238205077.699951172 1238205093.699951172 at 64 Hz',
      'cogwheel NPZ: V1:STRAIN 1238205077.699951172 1238205093.699951172 at 64 Hz',
    ])
    const virgo = await readStrain(path, { channel: 'V1' })
    expect(Math.max(...virgo.values.map((value, n) => Math.abs(value - series[0]![n]!)))).toBeLessThan(1e-33)
    const file = await openStrain(path)
    const { usable, span, read } = strainPiece(file, { channel: 'H1' })
    expect([usable.start.minus(span.start), span.end.minus(usable.end)]).toEqual([2, 2])
    expect(read({ start: span.start.plus(1), end: span.start.plus(2) }).length).toBe(64)
    file.close()
  })

  it('are refused with what is wrong', async () => {
    const path = join(folder, 'wrong.npz')
    const failureOf = async (members: Readonly<Record<string, Uint8Array>>) =>
      failure(readStrain(await writeZip(path, members), { channel: 'H1' }))
    expect(await failureOf(archive({ 'strain.npy': npy('<c16', [1, 2], new Float64Array(4)) }))).toMatchInlineSnapshot(
      `"layout: data.openStrain: DIR/wrong.npz: strain has shape (1,2), expected 2 complex rows of 513"`,
    )
    expect(await failureOf(archive({ 'strain.npy': npy('>f8', [1, 2], new Float64Array(4)) }))).toMatchInlineSnapshot(
      `"layout: data.parseNpy: strain of DIR/wrong.npz holds >f8; expected little-endian numbers or texts"`,
    )
    expect(await failureOf(archive({ 'tgps.npy': npyText('now') }))).toMatchInlineSnapshot(
      `"layout: data.openStrain: DIR/wrong.npz: tgps holds no real numbers"`,
    )
    expect(await failureOf({ 'other.npy': npyText('x') })).toMatchInlineSnapshot(
      `"unknown: data.openStrain: DIR/wrong.npz is in no format known here; expected GWOSC HDF5, PyCBC/MLGWSC-1 HDF5, GWpy/aframe HDF5 or cogwheel NPZ"`,
    )

    const bytes = await readFile(await writeZip(path, archive()))
    await writeFile(path, bytes.with(4000, bytes[4000]! ^ 1))
    expect(await failure(readStrain(path, { channel: 'H1' }))).toMatchInlineSnapshot(
      `"damaged: data.openZip: DIR/wrong.npz is damaged: the checksum of frequencies.npy is wrong; fetch it again"`,
    )
    await writeFile(path, bytes.subarray(0, bytes.length - 400))
    expect(await failure(openStrain(path))).toMatchInlineSnapshot(
      `"truncated: data.openZip: DIR/wrong.npz is truncated: its directory is missing; fetch it again"`,
    )
    const packed = await readFile(await writeZip(path, archive(), { deflate: true }))
    await writeFile(path, packed.fill(0xff, 2000, 2010))
    expect(await failure(readStrain(path, { channel: 'H1' }))).toMatch(
      /^damaged: data.openZip: DIR\/wrong.npz is damaged/,
    )
  })
})

describe.skipIf(!existsSync(reference))('the reference data (skipped where they are not beside the repository)', () => {
  it('of MLGWSC-1 are what h5py 3.16.0 reads', async () => {
    const noise = await readStrain(join(reference, 'mlgwsc1/set1-noise-128s.hdf'), { channel: 'L1' })
    expect(`${noise}`).toBe('TimeSeries(L1:STRAIN, 262144 samples at 2048 Hz from GPS 1238206077)')
    expect([0, 1, 100_000, 262_143].map(n => noise.values[n])).toEqual([
      6.590982528363867e-23, 3.6221182733120586e-23, 1.423547941557881e-23, -2.2102486969856675e-22,
    ])
    const real = await readStrain(join(reference, 'noise/mlgwsc1_real_noise.hdf'))
    expect(`${real}`).toBe('TimeSeries(data, 1024000 samples at 2048 Hz from GPS 1238205077)')
    expect([0, 1, 1000, 1_023_999].map(n => real.values[n])).toEqual([
      -5.164290512560288e-21, -6.340998554769585e-21, 1.0423060560710618e-20, -4.35134847331504e-21,
    ])
  })

  it('of GWpy are what h5py 3.16.0 reads', async () => {
    const path = join(reference, 'frames/HLV-HW100916-968654552-1.hdf')
    expect(await contents(path)).toEqual([
      'GWpy/aframe HDF5: H1:LDAS-STRAIN 968654552 968654553 at 16384 Hz',
      'GWpy/aframe HDF5: L1:LDAS-STRAIN 968654552 968654553 at 16384 Hz',
      'GWpy/aframe HDF5: V1:h_16384Hz 968654552 968654553 at 16384 Hz',
    ])
    const virgo = await readStrain(path, { channel: 'V1' })
    expect([0, 1, 1000, 16_383].map(n => virgo.values[n])).toEqual([
      -1.5734521045e-19, -1.8549283545e-19, 1.2694718113e-18, 3.9251296879e-20,
    ])
  })

  it('of cogwheel are what NumPy 2.3.5 makes of them, within 1e-12 of the rms', async () => {
    const virgo = await readStrain(join(reference, 'strain-fd/GW190630_185205.npz'), { channel: 'V1' })
    expect(`${virgo}`).toBe('TimeSeries(V1:STRAIN, 112640 samples at 880 Hz from GPS 1245955871.099853516)')
    const rms = Math.sqrt(virgo.values.reduce((sum, value) => sum + value * value, 0) / virgo.length)
    const expected = [1.27006824133797e-19, 6.684465952613266e-19, 9.724615332462582e-20]
    expected.forEach((value, i) => {
      expect(Math.abs(virgo.values[[20_000, 50_000, 70_000][i]!]! - value) / rms).toBeLessThan(1e-12)
    })
  })
})
