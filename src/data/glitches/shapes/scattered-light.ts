import type { GlitchParameters } from '../glitch.ts'
import { anyPhase, type GlitchShape, range, tapered } from './glitch-shape.ts'

/**
 * Light that a surface scatters back, which moves as `x(t) = X sin(2 pi t / T)`: fringes `sin(4 pi x / lambda + phase)`
 * of frequency `f(t) = |2 v / lambda|` (Accadia et al. 2010, CQG 27 194011; Soni et al. 2021, arXiv:2007.14876, eq. 2),
 * which is an arch from 0 to `4 pi X / (lambda T)` and back in half a period. In terms of an arch's height F and duration
 * d, from the first one's beginning on, `sin(phase - 2 F d cos(pi t / d))`, tapered over a quarter of an arch at
 * both ends. Light that goes to and fro k times makes arches k times as high.
 */
export const scatteredLight: GlitchShape<GlitchParameters['scattered-light']> = {
  of: 'strain',
  ranges: {
    peakFrequency: range(25, 90, 'log'),
    archDuration: range(0.5, 4, 'log'),
    arches: range(1, 3, 'integer'),
    harmonics: range(1, 3, 'integer'),
    harmonicRatio: range(0.2, 0.7),
    phase: anyPhase,
  },
  span: ({ archDuration, arches }) => ({ before: (archDuration * arches) / 2, after: (archDuration * arches) / 2 }),
  mainFrequency: ({ peakFrequency }) => peakFrequency,
  highestFrequency: ({ peakFrequency, harmonics }) => 1.2 * peakFrequency * harmonics,
  formula({ peakFrequency, archDuration, arches, harmonics, harmonicRatio, phase }) {
    const half = (archDuration * arches) / 2
    return time => {
      const fringes = phase - 2 * peakFrequency * archDuration * Math.cos((Math.PI * (time + half)) / archDuration)
      let sum = 0
      for (let k = 1; k <= harmonics; k++) sum += harmonicRatio ** (k - 1) * Math.sin(k * fringes)
      return sum * tapered(time / half, 1 / (4 * arches))
    }
  },
}
