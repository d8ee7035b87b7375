import { QuadrupoleError } from '../core/index.ts'
import { GpsTime } from '../gw/index.ts'

const nanosecondsPerSecond = 1_000_000_000n

/** Rounds the quotient of a number that is not negative to the nearest integer, exactly. */
const roundedQuotient = (a: bigint, b: bigint): bigint => (2n * a + b) / (2n * b)

/** @throws `argument` for a sample rate that is not a positive integer. */
export function assertIntegerRate(where: string, sampleRate: number): void {
  if (!(Number.isSafeInteger(sampleRate) && sampleRate > 0))
    throw new QuadrupoleError('argument', `${where}: expected a positive integer sampleRate in Hz, got ${sampleRate}`, {
      details: { sampleRate },
    })
}

/**
 * The number of a sample on the grid that has sample 0 at GPS 0: samples of any series of this rate have the same number
 * at the same time.
 *
 * @throws `argument` for a time before GPS 0 or more than a nanosecond off the grid.
 */
export function sampleIndexAt(time: GpsTime, sampleRate: number): number {
  const index =
    time.nanoseconds < 0n ? -1 : Number(roundedQuotient(time.nanoseconds * BigInt(sampleRate), nanosecondsPerSecond))
  const distance = index < 0 ? nanosecondsPerSecond : sampleTimeOf(index, sampleRate).nanoseconds - time.nanoseconds
  if (distance > 1n || distance < -1n)
    throw new QuadrupoleError(
      'argument',
      `data.sampleIndexAt: GPS ${time} is not the time of a sample at ${sampleRate} Hz; choose a multiple of 1/${sampleRate} s`,
      { details: { time, sampleRate } },
    )
  return index
}

/** The time of a sample of the grid of `sampleIndexAt`, rounded to the nanosecond. */
export function sampleTimeOf(index: number, sampleRate: number): GpsTime {
  return GpsTime.fromNanoseconds(roundedQuotient(BigInt(index) * nanosecondsPerSecond, BigInt(sampleRate)))
}

/**
 * The number of the first sample of a series at or after a time, counted from the series' start. Times are whole
 * nanoseconds, samples of most rates fall between them: a time within a nanosecond of a sample is that sample's.
 */
export function firstSampleFrom(
  time: GpsTime,
  { t0, sampleRate }: { readonly t0: GpsTime; readonly sampleRate: number },
): number {
  return Math.ceil((time.minus(t0) - 1e-9) * sampleRate - 1e-6)
}
