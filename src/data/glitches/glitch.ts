import type { GpsTime } from '../../gw/index.ts'

/**
 * What each family is made of; the formulas stand with the shapes. Frequencies in Hz, durations in seconds, phases in
 * radians; `sign` is 1 or -1.
 */
export interface GlitchParameters {
  /** A few cycles that fill a wide band at once. */
  readonly blip: { readonly frequency: number; readonly quality: number; readonly phase: number }
  readonly 'sine-gaussian': { readonly frequency: number; readonly quality: number; readonly phase: number }
  /** A blip of low frequency. */
  readonly tomte: { readonly frequency: number; readonly quality: number; readonly phase: number }
  /** A blunt burst of a few 100 ms; its frequency drifts by `drift`, Hz/s. */
  readonly 'low-frequency-burst': {
    readonly frequency: number
    readonly width: number
    readonly drift: number
    readonly phase: number
  }
  /** A blip that leaves something ringing. */
  readonly 'koi-fish': {
    readonly frequency: number
    readonly quality: number
    readonly phase: number
    readonly ringFrequency: number
    readonly ringTime: number
    readonly ringRatio: number
  }
  /** Arches of fringes, `arches` in a row, with harmonics each `harmonicRatio` times weaker. */
  readonly 'scattered-light': {
    readonly peakFrequency: number
    readonly archDuration: number
    readonly arches: number
    readonly harmonics: number
    readonly harmonicRatio: number
    readonly phase: number
  }
  /** A V in time and frequency: from `lowFrequency + sweep` down and up again. */
  readonly whistle: {
    readonly lowFrequency: number
    readonly sweep: number
    readonly duration: number
    readonly phase: number
  }
  readonly 'power-line': {
    readonly lineFrequency: number
    readonly duration: number
    readonly harmonics: number
    readonly harmonicRatio: number
    readonly phase: number
  }
  /** One sample or a few in a row that are wrong by the same value. */
  readonly spike: { readonly samples: number; readonly sign: number }
  /** A jump that decays. */
  readonly step: { readonly decayTime: number; readonly sign: number }
  /** A burst over the whole band, `seed` names its phases. */
  readonly 'extremely-loud': { readonly duration: number; readonly highFrequency: number; readonly seed: number }
}

export type GlitchFamily = keyof GlitchParameters

/** One glitch of a family in a detector. */
export interface GlitchOf<Family extends GlitchFamily> {
  readonly family: Family
  readonly detector: string
  /** The time from which the shape's formula counts: its middle, or where it begins (spikes, steps). */
  readonly time: GpsTime
  /** Optimal signal-to-noise ratio against the PSD of the model by which it is made. */
  readonly snr: number
  readonly parameters: GlitchParameters[Family]
}

/** A glitch of any family: `family` tells which parameters it has. */
export type Glitch = { readonly [Family in GlitchFamily]: GlitchOf<Family> }[GlitchFamily]
