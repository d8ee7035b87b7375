import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GpsTime } from './gps-time.ts'

describe('GpsTime', () => {
  it('keeps every nanosecond of a decimal string', () => {
    for (const text of ['1126259462.42', '0', '-3.000000001', '1187008882.443457031', '0.1'])
      expect(GpsTime.parse(text).toString()).toBe(text)
    expect(GpsTime.parse('1126259462.420000000000').nanoseconds).toBe(1_126_259_462_420_000_000n)
  })

  it('goes through its string and back for any number of nanoseconds', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), nanoseconds => {
        expect(GpsTime.parse(GpsTime.fromNanoseconds(nanoseconds).toString()).nanoseconds).toBe(nanoseconds)
      }),
    )
  })

  it('adds and subtracts to the nanosecond where float64 seconds can not', () => {
    const start = GpsTime.fromSeconds(1_126_259_447)
    expect(start.plus(3 / 4096).toString()).toBe('1126259447.000732422')
    expect(start.plus(1e-9).minus(start)).toBe(1e-9)
    expect(start.plus(-0.25).toString()).toBe('1126259446.75')
    expect(start.plus(0.1).plus(-0.1).equals(start)).toBe(true)
  })

  it('rounds to a fixed number of decimals', () => {
    expect(GpsTime.parse('1126259462.4196').toFixed(3)).toBe('1126259462.420')
    expect(GpsTime.parse('-0.0004').toFixed(3)).toBe('0.000')
    expect(GpsTime.parse('2.5').toFixed(0)).toBe('3')
  })

  it('refuses what is not a time', () => {
    expect(() => GpsTime.parse('yesterday')).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.GpsTime.parse: expected seconds with up to nine decimals, such as 1126259462.42, got 'yesterday']`,
    )
    expect(() => GpsTime.parse('1.0000000001')).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.GpsTime.parse: expected seconds with up to nine decimals, such as 1126259462.42, got '1.0000000001']`,
    )
    expect(() => GpsTime.fromSeconds(Number.NaN)).toThrowErrorMatchingInlineSnapshot(
      `[QuadrupoleError: gw.GpsTime.fromSeconds: expected a finite number of seconds, got NaN]`,
    )
  })
})
