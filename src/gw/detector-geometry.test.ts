import { describe, expect, it } from 'vitest'
import { parseDetectors } from './detector-file.ts'
import { armDirections, lightTravelTime, position, responseTensor } from './detector-geometry.ts'
import { detectorNamed, detectors } from './detectors.ts'
import { type GwGolden, largestDifference, readFixture } from './testing/golden.ts'

const golden = readFixture<GwGolden>('gw.json')

describe('the geometry of a detector', () => {
  it.each(Object.entries(golden.detectors))('of %s is that of bilby to rounding', (name, expected) => {
    const [described] = parseDetectors({ [name]: expected.description })
    const known = detectors.filter(detector => detector.name === name)
    for (const detector of [described!, ...known]) {
      expect(largestDifference(position(detector), expected.vertex)).toBeLessThan(1e-8)
      const { x, y } = armDirections(detector)
      expect(largestDifference(x, expected.x)).toBeLessThan(1e-15)
      expect(largestDifference(y, expected.y)).toBeLessThan(1e-15)
      expect(largestDifference(responseTensor(detector).flat(), expected.tensor.flat())).toBeLessThan(1e-15)
    }
  })

  it.each(['H1', 'L1', 'V1'])('of %s is that of LAL, to 10 micrometres and to single precision', name => {
    const expected = golden.detectors[name]!
    const detector = detectorNamed(name)
    expect(largestDifference(position(detector), expected.lal_position!)).toBeLessThan(1e-5)
    expect(largestDifference(responseTensor(detector).flat(), expected.lal_tensor!.flat())).toBeLessThan(2e-8)
  })

  it('puts H1 and L1 10.012846 ms of light apart, as LAL says, to its nanosecond', () => {
    const time = lightTravelTime(detectorNamed('H1'), detectorNamed('L1'))
    expect(Math.trunc(time * 1e9)).toBe(golden.light_travel_nanoseconds)
    expect(lightTravelTime(detectorNamed('L1'), detectorNamed('H1'))).toBe(time)
  })
})
