import { expect, it } from 'vitest'
import { normal, randomKey } from '../../core/index.ts'
import { psd } from '../../signal/index.ts'
import { detectorNoise } from './detector-noise.ts'

const sampleRate = 1024
const options = { sampleRate, psdSegment: 4, gateThreshold: 50, minimumFrequency: 20 }
const welch = { sampleRate, segmentLength: 4 * sampleRate, average: 'median' } as const
const noise = (seconds = 32) => Float64Array.from(normal(randomKey(8), seconds * sampleRate))

/** Mean of a PSD from 30 to 400 Hz, of white noise of variance 1 as one. */
const level = ({ values }: { readonly values: Float64Array }): number =>
  values.subarray(120, 1601).reduce((sum, value) => sum + value, 0) / 1481 / (2 / sampleRate)

it('the PSD of strain with a glitch is that of the strain around it', () => {
  const clean = detectorNoise({ ...options, strain: noise() })
  expect(clean.gates).toEqual([])
  expect(clean.psd).toEqual(psd(noise(), welch))
  const strain = noise()
  for (let i = 0; i < 200; i++) strain[11 * sampleRate + i]! += 1e6 * Math.sin(i * i)
  const spoilt = strain.slice()
  const { gates, psd: around } = detectorNoise({ ...options, strain })
  expect(gates).toHaveLength(1)
  const [[from, to]] = gates as [[number, number]]
  expect(around).toEqual(psd([noise().subarray(0, from), noise().subarray(to)], welch))
  // A few segments less: their median scatters, its mean over so many bins by far less.
  expect(Math.abs(level(around) - level(clean.psd))).toBeLessThan(0.04)
  expect(level(psd(spoilt, welch))).toBeGreaterThan(1.15)
})

it('the PSD of strain that is gated nearly everywhere is of all of it', () => {
  const strain = noise(12)
  for (let second = 1; second < 12; second++) strain[second * sampleRate]! += 1e4
  const before = strain.slice()
  const { gates, psd: all } = detectorNoise({ ...options, strain })
  expect(gates.length).toBeGreaterThan(0)
  expect(all).toEqual(psd(before, welch))
})

it('strain too short for a PSD is refused', () => {
  expect(() => detectorNoise({ ...options, strain: noise(7) })).toThrow(/7 s of strain are too short .* at least 8 s/)
})
