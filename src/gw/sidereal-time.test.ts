import { describe, expect, it } from 'vitest'
import { GpsTime } from './gps-time.ts'
import { greenwichMeanSiderealTime } from './sidereal-time.ts'
import { type GwGolden, readFixture } from './testing/golden.ts'

const { sidereal } = readFixture<GwGolden>('gw.json')

describe('greenwichMeanSiderealTime', () => {
  it('is that of LAL from 1980 to 2040, leap seconds included, to 1e-10 rad', () => {
    expect(sidereal.length).toBeGreaterThan(300)
    for (const [seconds, expected] of sidereal) {
      const angle = greenwichMeanSiderealTime(GpsTime.fromSeconds(seconds))
      const difference = Math.abs(angle - expected)
      expect(Math.min(difference, 2 * Math.PI - difference), `at GPS ${seconds}`).toBeLessThan(1e-10)
    }
  })

  it('turns by a day of the year more than once in 86400 s', () => {
    const time = GpsTime.parse('1126259462.42')
    const turned = greenwichMeanSiderealTime(time.plus(86_400)) - greenwichMeanSiderealTime(time)
    expect(turned).toBeCloseTo((2 * Math.PI) / 365.2422, 6)
  })

  it('follows fractions of a second', () => {
    const [before, after] = ['1126259462', '1126259462.5'].map(text => greenwichMeanSiderealTime(GpsTime.parse(text)))
    expect(after! - before!).toBeCloseTo(0.5 * 7.292115855e-5, 12)
  })
})
