import type { GlitchParameters } from '../glitch.ts'
import { anyPhase, type GlitchShape, range } from './glitch-shape.ts'

/** Widths of the Gaussian after which it has fallen to 1e-13. */
const widths = 5.5

/** The time in which a sine-Gaussian of a quality falls to 1/e, seconds. */
const widthOf = (frequency: number, quality: number): number => quality / (Math.SQRT2 * Math.PI * frequency)

/**
 * `exp(-t^2 / tau^2) cos(2 pi f t + phase)` with `Q = sqrt(2) pi f tau`: the sine-Gaussians by which searches and vetoes
 * model noise transients (Chatterji 2005; Joshi et al. 2021, arXiv:2006.12901), over all qualities from 2 to 100.
 */
export const sineGaussian: GlitchShape<GlitchParameters['sine-gaussian']> = {
  of: 'whitened',
  ranges: { frequency: range(20, 500, 'log'), quality: range(2, 100, 'log'), phase: anyPhase },
  span({ frequency, quality }) {
    const reach = widths * widthOf(frequency, quality)
    return { before: reach, after: reach }
  },
  mainFrequency: ({ frequency }) => frequency,
  // Gaussian of standard deviation f / Q in frequency.
  highestFrequency: ({ frequency, quality }) => frequency * (1 + 5 / quality),
  formula({ frequency, quality, phase }) {
    const width = widthOf(frequency, quality)
    return time => Math.exp(-((time / width) ** 2)) * Math.cos(2 * Math.PI * frequency * time + phase)
  },
}
