import { createWorkerPool, randomKey, uniform } from 'quadrupole/core'
import { detectorNamed, GpsTime, type ResponseTable, responseTable } from 'quadrupole/gw'
import {
  type BinaryParameters,
  createParallelWaveforms,
  imrPhenomDSpectrum,
  signals,
  strains,
} from 'quadrupole/waveforms'
import type { Bench, BenchCase } from './harness/bench.ts'

const window = { sampleRate: 2048, duration: 8, mergerTime: 7 } as const

const heavy: BinaryParameters = {
  mass1Solar: 36,
  mass2Solar: 29,
  spin1z: 0.3,
  spin2z: -0.4,
  distanceMpc: 400,
  inclination: 0.7,
  phase: 1.2,
  referenceFrequency: 20,
}
const light: BinaryParameters = { ...heavy, mass1Solar: 12, mass2Solar: 10, spin2z: 0.1 }

/** What the bar says: three times as fast as LALSimulation, a core each or two. */
const bar = 1 / 3

/** Binaries of MLGWSC-1's data set 1 and the responses of H1 and L1 to them. */
function population(count: number): { readonly binaries: BinaryParameters[]; readonly table: ResponseTable } {
  const draws = uniform(randomKey(1), 7 * count)
  const columns = Array.from({ length: count }, (_, i) => draws.subarray(7 * i, 7 * i + 7))
  const binaries = columns.map(([m1, m2, cosine, phase]) => ({
    ...heavy,
    mass1Solar: 10 + 40 * m1!,
    mass2Solar: 10 + 40 * m2!,
    spin1z: 0,
    spin2z: 0,
    inclination: Math.acos(2 * cosine! - 1),
    phase: 2 * Math.PI * phase!,
  }))
  const waves = columns.map(([, , , , ra, sine, psi]) => ({
    rightAscension: 2 * Math.PI * ra!,
    declination: Math.asin(2 * sine! - 1),
    polarization: Math.PI * psi!,
    time: GpsTime.parse('1126259462'),
  }))
  return { binaries, table: responseTable([detectorNamed('H1'), detectorNamed('L1')], waves) }
}

/** `signals` where the window holds all of it, as LALSimulation's does. */
function signalCase(name: string, binary: BinaryParameters, duration: number): BenchCase {
  return {
    name,
    bar,
    setUp: () => {
      const options = { ...window, duration, mergerTime: duration - 0.25 }
      const out = new Float64Array(2 * window.sampleRate * duration)
      return { run: () => void signals([binary], { ...options, out }) }
    },
  }
}

const cases: readonly BenchCase[] = [
  {
    name: 'spectrum, 8193 bins',
    bar: 1,
    setUp: () => {
      const grid = { resolution: 1 / 8, minimumFrequency: 20, maximumFrequency: 1024 }
      return { run: () => void imrPhenomDSpectrum(heavy, grid) }
    },
  },
  signalCase('signal, 36 + 29 solar masses', heavy, 4),
  signalCase('signal, 12 + 10 solar masses', light, 16),
  {
    name: '64 strains H1 L1, 8 s, one core',
    bar,
    setUp: () => {
      const { binaries, table } = population(64)
      const out = new Float64Array(64 * 2 * 8 * 2048)
      return { run: () => void strains(binaries, table, { ...window, out }) }
    },
  },
  {
    // 128 ms are 2,000 a second.
    name: '256 strains H1 L1, 8 s, two cores',
    bar,
    setUp: () => {
      const { binaries, table } = population(256)
      const pool = createWorkerPool({ size: 2 })
      const waveforms = createParallelWaveforms(pool)
      const out = new Float64Array(new SharedArrayBuffer(8 * 256 * 2 * 8 * 2048))
      return {
        run: async () => {
          await waveforms.strains(binaries, table, { ...window, out })
        },
        close: () => pool.close(),
      }
    },
  },
]

export const bench: Bench = { rival: { environment: 'science', script: 'waveforms.py' }, cases }
