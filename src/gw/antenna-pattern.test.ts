import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { antennaPattern, delayBetween, delayFromGeocentre } from './antenna-pattern.ts'
import { lightTravelTime } from './detector-geometry.ts'
import { responseTable } from './detector-response.ts'
import { detectorNamed, detectors } from './detectors.ts'
import { GpsTime } from './gps-time.ts'
import { type GwGolden, largestDifference, readFixture } from './testing/golden.ts'

const golden = readFixture<GwGolden>('gw.json').sky.map(({ time, ra, dec, psi, ...expected }) => ({
  wave: { rightAscension: ra, declination: dec, polarization: psi, time: GpsTime.parse(time) },
  ...expected,
}))
const [h1, l1] = [detectorNamed('H1'), detectorNamed('L1')]

describe('antennaPattern', () => {
  it('is that of LAL to 1e-10, over all the sky, from 1980 to 2040', () => {
    for (const { wave, responses } of golden)
      for (const detector of detectors) {
        const [plus, cross] = responses[detector.name]!
        const found = antennaPattern(detector, wave)
        expect(Math.abs(found.plus - plus)).toBeLessThan(1e-10)
        expect(Math.abs(found.cross - cross)).toBeLessThan(1e-10)
      }
  })

  it('turns with the polarisation: half a turn changes nothing, a quarter the sign', () => {
    fc.assert(
      fc.property(fc.constantFrom(...golden), fc.double({ min: -4, max: 4, noNaN: true }), ({ wave }, polarization) => {
        const at = (angle: number) => antennaPattern(l1, { ...wave, polarization: polarization + angle })
        expect(at(Math.PI).plus).toBeCloseTo(at(0).plus, 12)
        expect(at(Math.PI / 2).plus).toBeCloseTo(-at(0).plus, 12)
        expect(at(Math.PI / 4).plus).toBeCloseTo(at(0).cross, 12)
        expect(Math.hypot(at(0).plus, at(0).cross)).toBeLessThanOrEqual(1)
      }),
    )
  })
})

describe('delays', () => {
  it('are those of LAL to 1e-9 s, from the geocentre and between detectors', () => {
    for (const { wave, responses, h1_minus_l1 } of golden) {
      for (const detector of detectors)
        expect(Math.abs(delayFromGeocentre(detector, wave) - responses[detector.name]![2])).toBeLessThan(1e-9)
      expect(Math.abs(delayBetween(h1, l1, wave) - h1_minus_l1)).toBeLessThan(1e-9)
    }
  })

  it('never exceed the time of light', () => {
    for (const { wave } of golden)
      expect(Math.abs(delayBetween(h1, l1, wave))).toBeLessThanOrEqual(lightTravelTime(h1, l1))
  })
})

describe('responseTable', () => {
  it('holds pattern and delay of each wave and detector, moved by the shifts', () => {
    const waves = golden.slice(0, 5).map(({ wave }) => wave)
    const shifts = [0, 1, -2, 0.5, 1e-4]
    const { values, ...sizes } = responseTable([h1, l1], waves, { shifts })
    const expected = waves.flatMap((wave, i) =>
      [h1, l1].flatMap(detector => {
        const { plus, cross } = antennaPattern(detector, wave)
        return [plus, cross, delayFromGeocentre(detector, wave) + shifts[i]!]
      }),
    )
    expect(sizes).toEqual({ signals: 5, detectors: 2 })
    expect(largestDifference(values, expected)).toBe(0)
  })

  it('wants a shift for each wave', () => {
    expect(() => responseTable([h1], [golden[0]!.wave], { shifts: [] })).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.responseTable: expected 1 shifts, one a wave, got 0]`,
    )
  })
})
