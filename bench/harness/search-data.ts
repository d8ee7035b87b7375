import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as h5wasm from 'h5wasm/node'
import { foldIn, randomKey, type WorkerPool } from 'quadrupole/core'
import {
  glitchModel,
  glitchPopulation,
  glitchReader,
  noiseModel,
  readNoiseCurve,
  sampleNumberFrom,
} from 'quadrupole/data'
import { GpsTime } from 'quadrupole/gw'
import { challengeStrain, type TemplateBank } from 'quadrupole/search'
import { chirpTimeBound, imrPhenomDSpectrum } from 'quadrupole/waveforms'

const detectors = ['H1', 'L1'] as const

/** Hz, as the smaller of the two kinds of files that GWOSC publishes. */
const sampleRate = 4096
const start = GpsTime.fromSeconds(1_238_166_018)

/** Glitches in each detector, and seconds from one binary to the next. */
const glitchesPerHour = 60
const betweenBinaries = 256

/** Strain as it is on disk. */
export interface SearchData {
  /** `files` pairs of files in GWOSC's layout that follow each other. */
  readonly paths: readonly string[]
  readonly seconds: number
}

export interface SearchDataOptions {
  readonly pool: WorkerPool
  /** Files of each detector, and the length of each. */
  readonly files: number
  readonly seconds: number
}

/**
 * Simulated strain of H1 and L1 in files as GWOSC publishes them (HDF5, compressed): noise of O3a's PSDs with glitches of all families,
 * and a binary of SNR 15 or so every 256 s. The same samples lie in `H1.f64` and `L1.f64` for a rival that reads no HDF5, and the
 * binaries' times in `binaries.json`. Made once in a folder.
 */
export async function searchData(folder: string, { pool, files, seconds }: SearchDataOptions): Promise<SearchData> {
  const nameOf = (detector: string, i: number) =>
    `${detector[0]}-${detector}_GWOSC_4KHZ_R1-${start.plus(i * seconds)}-${seconds}.hdf5`
  const paths = Array.from({ length: files }, (_, i) =>
    detectors.map(detector => join(folder, nameOf(detector, i))),
  ).flat()
  if (existsSync(folder)) return { paths, seconds: files * seconds }
  const making = `${folder}.making`
  await rm(making, { recursive: true, force: true })
  await mkdir(making, { recursive: true })
  const whole = { start, end: start.plus(files * seconds) }
  const curves = await Promise.all(
    detectors.map(detector => readNoiseCurve(`noise-curves/mlgwsc1/${detector}/psd-0.hdf`, { quantity: 'psd' })),
  )
  // Up to the Nyquist frequency as at its last point.
  const psds = curves.map(({ frequencies, psd }) => {
    const resolution = frequencies[1]!
    const bins = Math.ceil(sampleRate / 2 / resolution) + 1
    return { values: Float64Array.from({ length: bins }, (_, k) => psd[Math.min(k, psd.length - 1)]!), resolution }
  })
  const count = Math.floor((files * seconds) / betweenBinaries)
  const binaries = Array.from({ length: count }, (_, i) => ({
    time: start.plus((i + 0.5) * betweenBinaries),
    binary: {
      mass1Solar: 36,
      mass2Solar: 29,
      spin1z: 0,
      spin2z: 0,
      distanceMpc: 900,
      inclination: 0.3,
      phase: i,
      referenceFrequency: 20,
    },
    rightAscension: i,
    declination: 0.5 * Math.sin(i),
    polarization: 0.3 * i,
    chirpDistance: 0,
  }))
  const strain = challengeStrain(
    {
      pieces: [whole],
      injections: [binaries],
      noise: psds.map(psd => noiseModel({ psd, sampleRate })),
      noiseKey: randomKey('search bench'),
    },
    { withSignals: true, pool },
  )
  const population = glitchPopulation({ rate: glitchesPerHour / 3600 })
  const glitches = detectors.map((detector, i) =>
    glitchReader(glitchModel({ psd: psds[i]!, sampleRate, population }), {
      key: foldIn(randomKey('glitches'), i),
      detector,
    }),
  )
  for (let i = 0; i < files; i++) {
    const span = { start: start.plus(i * seconds), end: start.plus((i + 1) * seconds) }
    const rows = await strain.read(span)
    for (const [row, detector] of detectors.entries()) {
      const values = rows.subarray((row * rows.length) / 2, ((row + 1) * rows.length) / 2)
      glitches[row]!.add(values, sampleNumberFrom(span.start, sampleRate))
      await writeGwosc(join(making, nameOf(detector, i)), { detector, start: span.start, seconds, values })
      if (files === 1) await writeFile(join(making, `${detector}.f64`), values)
    }
  }
  const times = binaries.map(({ time }) => time.minus(start))
  await writeFile(join(making, 'binaries.json'), JSON.stringify({ start: start.seconds, sampleRate, seconds, times }))
  await rename(making, folder)
  return { paths, seconds: files * seconds }
}

async function writeGwosc(
  path: string,
  { detector, start, seconds, values }: { detector: string; start: GpsTime; seconds: number; values: Float64Array },
): Promise<void> {
  await h5wasm.ready
  const file = new h5wasm.File(path, 'w')
  for (const group of ['meta', 'strain', 'quality', 'quality/simple']) file.create_group(group)
  file
    .create_dataset({ name: 'strain/Strain', data: values, shape: [values.length], chunks: [2048], compression: 1 })
    .create_attribute('Xspacing', 1 / sampleRate)
  file.create_dataset({ name: 'meta/GPSstart', data: BigInt64Array.of(BigInt(start.seconds)), shape: [] })
  file.create_dataset({ name: 'meta/Duration', data: BigInt64Array.of(BigInt(seconds)), shape: [] })
  file.create_dataset({ name: 'meta/Detector', data: detector })
  file.create_dataset({ name: 'quality/simple/DQmask', data: new Uint32Array(seconds).fill(127) })
  file.create_dataset({ name: 'quality/simple/DQShortnames', data: ['DATA', 'CBC_CAT1', 'CBC_CAT2', 'CBC_CAT3'] })
  file.close()
}

/**
 * Writes the templates of a bank for a rival: `templates.f32`, spectra `[templates, 2 parts, bins]` at 1 Mpc on bins of
 * 1 / templateDuration from 0 to the bandwidth, each from the frequency at which it fits its duration on; and `bank.json`.
 */
export async function writeTemplates(folder: string, { band, templates, triggers }: TemplateBank): Promise<void> {
  const { bandwidth, templateDuration, minimumFrequency, maximumFrequency = bandwidth } = band
  const bins = bandwidth * templateDuration
  const all = new Float32Array(templates.length * 2 * bins)
  for (const [i, template] of templates.entries()) {
    const { plus } = imrPhenomDSpectrum(
      { ...template, distanceMpc: 1, inclination: 0, phase: 0 },
      { resolution: 1 / templateDuration, minimumFrequency, maximumFrequency },
    )
    const room = templateDuration - band.afterMerger
    for (let k = 0; k < Math.min(bins, plus.re.length); k++) {
      if (k < minimumFrequency * templateDuration || chirpTimeBound(k / templateDuration, template) > room) continue
      // Strain of 1e-21 has squares that float32 does not hold.
      all[2 * i * bins + k] = plus.re[k]! * 1e21
      all[(2 * i + 1) * bins + k] = plus.im[k]! * 1e21
    }
  }
  await writeFile(join(folder, 'templates.f32'), all)
  await writeFile(join(folder, 'bank.json'), JSON.stringify({ ...band, templates: templates.length, triggers, bins }))
}
