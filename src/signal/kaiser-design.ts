import { kaiserWindow } from './windows.ts'

/** What a windowed-sinc filter must keep to. */
export interface KaiserDesign {
  /** Least attenuation in the stop band, which is also how far below 1 the pass band's ripple is; dB, at least 21. */
  readonly attenuation: number
  /** From the end of the pass band to the beginning of the stop band, in units of the sample rate. */
  readonly transition: number
}

/** The Kaiser window's parameter for an attenuation in dB (Kaiser 1974; Oppenheim & Schafer, eq. 7.75). */
function kaiserBeta(attenuation: number): number {
  if (attenuation > 50) return 0.1102 * (attenuation - 8.7)
  return 0.5842 * Math.max(0, attenuation - 21) ** 0.4 + 0.07886 * Math.max(0, attenuation - 21)
}

/** Taps on either side of the middle one that a design needs (Oppenheim & Schafer, eq. 7.76). */
function kaiserHalfLength({ attenuation, transition }: KaiserDesign): number {
  return Math.ceil((attenuation - 7.95) / (2.285 * 2 * Math.PI * transition) / 2)
}

/**
 * A low-pass of unit gain at zero frequency, symmetric about its middle tap: the sinc that cuts at `cutoff` (in units of
 * the sample rate, the middle of the transition), tapered by a Kaiser window.
 */
export function windowedSinc(cutoff: number, { attenuation, transition }: KaiserDesign): Float64Array {
  // Kaiser's formulas are fits, which fall short by up to 1.4 dB.
  const aim = attenuation + 1.5
  return sincWithWindow(cutoff, kaiserHalfLength({ attenuation: aim, transition }), kaiserBeta(aim))
}

/** The same of `2 half + 1` taps and a given window parameter. */
export function sincWithWindow(cutoff: number, half: number, beta: number): Float64Array {
  const taps = kaiserWindow(2 * half + 1, { beta, symmetric: true })
  let sum = 0
  for (let i = 0; i < taps.length; i++) {
    const x = 2 * Math.PI * cutoff * (i - half)
    taps[i]! *= x === 0 ? 1 : Math.sin(x) / x
    sum += taps[i]!
  }
  return taps.map(tap => tap / sum)
}
