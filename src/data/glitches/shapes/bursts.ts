import { randomKey, uniform } from '../../../core/index.ts'
import type { GlitchParameters } from '../glitch.ts'
import { anyPhase, type GlitchShape, range, tapered } from './glitch-shape.ts'

/** Widths of the Gaussian after which it has fallen to 1e-13. */
const widths = 7.8

/**
 * `exp(-t^2 / (2 width^2)) cos(2 pi (f t + drift t^2 / 2) + phase)`: the hump of a few 100 ms at the lower end of the band
 * that Gravity Spy calls a low-frequency burst (Zevin et al. 2017, arXiv:1611.04596).
 */
export const lowFrequencyBurst: GlitchShape<GlitchParameters['low-frequency-burst']> = {
  of: 'whitened',
  ranges: {
    frequency: range(20, 40, 'log'),
    width: range(0.05, 0.3, 'log'),
    drift: range(-10, 10),
    phase: anyPhase,
  },
  span: ({ width }) => ({ before: widths * width, after: widths * width }),
  mainFrequency: ({ frequency }) => frequency,
  highestFrequency: ({ frequency, width, drift }) => frequency + Math.abs(drift) * widths * width + 1 / width,
  formula({ frequency, width, drift, phase }) {
    return time =>
      Math.exp(-((time / width) ** 2) / 2) *
      Math.cos(2 * Math.PI * (frequency * time + (drift * time ** 2) / 2) + phase)
  },
}

/**
 * The line of the mains and its harmonics, each `harmonicRatio` times weaker, for `duration` with tapers of a quarter at
 * each end (Gravity Spy's power line; Zevin et al. 2017, arXiv:1611.04596). 60 Hz in North America; give Virgo and KAGRA
 * ranges of their own.
 */
export const powerLine: GlitchShape<GlitchParameters['power-line']> = {
  of: 'whitened',
  ranges: {
    lineFrequency: range(59.9, 60.1),
    duration: range(0.2, 1, 'log'),
    harmonics: range(1, 3, 'integer'),
    harmonicRatio: range(0.1, 0.6),
    phase: anyPhase,
  },
  span: ({ duration }) => ({ before: duration / 2, after: duration / 2 }),
  mainFrequency: ({ lineFrequency }) => lineFrequency,
  highestFrequency: ({ lineFrequency, duration, harmonics }) => lineFrequency * harmonics + 10 / duration,
  formula({ lineFrequency, duration, harmonics, harmonicRatio, phase }) {
    return time => {
      const angle = 2 * Math.PI * lineFrequency * time + phase
      let sum = 0
      for (let k = 1; k <= harmonics; k++) sum += harmonicRatio ** (k - 1) * Math.cos(k * angle)
      return sum * tapered((2 * time) / duration, 0.25)
    }
  },
}

/** Hz, where the band of the loud ones begins. */
const loudLowFrequency = 16

/**
 * A time- and band-limited burst of white noise (as searches for bursts inject; Abadie et al. 2010, arXiv:1002.1036):
 * `sum over k of cos(2 pi k t / duration + phase_k)` from 16 Hz to `highFrequency`, where `phase_k` are uniform draws of
 * the key of `seed`, tapered over a quarter at each end. Made louder than anything astrophysical, as Gravity Spy's
 * extremely loud class (SNRs of thousands).
 */
export const extremelyLoud: GlitchShape<GlitchParameters['extremely-loud']> = {
  of: 'whitened',
  ranges: {
    duration: range(0.1, 1, 'log'),
    highFrequency: range(200, 600, 'log'),
    seed: range(0, 2 ** 31 - 1, 'integer'),
  },
  span: ({ duration }) => ({ before: duration / 2, after: duration / 2 }),
  // Broad enough that its power reaches into any band below its end.
  mainFrequency: ({ highFrequency }) => highFrequency / 2,
  highestFrequency: ({ highFrequency, duration }) => highFrequency + 10 / duration,
  formula({ duration, highFrequency, seed }) {
    const first = Math.ceil(loudLowFrequency * duration)
    const count = Math.max(1, Math.floor(highFrequency * duration) - first + 1)
    const phases = uniform(randomKey(seed), count, { high: 2 * Math.PI })
    return time => {
      const step = (2 * Math.PI * time) / duration
      let sum = 0
      for (let i = 0; i < count; i++) sum += Math.cos((first + i) * step + phases[i]!)
      return sum * tapered((2 * time) / duration, 0.25)
    }
  },
}
