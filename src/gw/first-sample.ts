import type { GpsTime } from './gps-time.ts'

/** A nanosecond, to which times of samples are rounded, seconds. */
const timeRounding = 1e-9

/** What floating-point arithmetic may add to a whole number of samples. */
const arithmeticRounding = 1e-6

/**
 * The number of the first sample of a series at or after a time, counted from the series' start at `t0`; negative before
 * it. Times are whole nanoseconds, samples of most rates fall between them: a time within a nanosecond of a sample is that
 * sample's.
 *
 * @example
 * const t0 = GpsTime.fromSeconds(1126259447)
 * firstSampleFrom(t0.plus(4 / 16384), { t0, sampleRate: 16384 }) // 4, though rounding puts that time after the sample
 */
export function firstSampleFrom(
  time: GpsTime,
  { t0, sampleRate }: { readonly t0: GpsTime; readonly sampleRate: number },
): number {
  return Math.ceil((time.minus(t0) - timeRounding) * sampleRate - arithmeticRounding)
}
