import type { GlitchParameters } from '../glitch.ts'
import { anyPhase, type GlitchShape, type ParameterRange, range } from './glitch-shape.ts'
import { sineGaussian } from './sine-gaussian.ts'

type Blip = GlitchParameters['blip']

/** The frequencies that arrive together, in units of the middle one. */
const octaves = [0.5, 1, 2]

/**
 * Three sine-Gaussians of one quality an octave apart that arrive together, equally strong in frequency: wide in time
 * below and narrow above, the teardrop that a Q-transform shows of blips (Cabero et al. 2019, arXiv:1901.05093: some
 * 10 ms, a band of 100 Hz and more) and of tomtes (Zevin et al. 2017, arXiv:1611.04596). That sine-Gaussians model both
 * well: Ghosh et al. 2025, arXiv:2507.04628.
 */
const teardrop = (frequency: ParameterRange, quality: ParameterRange): GlitchShape<Blip> => ({
  of: 'whitened',
  ranges: { frequency, quality, phase: anyPhase },
  span: blip => sineGaussian.span({ ...blip, frequency: octaves[0]! * blip.frequency }),
  mainFrequency: ({ frequency }) => frequency,
  highestFrequency: blip => sineGaussian.highestFrequency({ ...blip, frequency: octaves.at(-1)! * blip.frequency }),
  formula(blip) {
    const parts = octaves.map(octave => sineGaussian.formula({ ...blip, frequency: octave * blip.frequency }))
    return time => octaves.reduce((sum, octave, i) => sum + octave * parts[i]!(time), 0)
  },
})

export const blip = teardrop(range(80, 200, 'log'), range(1.5, 4, 'log'))

export const tomte = teardrop(range(25, 60, 'log'), range(2, 5, 'log'))

/** Ring times after which ringing has fallen to 1e-11. */
const ringTimes = 25

/**
 * A blip, and from its time on `ringRatio exp(-t / ringTime) sin(2 pi ringFrequency t)`, where 1 is the height of the
 * blip's middle octave: the head and the fins of Gravity Spy's koi fish, mostly loud (Zevin et al. 2017,
 * arXiv:1611.04596).
 */
export const koiFish: GlitchShape<GlitchParameters['koi-fish']> = {
  of: 'whitened',
  ranges: {
    frequency: range(80, 160, 'log'),
    quality: range(1.5, 4, 'log'),
    phase: anyPhase,
    ringFrequency: range(20, 60, 'log'),
    ringTime: range(0.03, 0.15, 'log'),
    ringRatio: range(0.1, 1),
  },
  span(fish) {
    const { before, after } = blip.span(fish)
    return { before, after: Math.max(after, ringTimes * fish.ringTime) }
  },
  mainFrequency: ({ frequency }) => frequency,
  highestFrequency: fish => blip.highestFrequency(fish),
  formula(fish) {
    const { ringFrequency, ringTime, ringRatio } = fish
    const head = blip.formula(fish)
    const ring = (time: number): number =>
      time > 0 ? ringRatio * Math.exp(-time / ringTime) * Math.sin(2 * Math.PI * ringFrequency * time) : 0
    return time => head(time) + ring(time)
  },
}
