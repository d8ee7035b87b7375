import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { antennaPattern, delayFromGeocentre } from './antenna-pattern.ts'
import { responseTable } from './detector-response.ts'
import { detectorNamed, detectors } from './detectors.ts'
import { GpsTime } from './gps-time.ts'
import { projectStrain, projectStrains } from './project-strain.ts'
import { largestDifference } from './testing/golden.ts'

const sampleRate = 2048
const wave = {
  rightAscension: 1.95,
  declination: -1.27,
  polarization: 0.82,
  time: GpsTime.parse('1126259462.42'),
}

/** A burst around `centre` seconds, whose value is known at any time: a Gaussian of 20 ms times a cosine. */
const burst = (time: number, { centre = 0.5, frequency = 150, phase = 0 } = {}): number =>
  Math.exp(-(((time - centre) / 0.02) ** 2)) * Math.cos(2 * Math.PI * frequency * (time - centre) + phase)

const sampled = (at: (time: number) => number, samples = sampleRate): Float64Array =>
  Float64Array.from({ length: samples }, (_, n) => at(n / sampleRate))

const plus = sampled(time => burst(time))
const cross = sampled(time => burst(time, { phase: 1 }))

describe('projectStrain', () => {
  it('is the wave at the delayed times, to 1e-13 of its height, for every detector', () => {
    const strain = projectStrain({ plus, cross }, detectors, wave, { sampleRate })
    for (const [i, detector] of detectors.entries()) {
      const pattern = antennaPattern(detector, wave)
      const delay = delayFromGeocentre(detector, wave)
      const expected = sampled(
        time => pattern.plus * burst(time - delay) + pattern.cross * burst(time - delay, { phase: 1 }),
      )
      expect(largestDifference(strain[i]!, expected)).toBeLessThan(1e-13)
    }
  })

  it('takes a signal anywhere in the band, of any number of samples', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 100, max: 900, noNaN: true }),
        fc.integer({ min: 1500, max: 2500 }),
        fc.double({ min: 0, max: 6.28, noNaN: true }),
        (frequency, samples, rightAscension) => {
          const [h1] = detectors
          const options = { frequency, centre: 0.3 }
          const zero = new Float64Array(samples)
          const signal = sampled(time => burst(time, options), samples)
          const moved = { ...wave, rightAscension }
          const [strain] = projectStrain({ plus: zero, cross: signal }, [h1!], moved, { sampleRate })
          const delay = delayFromGeocentre(h1!, moved)
          const factor = antennaPattern(h1!, moved).cross
          const expected = sampled(time => factor * burst(time - delay, options), samples)
          expect(largestDifference(strain!, expected)).toBeLessThan(1e-12)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('loses what a delay moves over an end, and brings none of it back at the other', () => {
    // A burst whose middle is 5 ms inside the span: light needs up to 21 ms from the geocentre.
    for (const centre of [0.005, 1 - 0.005])
      for (let turn = 0; turn < 6; turn++) {
        const turned = { ...wave, rightAscension: turn }
        const edge = sampled(time => burst(time, { centre, frequency: 300 }))
        const strain = projectStrain({ plus: edge, cross: edge }, detectors, turned, { sampleRate })
        for (const row of strain) {
          const far = centre < 0.5 ? row.subarray(sampleRate / 2) : row.subarray(0, sampleRate / 2)
          expect(Math.max(...far.map(Math.abs))).toBeLessThan(2e-3)
        }
      }
  })

  it('keeps strain of 1e-21 as it keeps any other', () => {
    const small = (x: Float64Array) => x.map(value => value * 2 ** -70)
    const [strain] = projectStrain({ plus, cross }, detectors, wave, { sampleRate })
    const [scaled] = projectStrain({ plus: small(plus), cross: small(cross) }, detectors, wave, { sampleRate })
    expect(scaled).toEqual(small(strain!))
  })
})

describe('projectStrains', () => {
  const waves = [wave, { ...wave, declination: 0.3 }, { ...wave, rightAscension: 4 }]
  const signals = new Float64Array(waves.length * 2 * sampleRate)
  for (let i = 0; i < waves.length; i++) {
    signals.set(plus, 2 * i * sampleRate)
    signals.set(cross, (2 * i + 1) * sampleRate)
  }

  it('gives each wave what it gets alone, to the bit, in the memory given', () => {
    const bytes = waves.length * detectors.length * sampleRate * 8
    const out = new Float64Array(new SharedArrayBuffer(bytes)).fill(Number.NaN)
    expect(projectStrains(signals, responseTable(detectors, waves), { sampleRate, out })).toBe(out)
    for (const [i, each] of waves.entries()) {
      const alone = projectStrain({ plus, cross }, detectors, each, { sampleRate })
      for (const [d, row] of alone.entries()) {
        const at = (i * detectors.length + d) * sampleRate
        expect(out.slice(at, at + sampleRate)).toEqual(row)
      }
    }
  })

  it('moves a signal by any shift, whole seconds included', () => {
    const [h1] = detectors
    const shifts = [0.4321, -0.25, 3]
    // Memory that was used before: what no signal reaches must become zero.
    const out = new Float64Array(waves.length * sampleRate).fill(Number.NaN)
    const strain = projectStrains(signals, responseTable([h1!], waves, { shifts }), { sampleRate, out })
    for (const [i, each] of waves.entries()) {
      const pattern = antennaPattern(h1!, each)
      const late = delayFromGeocentre(h1!, each) + shifts[i]!
      const expected = sampled(
        time => pattern.plus * burst(time - late) + pattern.cross * burst(time - late, { phase: 1 }),
      )
      const row = strain.subarray(i * sampleRate, (i + 1) * sampleRate)
      expect(largestDifference(row, expected)).toBeLessThan(1e-13)
    }
  })

  it('interpolates up to the first sample: an impulse near it becomes a sinc', () => {
    const impulse = new Float64Array(2 * sampleRate)
    impulse[3] = 1
    const [h1] = detectors
    const { values } = responseTable([h1!], [wave])
    const [factor, delay] = [values[0]!, values[2]!]
    const shifts = [1.3 / sampleRate - delay]
    const strain = projectStrains(impulse, responseTable([h1!], [wave], { shifts }), { sampleRate })
    for (let n = 0; n < 10; n++) {
      const x = Math.PI * (n - 4.3)
      // To the difference of a sinc and its sum over the circle of the transform.
      expect(strain[n]! / factor).toBeCloseTo(Math.sin(x) / x, 5)
    }
  })

  it('refuses arrays that do not fit the table', () => {
    const table = responseTable([detectorNamed('H1')], waves)
    expect(() => projectStrains(signals.subarray(1), table, { sampleRate })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.projectStrains: waveforms has 12287 values, expected [3 signals, 2, samples]]`,
    )
    expect(() =>
      projectStrains(signals, table, { sampleRate, out: new Float64Array(3) }),
    ).toThrowErrorMatchingInlineSnapshot(`[QuadrupoleError: gw.projectStrains: out has 3 values, expected 6144]`)
    expect(() => projectStrains(signals, table, { sampleRate: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.projectStrains: expected a positive sampleRate in Hz, got 0]`,
    )
  })
})
