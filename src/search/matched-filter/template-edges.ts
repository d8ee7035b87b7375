import { chirpStartFrequencyBound, chirpTimeBound } from '../../waveforms/index.ts'
import type { SearchBand } from './band.ts'
import type { Intrinsic } from './whitened-templates.ts'

/** Widths of the half-cosines that templates begin and end with, Hz: narrow enough to cost no SNR, wide enough not to ring. */
const turnOn = 2
const rollOff = 8

/** How long the turn-on rings before the template's first cycle, seconds. */
const ringing = 0.25

/**
 * The lowest frequency at which a binary is inside a template's window, and inside the band, Hz: from there it takes less
 * time to its merger (`chirpTimeBound`) than the window has before it.
 */
export function templateStart(
  binary: Intrinsic,
  { templateDuration, afterMerger, minimumFrequency }: SearchBand,
): number {
  const seconds = templateDuration - afterMerger - ringing
  if (chirpTimeBound(minimumFrequency, binary) <= seconds) return minimumFrequency
  // The bound is above its leading order, which `chirpStartFrequencyBound` inverts, and falls: the root lies between.
  let low = Math.max(minimumFrequency, chirpStartFrequencyBound(seconds, binary))
  let high = 2 * low
  while (chirpTimeBound(high, binary) > seconds) high *= 2
  while (high - low > 1e-6 * high) {
    const middle = (low + high) / 2
    if (chirpTimeBound(middle, binary) > seconds) low = middle
    else high = middle
  }
  return high
}

/** What a template's edges make of each bin of its window: 0 outside of the binary's band, 1 inside, half-cosines between. */
export function templateEdges(binary: Intrinsic, band: SearchBand): (frequency: number) => number {
  const start = templateStart(binary, band)
  const end = band.maximumFrequency ?? Number.POSITIVE_INFINITY
  const rise = (share: number) => (share >= 1 ? 1 : share <= 0 ? 0 : 0.5 - 0.5 * Math.cos(Math.PI * share))
  return frequency => rise((frequency - start) / turnOn) * rise((end - frequency) / rollOff)
}
