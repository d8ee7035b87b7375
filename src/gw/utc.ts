import type { GpsTime } from './gps-time.ts'

/**
 * Days at whose start a leap second had been inserted since the GPS epoch (IERS Bulletin C; none has been announced
 * after 2017-01-01).
 */
const leapSecondDays = [
  '1981-07-01',
  '1982-07-01',
  '1983-07-01',
  '1985-07-01',
  '1988-01-01',
  '1990-01-01',
  '1991-01-01',
  '1992-07-01',
  '1993-07-01',
  '1994-07-01',
  '1996-01-01',
  '1997-07-01',
  '1999-01-01',
  '2006-01-01',
  '2009-01-01',
  '2012-07-01',
  '2015-07-01',
  '2017-01-01',
] as const

const gpsEpoch = Date.UTC(1980, 0, 6)

/** GPS seconds of each inserted second itself (23:59:60), in order. */
const leapSeconds = leapSecondDays.map((day, before) => BigInt((Date.parse(day) - gpsEpoch) / 1000 + before))

/**
 * An instant as UTC in ISO 8601 with milliseconds, rounded down; an inserted second reads `23:59:60`.
 *
 * @example
 * toUtc(GpsTime.parse('1126259462.42')) // '2015-09-14T09:50:45.420Z'
 */
export function toUtc(time: GpsTime): string {
  const milliseconds = floorDivide(time.nanoseconds, 1_000_000n)
  const seconds = floorDivide(milliseconds, 1000n)
  const inserted = leapSeconds.filter(leap => leap <= seconds).length
  const within = leapSeconds.includes(seconds)
  const date = new Date(Number(milliseconds) + gpsEpoch - inserted * 1000)
  const text = date.toISOString()
  return within ? text.replace(/:59\./, ':60.') : text
}

/** How many leap seconds had been inserted since the GPS epoch and were over at an instant. */
export function leapSecondsBefore(time: GpsTime): number {
  const seconds = floorDivide(time.nanoseconds, 1_000_000_000n)
  return leapSeconds.filter(leap => leap < seconds).length
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b
  return a % b < 0n ? quotient - 1n : quotient
}
