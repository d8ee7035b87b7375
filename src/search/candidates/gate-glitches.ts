import { type Spectrum, whiten } from '../../signal/index.ts'

export interface GateOptions {
  readonly psd: Spectrum
  /** Hz. */
  readonly sampleRate: number
  /** Whitened samples of a larger modulus are gated, in standard deviations. */
  readonly threshold: number
  /** Lowest frequency that counts, Hz. */
  readonly minimumFrequency: number
}

/** Samples of a gate: from the first to before the last. */
export type Gate = readonly [from: number, to: number]

/** How far a gate reaches beyond what is too loud, and the slope from there, seconds. */
const reach = 0.25
const slope = 0.25

/** Length of the whitening filter that glitches are sought with, seconds. */
const filterDuration = 1

/** Gates are sought again where others were, since the largest glitches drown the next: so many times. */
const rounds = 3

/**
 * Takes out of strain what is louder than any signal: each glitch whose whitened samples exceed a threshold is multiplied
 * by a window that falls to zero and rises again (Usman et al. 2016, arXiv:1508.02357, section 3.2). Strain is changed in
 * place.
 *
 * @returns where it is no longer as it was, slopes included, in order
 */
export function gateGlitches(strain: Float64Array, options: GateOptions): readonly Gate[] {
  const { psd, sampleRate, threshold, minimumFrequency } = options
  const gates: Gate[] = []
  for (let round = 0; round < rounds; round++) {
    const whitened = whiten(strain, { psd, sampleRate, filterDuration, highPass: minimumFrequency })
    // The filter sees the ends only in part: strain breaks off there, which is loud.
    const edge = Math.ceil((filterDuration / 2) * sampleRate)
    const loud = spansAbove(whitened, { threshold, edge, apart: Math.round(2 * (reach + slope) * sampleRate) })
    if (loud.length === 0) break
    for (const [first, last] of loud) gates.push(closeGate(strain, first, last, sampleRate))
  }
  return joined(gates)
}

function spansAbove(
  whitened: Float64Array,
  { threshold, edge, apart }: { readonly threshold: number; readonly edge: number; readonly apart: number },
): Gate[] {
  const spans: [number, number][] = []
  for (let i = edge; i < whitened.length - edge; i++) {
    if (!(Math.abs(whitened[i]!) > threshold)) continue
    const last = spans.at(-1)
    if (last && i - last[1] <= apart) last[1] = i
    else spans.push([i, i])
  }
  return spans
}

/** Multiplies strain by a window that is zero from `reach` before to `reach` behind, with slopes of a cosine. */
function closeGate(strain: Float64Array, first: number, last: number, sampleRate: number): Gate {
  const [closed, sloped] = [Math.round(reach * sampleRate), Math.round(slope * sampleRate)]
  const from = Math.max(0, first - closed - sloped)
  const to = Math.min(strain.length, last + closed + sloped + 1)
  for (let i = from; i < to; i++) {
    const distance = Math.max(first - closed - i, i - last - closed, 0)
    strain[i]! *= (1 - Math.cos((Math.PI * distance) / sloped)) / 2
  }
  return [from, to]
}

/** Gates that touch as one. */
function joined(gates: readonly Gate[]): readonly Gate[] {
  const all: [number, number][] = []
  for (const [from, to] of gates.toSorted((a, b) => a[0] - b[0])) {
    const last = all.at(-1)
    if (last && from <= last[1]) last[1] = Math.max(last[1], to)
    else all.push([from, to])
  }
  return all
}
