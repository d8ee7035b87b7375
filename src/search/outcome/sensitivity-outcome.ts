import type { EfficiencyBin, EfficiencyCell } from '../recovery/efficiency.ts'
import type { SearchOutcome } from './search-outcome.ts'

/** A false-alarm rate that a background tells, and what is found at it. */
export interface FoundAtRate {
  /** False alarms per year of 365.25 days. */
  readonly perYear: number
  /** Of the statistic, which found injections exceed. */
  readonly threshold: number
  /** Counted among background events, or extrapolated beyond the loudest by their exponential. */
  readonly kind: 'counted' | 'extrapolated'
  /** Injections. */
  readonly found: number
}

/** A rate that a background is too short for. */
export interface UnresolvedRate {
  readonly perYear: number
  /** One event in all of the background. */
  readonly lowestPerYear: number
}

/** What of space is surveyed of a population at a false-alarm rate. */
export interface PopulationDistance {
  readonly perYear: number
  /** Time dilation in it, and one standard deviation of the injections' number. */
  readonly volumeGpc3: number
  readonly volumeErrorGpc3: number
  /** Radius of the Euclidean sphere of that volume. */
  readonly distanceMpc: number
  readonly distanceErrorMpc: number
  /** How many equally weighted injections the found ones are worth. */
  readonly effectiveFound: number
  /** Whether these are enough for the distance and its error to mean anything. */
  readonly isTold: boolean
}

/** The sensitivity to one population of sources. */
export interface PopulationSensitivity {
  readonly name: string
  readonly description: string
  /** The part of the population, to its largest redshift, that lies where injections were drawn; the rest counts as missed. */
  readonly coverage: number
  /** What the weights of all draws average to, and its standard deviation: the coverage. */
  readonly meanWeight: readonly [mean: number, error: number]
  /** At the rates that can be told, as in `rates`. */
  readonly distances: readonly PopulationDistance[]
  /** Sentences. */
  readonly warnings: readonly string[]
}

/** How signals were made and found. */
export interface InjectionsMade {
  readonly prior: string
  readonly seed: number
  readonly count: number
  /** Draws that were too quiet to be injected: they count as missed. */
  readonly rejected: number
  /** Least network optimal SNR of an injection, and the band that it is of, Hz. */
  readonly minimumSnr: number
  readonly band: readonly [from: number, to: number]
  /** Least seconds from one merger to the next, and passes over the strain. */
  readonly spacing: number
  readonly passes: number
  /** An event no further from an injection is its recovery, seconds. */
  readonly window: number
  /** Those that have an event, however quiet. */
  readonly recovered: number
  /** Of those found at the highest rate, the absolute difference in time: median and nine in ten, seconds. */
  readonly timeErrors?: { readonly median: number; readonly ninetieth: number }
}

/** What a search of strain would find of signals in it, as plain JSON: what `quad sensitivity --json` prints. */
export interface SensitivityOutcome {
  readonly injections: InjectionsMade
  /** Seconds in which signals could merge: searched, and far enough from events of the strain itself. */
  readonly livetime: number
  /** Highest first. */
  readonly rates: readonly (FoundAtRate | UnresolvedRate)[]
  readonly populations: readonly PopulationSensitivity[]
  readonly efficiency: {
    /** By network optimal SNR, of the injections as they were drawn. */
    readonly bySnr: readonly { readonly perYear: number; readonly bins: readonly EfficiencyBin[] }[]
    /** By masses at the detectors, solar masses, the heavier first, at the highest rate. */
    readonly byMasses?: { readonly perYear: number; readonly cells: readonly EfficiencyCell[] }
  }
  /** Sentences. */
  readonly warnings: readonly string[]
  /** The search of the strain as it is. */
  readonly search: SearchOutcome
}
