import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { detectorNamed, lightTravelTime, position } from './detectors.ts'
import { GpsTime } from './gps-time.ts'
import { toUtc } from './utc.ts'

const golden: {
  readonly positions: Record<string, [number, number, number]>
  readonly light_travel_nanoseconds: number
  readonly utc: [number, string][]
} = JSON.parse(readFileSync(new URL('./fixtures/gw.json', import.meta.url), 'utf8'))

describe('detectors', () => {
  it('stand where LAL has them, to 10 micrometres', () => {
    for (const [name, expected] of Object.entries(golden.positions))
      position(detectorNamed(name)).forEach((value, axis) => {
        expect(Math.abs(value - expected[axis]!)).toBeLessThan(1e-5)
      })
  })

  it('are 10.012846 ms of light apart, as LAL says, to its nanosecond', () => {
    const time = lightTravelTime(detectorNamed('H1'), detectorNamed('L1'))
    expect(Math.trunc(time * 1e9)).toBe(golden.light_travel_nanoseconds)
    expect(lightTravelTime(detectorNamed('L1'), detectorNamed('H1'))).toBe(time)
  })

  it('of an unknown name are refused with the known ones', () => {
    expect(() => detectorNamed('X9')).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.detectorNamed: no detector 'X9'; known are H1, L1]`,
    )
  })
})

describe('toUtc', () => {
  it('equals LAL for random times and around every end of June and December since 1980', () => {
    for (const [seconds, expected] of golden.utc) expect(toUtc(GpsTime.fromSeconds(seconds))).toBe(expected)
  })

  it('gives milliseconds, also within an inserted second', () => {
    expect(toUtc(GpsTime.parse('1126259462.4209'))).toBe('2015-09-14T09:50:45.420Z')
    expect(toUtc(GpsTime.parse('1167264017.25'))).toBe('2016-12-31T23:59:60.250Z')
  })
})
