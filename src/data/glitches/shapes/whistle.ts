import type { GlitchParameters } from '../glitch.ts'
import { anyPhase, type GlitchShape, range, tapered } from './glitch-shape.ts'

/**
 * A beat of two radio frequencies that cross: the V that Gravity Spy calls a whistle (Nuttall et al. 2015,
 * arXiv:1508.07316; Zevin et al. 2017, arXiv:1611.04596). Over `|t| < D / 2` the frequency is
 * `lowFrequency + sweep |t| / (D / 2)`; a quarter of the duration at each end is tapered.
 */
export const whistle: GlitchShape<GlitchParameters['whistle']> = {
  of: 'whitened',
  ranges: {
    lowFrequency: range(60, 300, 'log'),
    sweep: range(150, 800, 'log'),
    duration: range(0.25, 1.5, 'log'),
    phase: anyPhase,
  },
  span: ({ duration }) => ({ before: duration / 2, after: duration / 2 }),
  mainFrequency: ({ lowFrequency }) => lowFrequency,
  highestFrequency: ({ lowFrequency, sweep }) => 1.1 * (lowFrequency + sweep),
  formula({ lowFrequency, sweep, duration, phase }) {
    const half = duration / 2
    return time => {
      const turns = lowFrequency * time + (sweep * time * Math.abs(time)) / duration
      return tapered(time / half, 0.25) * Math.cos(2 * Math.PI * turns + phase)
    }
  },
}
