import type { GpsTime } from './gps-time.ts'
import { leapSecondsBefore } from './utc.ts'

/** Julian dates of 2000-01-01T12:00:00 and of the GPS epoch's midnight. */
const j2000 = 2_451_545
const gpsEpoch = 2_444_244.5

/**
 * Greenwich mean sidereal time, radians from 0 to 2 pi: the angle by which the Earth has turned under the stars, by the
 * IAU 1982 expression (Aoki et al. 1982, Astron. Astrophys. 105, 359, eq. 14) with UTC for UT1, as LAL has it. The two
 * differ by up to 0.9 s, which is 66 microradians. An inserted second counts as the first of the next day, which then
 * counts again.
 *
 * @example
 * greenwichMeanSiderealTime(GpsTime.parse('1126259462.42')) // 2.4565
 */
export function greenwichMeanSiderealTime(time: GpsTime): number {
  const whole = time.nanoseconds / 1_000_000_000n
  const fraction = Number(time.nanoseconds - whole * 1_000_000_000n) / 1e9
  const elapsed = Number(whole) - leapSecondsBefore(time)
  const midnight = gpsEpoch + Math.floor(elapsed / 86_400)
  // A Julian date in float64 resolves 40 microseconds, or 3e-9 rad: rounded as LAL rounds it, patterns agree to 1e-11.
  const julianDate = midnight + (elapsed - 86_400 * Math.floor(elapsed / 86_400)) / 86_400
  const days = julianDate - j2000
  const centuries = (days + fraction / 86_400) / 36_525
  // A whole day is a whole turn, but for the terms in centuries.
  const seconds =
    67_310.54841 +
    (days % 1) * 86_400 +
    fraction +
    ((-6.2e-6 * centuries + 0.093104) * centuries + 8_640_184.812866) * centuries
  return (((seconds % 86_400) + 86_400) % 86_400) * (Math.PI / 43_200)
}
