import { QuadrupoleError } from '../core/index.ts'
import { type SecondOrderSections, toSecondOrderSections } from './second-order-sections.ts'
import { bilinear, butterworthPrototype, toBandPass, toBandStop, toHighPass, toLowPass } from './zeros-poles.ts'

export interface ButterworthOptions {
  readonly order: number
  /** Hz. */
  readonly sampleRate: number
  /** Lower edge of the band, Hz; without it the filter is a low-pass. */
  readonly low?: number
  /** Upper edge of the band, Hz; without it the filter is a high-pass. */
  readonly high?: number
  /** Whether the band between both edges is passed or stopped. */
  readonly band?: 'pass' | 'stop'
}

/**
 * Designs a digital Butterworth filter as second-order sections, the design of SciPy's `butter(..., output='sos')`:
 * low-pass, high-pass, or band-pass (of twice the order) as `high`, `low` or both are given, or with both and
 * `band: 'stop'` a band-stop.
 *
 * @throws `argument` where the order is not a positive integer, the edges are not in order below half the sample rate, or
 * a band to be stopped has but one.
 *
 * @example
 * butterworth({ order: 4, low: 35, high: 350, sampleRate: 4096 }).sections // 4
 */
export function butterworth({ order, sampleRate, low, high, band = 'pass' }: ButterworthOptions): SecondOrderSections {
  const fail = (message: string): never => {
    throw new QuadrupoleError('argument', `signal.butterworth: ${message}`, {
      details: { order, sampleRate, low, high },
    })
  }
  if (!Number.isInteger(order) || order < 1) fail(`order must be a positive integer, got ${order}`)
  for (const edge of [low, high])
    if (edge !== undefined && !(edge > 0 && edge < sampleRate / 2))
      fail(`an edge must be above 0 and below the Nyquist frequency ${sampleRate / 2} Hz, got ${edge} Hz`)
  if (low !== undefined && high !== undefined && low >= high)
    fail(`the lower edge must be below the upper, got ${low} and ${high} Hz`)
  if (band === 'stop' && (low === undefined || high === undefined))
    fail('a band to be stopped needs both edges, low and high')

  // Edges are warped so that the bilinear transform (at the conventional rate of 2) puts them back where they were asked.
  const warp = (frequency: number) => 4 * Math.tan((Math.PI * frequency) / sampleRate)
  const prototype = butterworthPrototype(order)
  if (low !== undefined && high !== undefined) {
    const [from, to] = [warp(low), warp(high)]
    const toBand = band === 'pass' ? toBandPass : toBandStop
    return toSecondOrderSections(bilinear(toBand(prototype, Math.sqrt(from * to), to - from), 2))
  }
  if (high !== undefined) return toSecondOrderSections(bilinear(toLowPass(prototype, warp(high)), 2))
  if (low !== undefined) return toSecondOrderSections(bilinear(toHighPass(prototype, warp(low)), 2))
  return fail('neither low nor high is given; pass the edges of the pass band')
}
