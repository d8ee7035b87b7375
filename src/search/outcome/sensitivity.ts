import type { EfficiencyBin, EfficiencyCell } from '../recovery/efficiency.ts'

/** The sensitive distance at a false-alarm rate. */
export interface DistanceAtRate {
  /** A month has 30 days. */
  readonly falseAlarmsPerMonth: number
  readonly distanceMpc: number
  /** One standard deviation, Mpc. */
  readonly error: number
}

/** Sensitive distances of one model, or to one population. */
export interface ModelDistances {
  readonly model: string
  readonly distances: readonly DistanceAtRate[]
}

/** What a search would find, by injections: plain JSON. */
export interface Sensitivity {
  /** What was injected into what, a sentence. */
  readonly injections: string
  /** The data set of MLGWSC-1 that the distances are of, so that published ones can stand beside them. */
  readonly challengeSet?: 1 | 2
  /** In which figures tell rates: months of 30 days, as the challenge counts, by default; or Julian years. */
  readonly rateUnit?: 'month' | 'year'
  readonly models: readonly ModelDistances[]
  /** The part found by network optimal SNR, at each of some false-alarm rates. */
  readonly bySnr?: readonly { readonly falseAlarmsPerMonth: number; readonly bins: readonly EfficiencyBin[] }[]
  /** The part found by masses in the detector frame (solar masses, the heavier first), at one false-alarm rate. */
  readonly byMasses?: { readonly falseAlarmsPerMonth: number; readonly cells: readonly EfficiencyCell[] }
}
