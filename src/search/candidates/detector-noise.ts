import { QuadrupoleError } from '../../core/index.ts'
import { psd, type Spectrum } from '../../signal/index.ts'
import { type Gate, gateGlitches } from './gate-glitches.ts'

/** One detector's strain of a block, and how its noise is to be estimated: plain data for a thread. */
export interface NoiseRequest {
  /** Gated in place; in memory that threads share. */
  readonly strain: Float64Array
  /** What the PSD is of: the strain itself unless given. */
  readonly noise?: Float64Array
  /** Hz. */
  readonly sampleRate: number
  /** Of the PSD's median over segments that overlap by half, seconds. */
  readonly psdSegment: number
  /** Whitened samples of a larger modulus are taken out as glitches, in standard deviations; 0 for none. */
  readonly gateThreshold: number
  /** Lowest frequency that counts as a glitch's, Hz. */
  readonly minimumFrequency: number
}

/** The noise of one detector, and what was taken out of its strain. */
export interface DetectorNoise {
  readonly psd: Spectrum
  readonly gates: readonly Gate[]
}

/**
 * Estimates the PSD of one detector's strain, and takes out of it what is louder than any signal. That has no part in the PSD
 * either, where enough strain is left for one.
 *
 * @throws `data` for strain too short for a PSD
 */
export function detectorNoise({ strain, noise = strain, ...options }: NoiseRequest): DetectorNoise {
  const { sampleRate, psdSegment, gateThreshold: threshold, minimumFrequency } = options
  const segmentLength = psdSegment * sampleRate
  if (noise.length < 2 * segmentLength)
    throw new QuadrupoleError(
      'data',
      `search.createCandidateSearch: ${noise.length / sampleRate} s of strain are too short for a PSD of segments of ` +
        `${psdSegment} s; give at least ${2 * psdSegment} s`,
    )
  const welch = { sampleRate, segmentLength, average: 'median' } as const
  const spectrum = psd(noise, welch)
  const gates = threshold === 0 ? [] : gateGlitches(strain, { psd: spectrum, sampleRate, threshold, minimumFrequency })
  const clean = between(noise, gates).filter(({ length }) => length >= segmentLength)
  const cleanLength = clean.reduce((sum, { length }) => sum + length, 0)
  // A median is not deaf to glitches: where they are in a fifth of all segments, it is 40 % too high.
  const isEstimatedAnew = gates.length > 0 && cleanLength >= 2 * segmentLength
  return { psd: isEstimatedAnew ? psd(clean, welch) : spectrum, gates }
}

/** A series without its gates, as stretches. */
function between(series: Float64Array, gates: readonly Gate[]): readonly Float64Array[] {
  const edges = [0, ...gates.flat(), series.length]
  return Array.from({ length: gates.length + 1 }, (_, i) => series.subarray(edges[2 * i], edges[2 * i + 1]))
}
