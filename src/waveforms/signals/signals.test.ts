import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createWorkerPool } from '../../core/index.ts'
import { detectorNamed, GpsTime, projectStrains, responseTable } from '../../gw/index.ts'
import { rfft } from '../../tensor/fft/index.ts'
import { imrPhenomDSpectrum } from '../phenom-d/phenom-d.ts'
import { binaryOf, readFixture, type SignalsGolden } from '../testing/golden.ts'
import { createParallelWaveforms } from './parallel-waveforms.ts'
import { signals, spectra, strains } from './signals.ts'

const golden = readFixture<SignalsGolden>('signals.json')
const binary = binaryOf([30, 20, 0.3, -0.4, 400, 0.3, 0.4, 20])
const heavy = binaryOf([70, 60, -0.2, 0.4, 900, 2.3, 1.4, 0])
/** It holds the whole of either signal, and the other one the end of it. */
const window = { sampleRate: 2048, duration: 8, mergerTime: 6 }
const short = { ...window, duration: 1, mergerTime: 0.9 }
const samples = 8 * 2048

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]! * 1e40
  return sum
}
const mismatch = (a: ArrayLike<number>, b: ArrayLike<number>) => 1 - dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
const largest = (a: ArrayLike<number>) => Array.from(a, Math.abs).reduce((x, y) => Math.max(x, y), 0)
/** The largest difference of two signals over the largest value. */
const difference = (a: Float64Array, b: Float64Array) => largest(a.map((x, i) => x - b[i]!)) / largest(b)

describe('signals', () => {
  const { buffer, byteOffset } = readFileSync(new URL('../fixtures/signals.bin', import.meta.url))
  const theirs = new Float32Array(buffer.slice(byteOffset))
  let at = 0
  const cases = golden.signals.map((each, i) => {
    const rows = i === 0 ? 2 : 1
    const series = theirs.subarray(at, (at += rows * each.length))
    return { ...each, series, rows, title: `${each.parameters.slice(0, 4)} at ${each.sample_rate} Hz` }
  })

  test.each(cases)('are those of LALSimulation, conditioned by it: $title', each => {
    const { length, sample_rate: sampleRate, rows, series } = each
    const ours = signals([binaryOf(each.parameters)], {
      sampleRate,
      duration: length / sampleRate,
      mergerTime: each.merger / sampleRate,
      minimumFrequency: each.minimum_frequency,
    })
    for (let row = 0; row < rows; row++) {
      const part = <T extends Float32Array | Float64Array>(all: T) => all.subarray(row * length, (row + 1) * length)
      const [a, b] = [part(ours), part(series)]
      // Measured: 7e-8 and 1e-7, from a fade and a filter that are exchanged.
      expect(mismatch(a, b)).toBeLessThan(1e-6)
      expect(Math.abs(Math.sqrt(dot(a, a) / dot(b, b)) - 1)).toBeLessThan(1e-6)
    }
  })

  test('put the merger at any fraction of a sample, exactly', () => {
    const shift = 0.37
    const near = signals([binary], window).subarray(0, samples)
    const later = signals([binary], { ...window, mergerTime: 6 + shift / 2048 }).subarray(0, samples)
    const [a, b] = [rfft(near, samples), rfft(later, samples)]
    const turned = a.re.map((_, k) => {
      const angle = (2 * Math.PI * k * shift) / samples
      return Math.hypot(
        a.re[k]! * Math.cos(angle) + a.im[k]! * Math.sin(angle) - b.re[k]!,
        a.im[k]! * Math.cos(angle) - a.re[k]! * Math.sin(angle) - b.im[k]!,
      )
    })
    expect(largest(turned)).toBeLessThan(1e-8 * largest(a.re))
  })

  test('are zero where they have not begun or have ended, and nothing wraps round', () => {
    const long = signals([binary], { ...window, duration: 64, mergerTime: 40 }).subarray(0, 64 * 2048)
    const first = long.findIndex(x => x !== 0)
    const last = long.findLastIndex(x => x !== 0)
    expect((40 * 2048 - first) / 2048).toBeCloseTo(4.16, 2)
    expect((last - 40 * 2048) / 2048).toBeCloseTo(0.0747, 2)
    // Any window shows a part of the same signal.
    const part = signals([binary], { ...window, duration: 1, mergerTime: 0.75, fadeIn: 0 }).subarray(0, 2048)
    const from = (40 - 0.75) * 2048
    expect(difference(part, long.slice(from, from + 2048))).toBeLessThan(1e-12)
    expect(largest(signals([binary], { ...window, mergerTime: -1 }))).toBe(0)
    expect(largest(signals([binary], { ...window, mergerTime: 60 }))).toBe(0)
  })

  test('fade in where the window cuts them off', () => {
    const cut = signals([binary], { ...short, fadeIn: 0 }).subarray(0, 2048)
    const faded = signals([binary], short).subarray(0, 2048)
    const cycle = Math.round(2048 / 20)
    expect(Math.abs(cut[0]!)).toBeGreaterThan(0)
    expect(faded[0]! + 0).toBe(0)
    expect(faded.slice(cycle)).toEqual(cut.slice(cycle))
    expect(faded[cycle / 2]! / cut[cycle / 2]!).toBeCloseTo(0.5, 1)
  })

  test('have the phase of their spectrum: a quarter turn apart face-on', () => {
    const faceOn = { ...binary, inclination: 0 }
    const both = signals([faceOn], window)
    const turned = signals([{ ...faceOn, phase: faceOn.phase + Math.PI / 4 }], window)
    expect(
      difference(
        both.slice(samples),
        turned.slice(0, samples).map(x => -x),
      ),
    ).toBeLessThan(1e-9)
  })
})

describe('strains', () => {
  const detectors = ['H1', 'L1', 'V1'].map(name => detectorNamed(name))
  const wave = (rightAscension: number) => ({
    rightAscension,
    declination: -0.6,
    polarization: 1.1,
    time: GpsTime.parse('1126259462.391'),
  })
  const table = responseTable(detectors, [wave(1.2), wave(4.4)], { shifts: [0.00013, -0.2] })

  test('are the projected signals', () => {
    const direct = strains([binary, heavy], table, window)
    const projected = projectStrains(signals([binary, heavy], window), table, { sampleRate: 2048 })
    for (let i = 0; i < 6; i++) {
      const part = (all: Float64Array) => all.slice(i * samples, (i + 1) * samples)
      expect(difference(part(direct), part(projected))).toBeLessThan(1e-7)
    }
  })

  test('refuse a table of another number of signals', () => {
    expect(() => strains([binary], table, window)).toThrow('expected responses to 1 signals, got a table of 2')
  })
})

describe('batches', () => {
  const binaries = Array.from({ length: 70 }, (_, i) => ({ ...(i % 2 ? heavy : binary), mass1Solar: 31 + i, phase: i }))
  const mergerTime = Float64Array.from(binaries, (_, i) => 0.5 + i / 200)
  const options = { ...short, mergerTime }
  const grid = { resolution: 1, minimumFrequency: 20, maximumFrequency: 1024 }
  const bytes = (a: Float64Array) => Buffer.from(a.buffer, a.byteOffset, a.byteLength)
  const areSame = (a: Float64Array, b: Float64Array) => a.length > 0 && bytes(a).equals(bytes(b))

  test('are the single signals', () => {
    const all = signals(binaries, options)
    expect(all.length).toBe(70 * 2 * 2048)
    const alone = signals([binaries[17]!], { ...options, mergerTime: mergerTime[17]! })
    expect(areSame(all.subarray(34 * 2048, 36 * 2048), alone)).toBe(true)
    const { re, im } = spectra(binaries, grid)
    const single = imrPhenomDSpectrum(binaries[17]!, grid)
    expect(areSame(re.subarray(34 * 1025, 35 * 1025), single.plus.re)).toBe(true)
    expect(areSame(im.subarray(35 * 1025, 36 * 1025), single.cross.im)).toBe(true)
  })

  test('have the same bits for any number of threads', async () => {
    const time = GpsTime.parse('1126259462')
    const waves = binaries.map((_, i) => ({ rightAscension: i, declination: 0.1, polarization: 0.2, time }))
    const table = responseTable([detectorNamed('H1'), detectorNamed('L1')], waves)
    const expected = { series: signals(binaries, options), strain: strains(binaries, table, options) }
    const spectrum = spectra(binaries, grid)
    for (const size of [1, 3]) {
      await using pool = createWorkerPool({ size })
      const waveforms = createParallelWaveforms(pool)
      const out = new Float64Array(new SharedArrayBuffer(expected.series.byteLength))
      const [series, strain, { re, im }] = await Promise.all([
        waveforms.signals(binaries, { ...options, out }),
        waveforms.strains(binaries, table, options),
        waveforms.spectra(binaries, grid),
      ])
      expect(series).toBe(out)
      expect(areSame(series, expected.series)).toBe(true)
      expect(areSame(strain, expected.strain)).toBe(true)
      expect(areSame(re, spectrum.re) && areSame(im, spectrum.im)).toBe(true)
    }
  })

  test('of none are empty', () => {
    expect(signals([], window).length).toBe(0)
  })

  test.each([
    [{ sampleRate: 0 }, 'sampleRate'],
    [{ duration: 1.0001 }, 'a duration of whole samples'],
    [{ minimumFrequency: 1024 }, 'below 1024 Hz'],
    [{ fadeIn: -1 }, 'fadeIn'],
    [{ mergerTime: Number.NaN }, 'got NaN for signal 0'],
    [{ mergerTime: [1, 2] }, 'expected 1 merger times, one a signal, got 2'],
    [{ out: new Float64Array(3) }, 'out has 3 values, expected 32768'],
  ])('refuse %o', (change, message) => {
    expect(() => signals([binary], { ...window, ...change })).toThrow(message)
  })

  test('refuse a signal too long for memory', () => {
    const neutronStars = { ...binary, mass1Solar: 1.4, mass2Solar: 1.4 }
    expect(() => signals([neutronStars], { ...window, minimumFrequency: 0.5 })).toThrow(
      'frequencies at once are too many',
    )
  })

  test('name the binary that is refused', () => {
    expect(() => signals([binary, { ...binary, spin1z: 2 }], window)).toThrow('binary 1: expected a dimensionless spin')
  })

  test('need shared memory in threads', async () => {
    await using pool = createWorkerPool({ size: 1 })
    const out = new Float64Array(32768)
    await expect(createParallelWaveforms(pool).signals([binary], { ...window, out })).rejects.toThrow('shared memory')
  })
})
