import type { GlitchFamily, GlitchParameters } from '../glitch.ts'
import { blip, koiFish, tomte } from './blips.ts'
import { extremelyLoud, lowFrequencyBurst, powerLine } from './bursts.ts'
import type { GlitchShape } from './glitch-shape.ts'
import { spike, step } from './outliers.ts'
import { scatteredLight } from './scattered-light.ts'
import { sineGaussian } from './sine-gaussian.ts'
import { whistle } from './whistle.ts'

/** All families; their order is that in which shares are counted when one is drawn. */
export const glitchShapes: { readonly [Family in GlitchFamily]: GlitchShape<GlitchParameters[Family]> } = {
  blip,
  'sine-gaussian': sineGaussian,
  tomte,
  'low-frequency-burst': lowFrequencyBurst,
  'koi-fish': koiFish,
  'scattered-light': scatteredLight,
  whistle,
  'power-line': powerLine,
  spike,
  step,
  'extremely-loud': extremelyLoud,
}

export const glitchFamilies = Object.keys(glitchShapes) as readonly GlitchFamily[]

/** The shape of a family whose name is known at run time alone. */
export const shapeOf = (family: GlitchFamily): GlitchShape<Record<string, number>> =>
  glitchShapes[family] as unknown as GlitchShape<Record<string, number>>
