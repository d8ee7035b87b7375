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
 * The number of the first sample at or after a time, on the grid that has sample 0 at GPS 0: samples of any series of this
 * rate have the same number at the same time. Times are whole nanoseconds, samples of most rates fall between them: a time
 * within a nanosecond of a sample is that sample's.
 *
 * @throws `argument` for a time before GPS 0.
 */
export function sampleNumberFrom(time: GpsTime, sampleRate: number): number {
  if (time.nanoseconds < 0n)
    throw new QuadrupoleError('argument', `data.sampleNumberFrom: expected a time from GPS 0 on, got ${time}`)
  if (time.nanoseconds === 0n) return 0
  const product = (time.nanoseconds - 1n) * BigInt(sampleRate)
  return Number((product + nanosecondsPerSecond - 1n) / nanosecondsPerSecond)
}

/** The time of a sample of the grid of `sampleNumberFrom`, rounded to the nanosecond. */
export function sampleTimeOf(index: number, sampleRate: number): GpsTime {
  return GpsTime.fromNanoseconds(roundedQuotient(BigInt(index) * nanosecondsPerSecond, BigInt(sampleRate)))
}
