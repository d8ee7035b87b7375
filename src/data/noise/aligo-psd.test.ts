import { describe, expect, it } from 'vitest'
import { aligoDesignPsd } from './aligo-psd.ts'
import golden from './fixtures/design-psd.json' with { type: 'json' }
import { quantumNoisePsd } from './quantum-noise.ts'

const relative = (value: number, expected: number) => Math.abs(value / expected - 1)

describe('the noise of Advanced LIGO by formula', () => {
  it('is that of LALSimulation, within 1e-8', () => {
    const worst = Math.max(...golden.frequencies.map((f, i) => relative(aligoDesignPsd(f), golden.design[i]!)))
    expect(worst).toBeLessThan(1e-8)
  })

  it('has the published levels', () => {
    const levels = { 15: 3.885e-23, 20: 2.07e-23, 100: 3.903e-24, 1000: 5.226e-24 }
    for (const [f, level] of Object.entries(levels))
      expect(relative(Math.sqrt(aligoDesignPsd(Number(f))), level)).toBeLessThan(2e-4)
  })

  it('is infinite at zero frequency', () => {
    expect(aligoDesignPsd(0)).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('quantum noise', () => {
  it('is that of LALSimulation for any interferometer, within 1e-8', () => {
    for (const { frequency, instrument, psd } of golden.quantum)
      expect(relative(quantumNoisePsd(frequency, instrument), psd)).toBeLessThan(1e-8)
  })
})
