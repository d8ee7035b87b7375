import { expect, test } from 'vitest'
import { readFixture, type SignalsGolden } from './testing/golden.ts'
import {
  chirpStartFrequencyBound,
  chirpTimeBound,
  finalSpinBound,
  iscoFrequency,
  mergeTimeBound,
  ringdownTimeBound,
} from './time-bounds.ts'

test.each(readFixture<SignalsGolden>('signals.json').bounds)('bounds are LALSimulation’s: $parameters', golden => {
  const [mass1Solar, mass2Solar, spin1z, spin2z] = golden.parameters
  const binary = { mass1Solar, mass2Solar, spin1z, spin2z }
  const ratios = [
    chirpTimeBound(golden.frequency, binary) / golden.chirp_time,
    chirpStartFrequencyBound(3, binary) / golden.start_frequency,
    finalSpinBound(binary) / golden.final_spin,
    mergeTimeBound(binary) / golden.merge_time,
    ringdownTimeBound(binary, golden.final_spin) / golden.ringdown_time,
  ]
  for (const ratio of ratios) expect(Math.abs(ratio - 1)).toBeLessThan(1e-13)
})

test('the innermost stable orbit of two bodies of 1 solar mass in all is at 4397 Hz', () => {
  const binary = { mass1Solar: 0.5, mass2Solar: 0.5 }
  expect(iscoFrequency(binary)).toBeCloseTo(4397.17, 1)
  expect(iscoFrequency(binary, { radius: 9 }) / iscoFrequency(binary)).toBeCloseTo((6 / 9) ** 1.5, 12)
})
