import { describe, expect, it } from 'vitest'
import { GpsTime } from './gps-time.ts'
import { type GwGolden, readFixture } from './testing/golden.ts'
import { toUtc } from './utc.ts'

const { utc } = readFixture<GwGolden>('gw.json')

describe('toUtc', () => {
  it('equals LAL for random times and around every end of June and December since 1980', () => {
    for (const [seconds, expected] of utc) expect(toUtc(GpsTime.fromSeconds(seconds))).toBe(expected)
  })

  it('gives milliseconds, also within an inserted second', () => {
    expect(toUtc(GpsTime.parse('1126259462.4209'))).toBe('2015-09-14T09:50:45.420Z')
    expect(toUtc(GpsTime.parse('1167264017.25'))).toBe('2016-12-31T23:59:60.250Z')
  })
})
