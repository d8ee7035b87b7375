import { expect, it } from 'vitest'
import { normal, randomKey } from '../../core/index.ts'
import { gateGlitches } from './gate-glitches.ts'

const sampleRate = 1024
const psd = { values: new Float64Array(2 * 1024 + 1).fill(2 / sampleRate), resolution: 0.25 }
const options = { psd, sampleRate, threshold: 50, minimumFrequency: 20 }
const noise = () => Float64Array.from(normal(randomKey(5), 32 * sampleRate))

it('leaves noise and a signal of SNR 30 as they are', () => {
  const strain = noise()
  for (let i = 0; i < sampleRate / 4; i++)
    strain[10 * sampleRate + i]! += 3 * Math.sin((2 * Math.PI * 100 * i) / sampleRate)
  const before = strain.slice()
  expect(gateGlitches(strain, options)).toEqual([])
  expect(strain).toEqual(before)
})

it('takes glitches out, the smaller beside the larger too, and tells where', () => {
  const strain = noise()
  const before = strain.slice()
  strain[12 * sampleRate]! += 1e6
  strain[20 * sampleRate]! += 300
  const gates = gateGlitches(strain, options)
  expect(gates).toHaveLength(2)
  for (const [i, second] of [12, 20].entries()) {
    const [from, to] = gates[i]!
    expect(from).toBeLessThanOrEqual((second - 0.5) * sampleRate)
    expect(to).toBeGreaterThanOrEqual((second + 0.5) * sampleRate)
    expect(to - from).toBeLessThan(2.5 * sampleRate)
    expect(strain[second * sampleRate]).toBe(0)
  }
  const outside = (_: number, i: number) => gates.every(([from, to]) => i < from || i >= to)
  expect(strain.filter(outside)).toEqual(before.filter(outside))
  expect(gateGlitches(strain, options)).toEqual([])
})
