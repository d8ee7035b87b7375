import type { BinaryParameters } from '../binary.ts'
import {
  chirpStartFrequencyBound,
  chirpTimeBound,
  finalSpinBound,
  iscoFrequency,
  mergeTimeBound,
  ringdownTimeBound,
} from '../time-bounds.ts'

/**
 * How a binary's spectrum becomes a signal of finite length: LALSimulation's conditioning in numbers. LALSimulation has a
 * filter, fades, the other filter (which it starts from rest at the signal's end) and fades once more; here both filters come
 * first and need no transforms of their own. That is a mismatch of 6e-8 at most over 300 draws.
 */
export interface SignalPlan {
  /** The spectrum rises from zero at the first of these frequencies to its full size at the second, Hz. */
  readonly start: number
  readonly full: number
  /** Edges of the high-pass filters, Hz. */
  readonly highPasses: readonly [number, number]
  /** Samples from the signal's beginning to the merger, and from there to its end. */
  readonly before: number
  readonly after: number
  /** Lengths in samples of the fades at the beginning and at the end, each a half-cosine; they multiply. */
  readonly fadesIn: readonly number[]
  readonly fadesOut: readonly number[]
  /** Least length of the transform, samples, in which nothing of the signal meets its own end. */
  readonly transformLength: number
}

/** Cycles at the lowest frequency that are added to the reckoned lengths, and the share of a chirp that is. */
const extraCycles = 3
const extraShare = 0.1

/**
 * Plans a signal that is complete from `minimumFrequency` on, as LALSimulation's `SimInspiralTD` does for models of the
 * frequency domain. It lengthens the signal twice: so that a fade-in ends before `minimumFrequency` is reached, and so that
 * the spectrum's own beginning ends before that fade does.
 */
export function planSignal(
  binary: BinaryParameters,
  { minimumFrequency, sampleRate }: { readonly minimumFrequency: number; readonly sampleRate: number },
): SignalPlan {
  const samples = (seconds: number) => Math.round(seconds * sampleRate)
  const fade = (seconds: number) => Math.max(4, samples(seconds))
  // A wave of the largest innermost orbit, at 9 M, is the highest frequency that an inspiral is sure to reach.
  const lowest = Math.min(minimumFrequency, iscoFrequency(binary, { radius: 9 }))
  const end = mergeTimeBound(binary) + ringdownTimeBound(binary, finalSpinBound(binary))
  const chirp = chirpTimeBound(lowest, binary)
  const extra = extraCycles / lowest
  const full = chirpStartFrequencyBound((1 + extraShare) * chirp + end + extra, binary)
  const start = chirpStartFrequencyBound((1 + extraShare) * chirpTimeBound(full, binary), binary)
  const length = chirpTimeBound(start, binary) + end
  const cycleAtEnd = fade(1 / iscoFrequency(binary))
  return {
    start,
    full,
    highPasses: [full, minimumFrequency],
    before: samples(length) - samples(end),
    after: samples(end),
    fadesIn: [fade(1 / full), samples(extraShare * chirp + extra), fade(1 / lowest)],
    fadesOut: [cycleAtEnd, cycleAtEnd],
    transformLength: samples(length + (2 * extraCycles) / full),
  }
}
