import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { pythonOf } from '../../bench/harness/environment.ts'
import { randomKey, uniform } from '../../src/core/index.ts'
import { type BinaryParameters, imrPhenomDSpectrum, signals } from '../../src/waveforms/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'quadrupole-waveforms-'))
afterAll(() => rmSync(folder, { recursive: true }))

const draws = 300

/** Binaries drawn evenly over the logarithm of total mass and mass ratio, and over everything else. */
function binariesOf(
  seed: number,
  { masses, ratio }: { readonly masses: readonly [number, number]; readonly ratio: number },
) {
  const values = uniform(randomKey(seed), 7 * draws)
  return Array.from({ length: draws }, (_, i): Required<BinaryParameters> => {
    const [m, q, s1, s2, d, cosine, phase] = values.subarray(7 * i, 7 * i + 7) as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ]
    const total = masses[0] * (masses[1] / masses[0]) ** m
    const heavier = total / (1 + ratio ** -q)
    return {
      mass1Solar: heavier,
      mass2Solar: total - heavier,
      spin1z: 2 * s1 - 1,
      spin2z: 2 * s2 - 1,
      distanceMpc: 10 ** (1 + 3 * d),
      inclination: Math.acos(2 * cosine - 1),
      phase: 2 * Math.PI * phase,
      referenceFrequency: 20,
    }
  })
}

interface Case {
  readonly settings: Readonly<Record<string, unknown>>
  readonly binary: Required<BinaryParameters>
  readonly ours: Float64Array
}

/** What Python makes of the cases: an object of numbers each. */
function compare(cases: readonly Case[]): Readonly<Record<string, number>>[] {
  for (const [i, { ours }] of cases.entries()) writeFileSync(join(folder, `${i}.bin`), ours)
  const described = cases.map(({ settings, binary }) => ({ ...settings, parameters: Object.values(binary) }))
  writeFileSync(join(folder, 'cases.json'), JSON.stringify(described))
  const script = join(import.meta.dirname, 'waveforms.py')
  const { stdout, stderr } = spawnSync(pythonOf('science'), [script, folder], { encoding: 'utf8' })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout)
}

const largest = (results: readonly Readonly<Record<string, number>>[], key: string) =>
  results.reduce((worst, result) => Math.max(worst, result[key]!), 0)

test('spectra are LALSimulation’s in every bin', { timeout: 300_000 }, () => {
  const grid = { resolution: 0.25, minimum: 15, maximum: 2048 }
  const options = { resolution: 0.25, minimumFrequency: 15, maximumFrequency: 2048 }
  const cases = binariesOf(1, { masses: [2, 400], ratio: 4000 }).map(binary => {
    const { plus, cross } = imrPhenomDSpectrum(binary, options)
    const ours = [plus.re, cross.re, plus.im, cross.im].flatMap(part => Array.from(part))
    return { settings: { kind: 'grid', ...grid }, binary, ours: Float64Array.from(ours) }
  })
  const results = compare(cases)
  expect(results.length).toBe(draws)
  expect(largest(results, 'mismatch')).toBeLessThan(1e-9)
  expect(largest(results, 'amplitude')).toBeLessThan(1e-6)
  expect(largest(results, 'phase')).toBeLessThan(1e-6)
  process.stdout.write(`spectra: ${['mismatch', 'amplitude', 'phase'].map(key => `${key} ${largest(results, key)}`)}\n`)
})

test('signals are LALSimulation’s', { timeout: 300_000 }, () => {
  const rate = 2048
  const cases = binariesOf(2, { masses: [20, 300], ratio: 15 }).map(binary => {
    const duration = 64
    const merger = 62 * rate
    const both = signals([binary], { sampleRate: rate, duration, mergerTime: 62, minimumFrequency: 20 })
    return { settings: { kind: 'signal', rate, minimum: 20, merger }, binary, ours: both.slice(0, duration * rate) }
  })
  const results = compare(cases)
  expect(results.length).toBe(draws)
  expect(largest(results, 'mismatch')).toBeLessThan(1e-6)
  // LALSimulation starts a filter from rest at the signal's end, which costs a retrograde merger 1.7e-6 of its norm.
  expect(largest(results, 'norm')).toBeLessThan(3e-6)
  process.stdout.write(`signals: ${['mismatch', 'norm'].map(key => `${key} ${largest(results, key)}`)}\n`)
})
