import type { EvaluationMetrics } from '../../train/index.ts'
import { createBackground } from '../background/background.ts'
import { thresholdAtRate } from '../background/threshold-at-rate.ts'
import { challengeMonthSeconds, julianYearSeconds } from '../rate-units.ts'

interface Statistics {
  readonly signals: Float64Array
  readonly noise: Float64Array
}

export interface DistanceGainOptions {
  /** What each signal counts: the volume that such are seen in. */
  readonly weights: Float64Array
  /** Of the noise. */
  readonly livetimeSeconds: number
  /** By network SNR. */
  readonly plain: Statistics
  /** By the network. */
  readonly ranked: Statistics
}

/** False alarms a month at which distances are compared. */
const ratesPerMonth = [1000, 100, 10, 1]

/**
 * How much farther a ranking sees than the network SNR of the same candidates does: the cube root of the ratio of the
 * volumes found at a false-alarm rate, both with the exponential tail of the loudest 300 false alarms.
 */
export function distanceGains({ weights, livetimeSeconds, plain, ranked }: DistanceGainOptions): EvaluationMetrics {
  const found = ({ signals, noise }: Statistics, perMonth: number): number => {
    const background = createBackground(noise, { livetimeSeconds, tailEvents: 300 })
    const perYear = (perMonth * julianYearSeconds) / challengeMonthSeconds
    const threshold = tailThreshold(background, perYear)
    return signals.reduce((sum, statistic, i) => sum + (statistic > threshold ? weights[i]! : 0), 0)
  }
  // In half the square of the SNR, in which noise falls off exponentially.
  const squared = { signals: plain.signals.map(snr => snr ** 2 / 2), noise: plain.noise.map(snr => snr ** 2 / 2) }
  return Object.fromEntries(
    ratesPerMonth.map(rate => [`distanceGain${rate}`, Math.cbrt(found(ranked, rate) / found(squared, rate))]),
  )
}

/** By the tail alone: counts of a day of noise scatter more. */
function tailThreshold(background: ReturnType<typeof createBackground>, perYear: number): number {
  const { tail } = background
  if (!tail) return thresholdAtRate(background, perYear)?.threshold ?? Number.POSITIVE_INFINITY
  return tail.threshold + Math.log((tail.ratePerSecond * julianYearSeconds) / perYear) / tail.slope
}
