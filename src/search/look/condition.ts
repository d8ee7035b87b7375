import { dataError } from '../../data/index.ts'
import type { TimeSeries } from '../../gw/index.ts'
import { butterworth, filterZeroPhase, psd, type Spectrum, whiten } from '../../signal/index.ts'

export interface ConditionOptions {
  /** Length of the segments that the noise spectrum is estimated from, seconds; its resolution is the inverse. */
  readonly segmentSeconds?: number
  /** Length of the whitening filter, seconds. */
  readonly filterSeconds?: number
  /** Pass band, Hz. */
  readonly band?: readonly [low: number, high: number]
}

export const conditionDefaults = {
  segmentSeconds: 4,
  filterSeconds: 2,
  // Below, noise of the ground and of the suspensions; above, little of a binary of stellar black holes.
  band: [35, 350],
} as const satisfies Required<ConditionOptions>

/** Order of the band-pass, which runs forwards and backwards. */
const bandPassOrder = 4
/** What the band-pass needs to forget an end of the data, seconds: more than ten periods of its slowest pole. */
const settlingSeconds = 0.25

/** Strain of one detector made ready for searching. */
export interface ConditionedStrain {
  /** Amplitude spectral density of the strain, per root Hz. */
  readonly asd: Spectrum
  /** Whitened and band-passed over the whole span, in units of its own noise: standard deviation 1, edges included. */
  readonly whitened: TimeSeries
  /** Whitened only, over the whole span. */
  readonly broadband: TimeSeries
  /** Seconds at each end that lack half of the filters' input and must not be used. */
  readonly edgeSeconds: number
}

/** Standard deviation of Gaussian noise from the median of its modulus, which loud transients hardly move. */
function noiseLevel(values: Float64Array): number {
  const sizes = values.map(Math.abs).sort()
  return sizes[sizes.length >> 1]! / 0.6744897501960817
}

/**
 * Estimates the noise spectrum of strain (median of overlapping Hann segments), whitens, band-passes without delay and
 * scales to unit noise.
 *
 * @throws `data` for strain shorter than four segments.
 */
export function condition(strain: TimeSeries, options: ConditionOptions = {}): ConditionedStrain {
  const { segmentSeconds, filterSeconds, band } = { ...conditionDefaults, ...options }
  const { sampleRate, values } = strain
  if (strain.duration < 4 * segmentSeconds)
    throw dataError(
      'times',
      `search.condition: ${strain.channel} lasts ${strain.duration} s, expected at least ${4 * segmentSeconds} s to ` +
        'estimate its noise; pass longer files or a shorter segmentSeconds',
    )
  const spectral = { sampleRate, segmentLength: Math.round(segmentSeconds * sampleRate), average: 'median' } as const
  const density = psd(values, spectral)
  const [low, high] = band
  const broadband = whiten(values, {
    psd: density,
    sampleRate,
    filterDuration: filterSeconds,
    // The steep wall of noise at the lowest frequencies would ring through the whole filter.
    highPass: low / 2,
  })
  const filtered = filterZeroPhase(broadband, butterworth({ order: bandPassOrder, low, high, sampleRate }))
  const edgeSeconds = filterSeconds / 2 + settlingSeconds
  const edge = Math.round(edgeSeconds * sampleRate)
  const level = noiseLevel(filtered.slice(edge, -edge))
  return {
    asd: { ...density, values: density.values.map(Math.sqrt) },
    broadband: strain.with({ values: broadband, unit: '' }),
    whitened: strain.with({ values: filtered.map(value => value / level), unit: 'noise standard deviations' }),
    edgeSeconds,
  }
}
