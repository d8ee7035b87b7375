import { describe, expect, it } from 'vitest'
import { randomKey } from '../../core/index.ts'
import { fourierTransform, GpsTime, optimalSnr } from '../../gw/index.ts'
import { whiten } from '../../signal/index.ts'
import { aligoDesignPsd } from '../noise/aligo-psd.ts'
import { psdSpectrum } from '../noise/noise-curve.ts'
import { glitchesIn } from './draw-glitches.ts'
import golden from './fixtures/glitches.json' with { type: 'json' }
import type { Glitch, GlitchFamily, GlitchParameters } from './glitch.ts'
import { glitchModel } from './glitch-model.ts'
import { glitchPopulation } from './glitch-population.ts'
import { glitchStrain, glitchSupport, renderGlitch } from './render-glitch.ts'
import { glitchFamilies, shapeOf } from './shapes/shapes.ts'

const start = GpsTime.fromSeconds(1_238_205_077)
const sampleRate = 2048
const model = glitchModel({ psd: aligoDesignPsd, sampleRate })

const glitchOf = <Family extends GlitchFamily>(family: Family, parameters: GlitchParameters[Family], snr = 30) =>
  ({ family, detector: 'H1', time: start.plus(0.1234567), snr, parameters }) as unknown as Glitch

/** Largest difference, in units of the largest value. */
const relativeError = (values: ArrayLike<number>, expected: readonly number[]): number => {
  const scale = Math.max(...expected.map(Math.abs))
  return Math.max(...expected.map((value, i) => Math.abs(values[i]! - value))) / scale
}

describe('the formulas of glitches', () => {
  const cases = golden.cases.map(each => ({ ...each, name: `${each.family} at SNR ${each.snr.toFixed(0)}` }))

  it.each(cases)('$name has the shape that NumPy computes, within 1e-10', ({ family, parameters, formula }) => {
    if (formula === undefined) return
    const at = shapeOf(family as GlitchFamily).formula(parameters as unknown as Record<string, number>)
    expect(relativeError(formula.times.map(at), formula.values)).toBeLessThan(1e-10)
  })

  it.each(cases)('$name is the strain that NumPy makes of it, within 1e-10', ({ family, parameters, snr, ...rest }) => {
    const coarse = glitchModel({
      psd: aligoDesignPsd,
      sampleRate: golden.sampleRate,
      population: glitchPopulation({ families: { spike: 1 } }),
    })
    const time = GpsTime.fromNanoseconds(start.nanoseconds + BigInt(rest.nanoseconds))
    const glitch = { family, parameters, detector: 'L1', time, snr } as unknown as Glitch
    const { firstSample, samples } = glitchSupport(glitch, coarse)
    expect(firstSample - start.seconds * golden.sampleRate).toBe(rest.strain.firstSample)
    expect(samples).toBe(rest.strain.samples)
    const values = renderGlitch(glitch, coarse)
    expect(values.length).toBe(samples)
    expect(
      relativeError(
        rest.strain.picked.map(i => values[i]!),
        rest.strain.values,
      ),
    ).toBeLessThan(1e-10)
  })

  it('cover all families', () => {
    expect(new Set(golden.cases.map(({ family }) => family))).toEqual(new Set(glitchFamilies))
  })
})

describe('the strain of a glitch', () => {
  it('has the SNR that was drawn, against the PSD and in any window, within 1e-3', () => {
    const spectrum = psdSpectrum(aligoDesignPsd, { sampleRate, resolution: 1 / 32 })
    for (const family of glitchFamilies) {
      const population = glitchPopulation({ rate: 1 / 30, families: { [family]: 1 } })
      const glitches = glitchesIn(population, { key: randomKey(3), detector: 'H1' }, { start, end: start.plus(300) })
      expect(glitches.length).toBeGreaterThan(2)
      for (const glitch of glitches) {
        const strain = glitchStrain(glitch, model)
        const snr = optimalSnr(fourierTransform(strain, { samples: 32 * sampleRate }), {
          psd: spectrum,
          lowFrequency: 15,
        })
        expect(Math.abs(snr / glitch.snr - 1), family).toBeLessThan(1e-3)
      }
    }
  })

  it('lies around its time and ends where it says', () => {
    for (const family of glitchFamilies) {
      const population = glitchPopulation({ rate: 1 / 10, families: { [family]: 1 } })
      const [glitch] = glitchesIn(population, { key: randomKey(4), detector: 'H1' }, { start, end: start.plus(100) })
      const strain = glitchStrain(glitch!, model)
      const { values } = strain
      const power = values.reduce((sum, value) => sum + value * value, 0)
      const mean = values.reduce((sum, value, n) => sum + value * value * n, 0) / power / sampleRate
      expect(Math.abs(strain.t0.plus(mean).minus(glitch!.time)), family).toBeLessThan(0.5)
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
      // The filter's last taps at its ends; steps and spikes begin at once.
      const isSudden = family === 'step' || family === 'spike'
      expect(Math.abs(values.at(-1)!) / largest, family).toBeLessThan(family === 'spike' ? 1.1 : 1e-6)
      if (!isSudden) expect(Math.abs(values[0]!) / largest, family).toBeLessThan(1e-6)
    }
  })

  it('follows its time by fractions of a sample', () => {
    const early = glitchOf('blip', { frequency: 100, quality: 2, phase: 1 })
    const strainAt = (glitch: Glitch) => fourierTransform(glitchStrain(glitch, model), { samples: 16 * sampleRate })
    const shift = 0.000_123_456
    const a = strainAt(early)
    const b = strainAt({ ...early, time: early.time.plus(shift) }).withOrigin(a.t0)
    for (const frequency of [50, 100, 200, 400]) {
      const k = Math.round(frequency / a.resolution)
      const phase = Math.atan2(a.re[k]! * b.im[k]! - a.im[k]! * b.re[k]!, a.re[k]! * b.re[k]! + a.im[k]! * b.im[k]!)
      expect(phase).toBeCloseTo(-2 * Math.PI * a.frequencyOf(k) * shift, 9)
    }
  })

  it('is refused where the window is too short or nothing of it is in the band', () => {
    expect(() =>
      glitchStrain(
        glitchOf('scattered-light', {
          peakFrequency: 30,
          archDuration: 5,
          arches: 4,
          harmonics: 1,
          harmonicRatio: 0.5,
          phase: 0,
        }),
        model,
      ),
    ).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.glitchStrain: a scattered-light of 20 s is longer than the 14 s that there is room for]`,
    )
    expect(() =>
      glitchStrain(
        glitchOf('power-line', { lineFrequency: 60, duration: 0.5, harmonics: 0, harmonicRatio: 0.5, phase: 0 }),
        model,
      ),
    ).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.glitchStrain: a power-line has no power from 15 to 1024 Hz]`,
    )
    expect(() => glitchModel({ psd: aligoDesignPsd, sampleRate: 512 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.glitchModel: a sine-gaussian can be at 500 Hz, the band is from 15 to 256 Hz; narrow its ranges in glitchPopulation]`,
    )
    expect(() => glitchModel({ psd: aligoDesignPsd, sampleRate, lowFrequency: 30 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: data.glitchModel: a sine-gaussian can be at 20 Hz, the band is from 30 to 1024 Hz; narrow its ranges in glitchPopulation]`,
    )
  })
})

describe('whitened glitches', () => {
  const psd = psdSpectrum(aligoDesignPsd, { sampleRate, resolution: 1 / 4 })

  /** Whitened strain of a glitch in 16 s around its time, which is at 8 s. */
  const whitened = (glitch: Glitch): Float64Array => {
    const strain = glitchStrain(glitch, model)
    const values = new Float64Array(16 * sampleRate)
    values.set(strain.values, Math.round((8 + strain.t0.minus(glitch.time)) * sampleRate))
    return whiten(values, { psd, sampleRate, filterDuration: 2, highPass: 15 })
  }

  /** Mean frequency and its spread, and how long it takes, both by power. */
  const momentsOf = (values: Float64Array, from = 0, to = 16) => {
    const part = values.map((value, n) => (n >= from * sampleRate && n < to * sampleRate ? value : 0))
    const { re, im } = fourierTransform(seriesOf(part))
    const powers = re.map((value, k) => value ** 2 + im[k]! ** 2)
    const moment = (weights: Float64Array, unit: number) => {
      const total = weights.reduce((sum, weight) => sum + weight, 0)
      const mean = weights.reduce((sum, weight, i) => sum + weight * i, 0) / total
      const variance = weights.reduce((sum, weight, i) => sum + weight * (i - mean) ** 2, 0) / total
      return { mean: mean * unit, deviation: Math.sqrt(variance) * unit }
    }
    return {
      frequency: moment(powers, 1 / 16),
      time: moment(
        part.map(value => value ** 2),
        1 / sampleRate,
      ),
    }
  }
  const seriesOf = (values: Float64Array) =>
    glitchStrain(glitchOf('spike', { samples: 1, sign: 1 }), model).with({ values })

  it('are where their parameters say: sine-Gaussians at f with a spread of f / Q sqrt(1/2)', () => {
    for (const [frequency, quality] of [
      [40, 20],
      [150, 8],
      [480, 60],
    ] as const) {
      const moments = momentsOf(whitened(glitchOf('sine-gaussian', { frequency, quality, phase: 0.7 })))
      expect(moments.frequency.mean / frequency).toBeCloseTo(1, 2)
      expect((moments.frequency.deviation * quality) / frequency).toBeCloseTo(Math.SQRT1_2, 1)
      const width = quality / (Math.SQRT2 * Math.PI * frequency)
      expect(moments.time.deviation / (width / 2)).toBeCloseTo(1, 1)
      expect(moments.time.mean).toBeCloseTo(8, 2)
    }
  })

  it('are short and broad for blips, longer and lower for tomtes and low-frequency bursts', () => {
    const values = whitened(glitchOf('blip', { frequency: 120, quality: 2, phase: 0 }))
    const blip = momentsOf(values)
    const powerIn = (from: number, to: number) =>
      values.slice(from * sampleRate, to * sampleRate).reduce((sum, value) => sum + value ** 2, 0)
    // The rest is what the end of the band at 15 Hz leaves ringing.
    expect(powerIn(7.99, 8.01) / powerIn(0, 16)).toBeGreaterThan(0.98)
    expect(blip.frequency.deviation).toBeGreaterThan(60)
    const tomte = momentsOf(whitened(glitchOf('tomte', { frequency: 40, quality: 3, phase: 0 })))
    expect(tomte.time.deviation).toBeGreaterThan(0.008)
    expect(tomte.frequency.mean).toBeGreaterThan(35)
    expect(tomte.frequency.mean).toBeLessThan(80)
    const burst = momentsOf(
      whitened(glitchOf('low-frequency-burst', { frequency: 30, width: 0.2, drift: 0, phase: 0 })),
    )
    expect(burst.time.deviation).toBeCloseTo(0.2 / Math.SQRT2, 2)
    expect(burst.frequency.mean).toBeCloseTo(30, 0)
  })

  it('sweep as whistles: high, low and high again', () => {
    const values = whitened(glitchOf('whistle', { lowFrequency: 100, sweep: 500, duration: 1, phase: 0 }))
    // Pieces of 50 ms at the times at which the frequency is 100 + 500 |t| / 0.5 Hz.
    for (const time of [-0.3, -0.2, -0.1, 0.1, 0.2, 0.3]) {
      const { frequency } = momentsOf(values, 8 + time - 0.025, 8 + time + 0.025)
      expect(Math.abs(frequency.mean - (100 + 1000 * Math.abs(time)))).toBeLessThan(15)
    }
  })

  it('rise and fall as arches of scattered light, F |sin|', () => {
    const parameters = { peakFrequency: 60, archDuration: 3, arches: 2, harmonics: 1, harmonicRatio: 0.5, phase: 0 }
    const values = whitened(glitchOf('scattered-light', parameters))
    for (const time of [-2, -1.5, -1, 1, 1.5, 2]) {
      const { frequency } = momentsOf(values, 8 + time - 0.1, 8 + time + 0.1)
      expect(Math.abs(frequency.mean - 60 * Math.abs(Math.sin((Math.PI * (time + 3)) / 3)))).toBeLessThan(4)
    }
  })

  it('are lines of the mains, and bursts over all of the band', () => {
    const line = momentsOf(
      whitened(
        glitchOf('power-line', { lineFrequency: 60, duration: 0.8, harmonics: 1, harmonicRatio: 0.5, phase: 0 }),
      ),
    )
    expect(line.frequency.mean).toBeCloseTo(60, 0)
    expect(line.frequency.deviation).toBeLessThan(3)
    const loud = momentsOf(whitened(glitchOf('extremely-loud', { duration: 0.5, highFrequency: 500, seed: 5 }, 5000)))
    expect(loud.frequency.mean).toBeGreaterThan(200)
    // Uniform from 16 to 500 Hz: 484 / sqrt(12).
    expect(loud.frequency.deviation).toBeGreaterThan(115)
    expect(loud.frequency.deviation).toBeLessThan(165)
  })

  it('is one sample for a spike, of thousands of the standard deviation of noise', () => {
    const spike = glitchOf('spike', { samples: 1, sign: -1 }, 3000)
    const strain = glitchStrain(spike, model)
    expect(strain.length).toBe(1)
    expect(strain.t0.minus(spike.time)).toBeGreaterThanOrEqual(0)
    expect(strain.t0.minus(spike.time)).toBeLessThan(1 / sampleRate)
    expect(whitened(spike).reduce((most, value) => Math.max(most, Math.abs(value)), 0)).toBeGreaterThan(1000)
  })
})
